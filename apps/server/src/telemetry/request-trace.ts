import {
  attributeNames,
  LatticeError,
  metricNames,
  parseTraceparent,
  traceFields,
  type LogFields,
  type SpanContext,
  type Telemetry,
  type TelemetrySpan,
} from '@lattice-lock/contract';
import type { FastifyRequest } from 'fastify';
import { shownPath } from '../http/shown-path.ts';

/** What of a request its span says; nothing of its headers but the trace context. */
export type TracedRequest = Pick<FastifyRequest, 'method' | 'url' | 'headers' | 'protocol'> & {
  readonly routeOptions: { readonly url?: string | undefined };
};

/** How a request ended. */
export interface RequestOutcome {
  /** Of the response; 499 where the client left before there was one. */
  readonly status: number;
  /** Why there was no answer, or no whole one. */
  readonly error?: LatticeError | undefined;
}

/** How requests are traced. */
export interface RequestTraceOptions {
  /** False: the caller's `traceparent` is not looked at, so that it cannot have its requests recorded. Default true. */
  readonly acceptParent?: boolean;
}

/** The methods that the conventions know; others are `_OTHER`, so that no client makes up names. */
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

/** The server span of one HTTP request and its duration, named as OpenTelemetry's HTTP conventions have it. */
export class RequestTrace {
  readonly #telemetry: Telemetry;
  readonly #span: TelemetrySpan;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #startedAt = performance.now();
  #isEnded = false;

  /** Begins it; the route must be known, as it is in `onRequest`. */
  constructor(telemetry: Telemetry, request: TracedRequest, options: RequestTraceOptions = {}) {
    const { method, url, headers, protocol, routeOptions } = request;
    const { traceparent } = headers;
    const isKnown = knownMethods.has(method);
    const route = routeOptions.url;
    const name = isKnown ? method : 'HTTP';
    this.#telemetry = telemetry;
    this.#labels = {
      [attributeNames.httpMethod]: isKnown ? method : '_OTHER',
      [attributeNames.urlScheme]: protocol,
      ...(route === undefined ? {} : { [attributeNames.httpRoute]: route }),
    };
    this.#span = telemetry.startSpan(route === undefined ? name : `${name} ${route}`, {
      kind: 'server',
      parent: options.acceptParent === false || typeof traceparent !== 'string' ? null : parseTraceparent(traceparent),
    });
    if (this.#span.isRecording !== false) {
      this.#span.setAttributes({ ...this.#labels, [attributeNames.urlPath]: shownPath(url) });
    }
  }

  /** What a run of this request belongs to (`RunRequest.parentSpan`); `null` when nothing is traced. */
  get context(): SpanContext | null {
    return this.#span.context;
  }

  /** The fields that tie a log line to this request's trace. */
  get logFields(): LogFields {
    return traceFields(this.#span.context);
  }

  /** Ends it; a second call does nothing. A 4xx is the client's fault and no error of the server. */
  end({ status, error }: RequestOutcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const statusLabel = { [attributeNames.httpStatus]: status };
    // An error under a good status is an answer that broke off.
    const isFailed = status >= 500 || (error !== undefined && status < 400);
    const errorType = isFailed ? { [attributeNames.errorType]: error?.code ?? String(status) } : {};
    if (isFailed) this.#span.recordError(error ?? new LatticeError('LATTICE_INTERNAL', `HTTP status ${status}`));
    if (this.#span.isRecording !== false) this.#span.setAttributes({ ...statusLabel, ...errorType });
    this.#span.end();
    this.#telemetry.record(metricNames.serverDuration, (performance.now() - this.#startedAt) / 1000, {
      ...this.#labels,
      ...statusLabel,
      ...errorType,
    });
  }
}

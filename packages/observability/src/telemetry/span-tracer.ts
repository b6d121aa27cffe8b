import {
  attributeNames,
  toLatticeError,
  type SpanContext,
  type SpanOptions,
  type TelemetryAttributes,
  type TelemetrySpan,
} from '@lattice-lock/contract';
import type { Attributes, Span, SpanKind, Tracer } from '@opentelemetry/api';
import { redact } from '../redact.ts';
import type { OtelApi } from './load-open-telemetry.ts';

/** What of an error's message is looked at, and what of it is kept, in characters. */
const maxMessageRead = 4096;
const maxMessage = 1024;

/** Starts spans on a tracer of OpenTelemetry. Parents are given, never taken from a process-wide context. */
export class SpanTracer {
  readonly #api: OtelApi;
  readonly #tracer: Tracer;
  readonly #kinds: Readonly<Record<'server' | 'client' | 'internal', SpanKind>>;

  constructor(api: OtelApi, tracer: Tracer) {
    this.#api = api;
    this.#tracer = tracer;
    this.#kinds = { server: api.SpanKind.SERVER, client: api.SpanKind.CLIENT, internal: api.SpanKind.INTERNAL };
  }

  startSpan(name: string, options: SpanOptions = {}): TelemetrySpan {
    const { parent, attributes, kind = 'internal' } = options;
    const { ROOT_CONTEXT, trace } = this.#api;
    const context =
      parent === undefined || parent === null
        ? ROOT_CONTEXT
        : trace.setSpanContext(ROOT_CONTEXT, {
            traceId: parent.traceId,
            spanId: parent.spanId,
            traceFlags: parent.isSampled ? this.#api.TraceFlags.SAMPLED : this.#api.TraceFlags.NONE,
            isRemote: !(parent instanceof LocalSpanContext),
          });
    const span = this.#tracer.startSpan(
      name,
      { kind: this.#kinds[kind], ...(attributes === undefined ? {} : { attributes: attributes as Attributes }) },
      context,
    );
    return new SdkSpan(span, this.#api.SpanStatusCode.ERROR);
  }
}

/** A context made here; any other came from another process. */
class LocalSpanContext implements SpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;

  constructor(span: Span) {
    const { traceId, spanId, traceFlags } = span.spanContext();
    this.traceId = traceId;
    this.spanId = spanId;
    this.isSampled = (traceFlags & 1) === 1;
  }
}

class SdkSpan implements TelemetrySpan {
  readonly context: SpanContext;
  readonly isRecording: boolean;
  readonly #span: Span;
  readonly #errorStatus: number;

  constructor(span: Span, errorStatus: number) {
    this.#span = span;
    this.#errorStatus = errorStatus;
    this.context = new LocalSpanContext(span);
    this.isRecording = span.isRecording();
  }

  setAttributes(attributes: TelemetryAttributes): void {
    this.#span.setAttributes(attributes as Attributes);
  }

  recordError(error: unknown): void {
    if (!this.#span.isRecording()) return;
    const { code, message } = toLatticeError(error);
    this.#span.setAttribute(attributeNames.errorType, code);
    const shown = redact(message.slice(0, maxMessageRead)).slice(0, maxMessage);
    this.#span.setStatus({ code: this.#errorStatus, message: shown });
  }

  end(): void {
    this.#span.end();
  }
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { usdFromNano, type Answer, type LatticeError, type LogFields, type Logger } from '@lattice-lock/contract';
import type { RequestTrace } from '../telemetry/request-trace.ts';
import { shownPath } from './shown-path.ts';

/** One request and its response: what has to be known of it until its socket is done with it. */
export class Exchange {
  readonly requestId: string;
  /** Who pays; `null` while unknown and where keys are off. */
  apiKeyId: string | null = null;
  /** `provider/model` of the answer. */
  model: string | null = null;
  decisionId: string | null = null;
  costUsd: string | null = null;
  isStreamed = false;
  /** `null` where requests are not traced. */
  trace: RequestTrace | null = null;
  /** Its place in the registry of requests under way. */
  place = -1;
  readonly #startedAt = performance.now();
  readonly #method: string;
  readonly #path: string;
  #controller: AbortController | undefined;
  #error: LatticeError | undefined;

  constructor(requestId: string, request: IncomingMessage) {
    this.requestId = requestId;
    this.#method = request.method ?? '';
    this.#path = shownPath(request.url ?? '');
  }

  /** Aborted when the client leaves, or when a shutdown can wait no longer. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Ends the run, if there is one, down to the vendor's socket. */
  abort(reason: unknown): void {
    this.#controller?.abort(reason);
  }

  /** Notes what an answer was, for the access log. */
  note(answer: Answer): void {
    this.model = `${answer.provider}/${answer.model}`;
    this.decisionId = answer.decision.id;
    this.costUsd = answer.cost.unknownEntries > 0 ? 'unknown' : usdFromNano(answer.cost.nanoUsd);
  }

  /** Notes why there was no answer, or no whole one. */
  fail(error: LatticeError): void {
    this.#error = error;
  }

  /** The fields that name this request in a log line. */
  get logFields(): LogFields {
    return { requestId: this.requestId, ...this.trace?.logFields };
  }

  /** Ends its trace, once its socket is done with it. */
  endTrace(response: ServerResponse): void {
    this.trace?.end({ status: response.headersSent ? response.statusCode : leftStatus, error: this.#error });
  }

  /** Writes the access log's line. */
  log(logger: Logger, response: ServerResponse): void {
    const isWhole = response.writableFinished;
    const fields = {
      ...this.logFields,
      method: this.#method,
      path: this.#path,
      status: response.headersSent ? response.statusCode : leftStatus,
      durationMs: Math.round((performance.now() - this.#startedAt) * 10) / 10,
      ...(this.apiKeyId === null ? {} : { apiKeyId: this.apiKeyId }),
      ...(this.model === null ? {} : { model: this.model }),
      ...(this.decisionId === null ? {} : { decisionId: this.decisionId }),
      ...(this.costUsd === null ? {} : { costUsd: this.costUsd }),
      ...(this.isStreamed ? { streamed: true } : {}),
      ...(this.#error === undefined ? {} : { errorCode: this.#error.code, error: this.#error.message }),
      ...(isWhole ? {} : { clientLeft: true }),
    };
    if (response.statusCode >= 500) logger.warn(fields, 'request failed');
    else logger.info(fields, 'request');
  }
}

/** What is said of a request whose client left before there was a status. */
const leftStatus = 499;

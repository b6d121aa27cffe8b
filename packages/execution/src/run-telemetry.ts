import {
  attributeNames,
  LatticeError,
  metricNames,
  operationNames,
  type Answer,
  type Clock,
  type Decision,
  type RunRequest,
  type SpanContext,
  type Telemetry,
  type TelemetrySpan,
} from '@lattice-lock/contract';
import { usageAttributes } from './attempt-telemetry.ts';

/** What a run is traced with. */
export interface RunTraceOptions {
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly request: RunRequest;
  readonly requestId: string;
  readonly isStreaming: boolean;
}

/** The span of a whole run, the parent of its attempts and tools, and the run's duration. */
export class RunTrace {
  readonly #options: RunTraceOptions;
  readonly #span: TelemetrySpan;
  readonly #startedMs: number;
  #isEnded = false;

  constructor(options: RunTraceOptions) {
    const { telemetry, clock, request, requestId, isStreaming } = options;
    this.#options = options;
    this.#startedMs = clock.monotonic();
    this.#span = telemetry.startSpan(operationNames.run, { parent: request.parentSpan ?? null });
    if (this.#span.isRecording === false) return;
    this.#span.setAttributes({
      [attributeNames.operationName]: operationNames.run,
      [attributeNames.requestId]: requestId,
      [attributeNames.requestedModel]: request.model ?? 'auto',
      ...(isStreaming ? { [attributeNames.requestStream]: true } : {}),
    });
  }

  /** What attempts, tools and log lines belong to. */
  get context(): SpanContext | null {
    return this.#span.context;
  }

  /** Notes the decision. */
  decided(decision: Decision): void {
    if (this.#span.isRecording === false) return;
    this.#span.setAttributes({
      [attributeNames.decisionId]: decision.id,
      [attributeNames.simulated]: decision.simulated,
    });
  }

  /** Ends it with what became of the run, `null` where its reader left before; only the first end counts. */
  end(end: Answer | LatticeError | null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const outcome = end ?? new LatticeError('LATTICE_ABORTED', 'The reader left the run before its end.');
    const { telemetry, clock } = this.#options;
    const isFailed = LatticeError.isInstance(outcome);
    if (isFailed) this.#span.recordError(outcome);
    if (this.#span.isRecording !== false) {
      this.#span.setAttributes(isFailed ? failureAttributes(outcome) : answerAttributes(outcome));
    }
    this.#span.end();
    const labels = isFailed ? { [attributeNames.errorType]: outcome.code } : {};
    telemetry.record(metricNames.runDuration, (clock.monotonic() - this.#startedMs) / 1000, labels);
  }
}

function failureAttributes(error: LatticeError) {
  return { [attributeNames.attemptCount]: error.attempts.length };
}

function answerAttributes(answer: Answer) {
  const { cost } = answer;
  return {
    ...usageAttributes(answer.totalUsage),
    [attributeNames.responseModel]: answer.model,
    [attributeNames.finishReasons]: [answer.rawFinishReason ?? answer.finishReason],
    [attributeNames.attemptCount]: answer.attempts.length,
    [attributeNames.costNanoUsd]: Number(cost.nanoUsd),
    [attributeNames.unknownCosts]: cost.unknownEntries,
  };
}

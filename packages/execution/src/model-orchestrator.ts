import type { TaskAnalyzer } from '@lattice-lock/analysis';
import {
  createOrderedId,
  LatticeError,
  metricNames,
  toLatticeError,
  traceFields,
  type Answer,
  type Clock,
  type Decision,
  type Feedback,
  type FeedbackReceipt,
  type DecisionRoute,
  type HealthSource,
  type Logger,
  type ModelRef,
  type RunEvent,
  type RunRequest,
  type ScoreWeights,
  type SelectionConstraints,
  type SpanContext,
  type Telemetry,
} from '@lattice-lock/contract';
import type { ModelSignals } from '@lattice-lock/scoring';
import type { ModelSelector, ResolvedTarget, SelectionInput } from '@lattice-lock/selection';
import { AnswerStream } from './answer-stream.ts';
import type { FeedbackRecorder } from './feedback-recorder.ts';
import { RunTrace } from './run-telemetry.ts';
import type { ConversationExecutor } from './tool-loop.ts';

/** The rooms an orchestrator puts together. */
export interface ModelOrchestratorOptions {
  readonly analyzer: TaskAnalyzer;
  readonly selector: ModelSelector;
  readonly executor: ConversationExecutor;
  /** What a caller's `model` means. @throws LatticeError `LATTICE_UNKNOWN_MODEL`, `LATTICE_UNKNOWN_PROVIDER` */
  resolve(requested: string | undefined): ResolvedTarget;
  /** The semantic route of a request; asked where the caller named no model. */
  routeFor?(request: RunRequest): DecisionRoute | undefined;
  isConfigured(provider: string): boolean;
  /** What to do before a provider can be called; named in explanations. */
  remedyFor?(provider: string): string | null;
  readonly health?: HealthSource;
  readonly signals?: ModelSignals;
  /** The operator's own constraints; a request can only narrow them. */
  readonly constraints?: SelectionConstraints;
  /** The operator's own weights; a request's come before them. */
  readonly weights?: Partial<ScoreWeights>;
  /** Takes judgements; there are none unless given. */
  readonly feedback?: FeedbackRecorder;
  readonly isSimulated: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
}

/** Analyses, selects and executes: the way of one request. */
export class ModelOrchestrator {
  readonly #options: ModelOrchestratorOptions;

  constructor(options: ModelOrchestratorOptions) {
    this.#options = options;
  }

  /** Decides without calling anyone. @throws LatticeError `LATTICE_UNKNOWN_MODEL`, `LATTICE_NO_CANDIDATE` */
  route(request: RunRequest): Decision {
    return this.#decide(request, request.requestId ?? createOrderedId(), request.parentSpan ?? null);
  }

  /** Runs a request and shows it as it happens. */
  stream(request: RunRequest): AnswerStream {
    // Nothing is decided before someone reads.
    return new AnswerStream({ [Symbol.asyncIterator]: () => this.#run(request, true) });
  }

  /** Runs a request to its end; the vendor is asked for a whole answer instead of a stream. @throws LatticeError */
  async chat(request: RunRequest): Promise<Answer> {
    for await (const batch of this.#run(request, false)) {
      const last = batch.at(-1);
      if (last?.type === 'answer') return last.answer;
      if (last?.type === 'error') throw last.error;
    }
    throw new LatticeError('LATTICE_INTERNAL', 'A run ended without an answer or an error.');
  }

  /**
   * Takes a judgement of an answer and learns from it; later choices know it at once.
   *
   * @throws LatticeError see {@link FeedbackRecorder.record}; `LATTICE_UNSUPPORTED` without one
   */
  async feedback(feedback: Feedback): Promise<FeedbackReceipt> {
    const recorder = this.#options.feedback;
    if (recorder === undefined) throw new LatticeError('LATTICE_UNSUPPORTED', 'This orchestrator takes no feedback.');
    return recorder.record(feedback);
  }

  #run(request: RunRequest, isStreaming: boolean): AsyncGenerator<readonly RunEvent[], void, undefined> {
    const requestId = request.requestId ?? createOrderedId();
    const { telemetry, clock, executor, selector, feedback } = this.#options;
    const trace = new RunTrace({ telemetry, clock, request, requestId, isStreaming });
    try {
      const decision = this.#decide(request, requestId, trace.context);
      trace.decided(decision);
      return executor.run({
        request,
        requestId,
        decision,
        isStreaming,
        parentSpan: trace.context,
        onEnd: (outcome) => {
          trace.end(outcome);
          if (outcome !== null && !LatticeError.isInstance(outcome)) feedback?.note(outcome, request.apiKeyId ?? null);
        },
        fallbacksAfter: (failed, code) => selector.getFallbackChain(decision, { failed, code }),
      });
    } catch (thrown) {
      const error = toLatticeError(thrown);
      trace.end(error);
      return failed(error);
    }
  }

  #decide(request: RunRequest, requestId: string, span: SpanContext | null): Decision {
    const { clock, telemetry, logger, selector } = this.#options;
    const startedMs = clock.monotonic();
    const input = this.#selectionInput(request, requestId);
    const decision = selector.select(input);
    telemetry.record(metricNames.selectionDuration, (clock.monotonic() - startedMs) / 1000);
    // Where the caller named the model nothing was selected: what ran is in the access log, so here it is for debugging.
    logger[decision.mode === 'explicit' ? 'debug' : 'info'](
      {
        requestId,
        decisionId: decision.id,
        requested: input.requested,
        chosen: decision.chosen,
        chain: decision.chain,
        ...traceFields(span),
      },
      'model selection',
    );
    return decision;
  }

  #selectionInput(request: RunRequest, requestId: string): SelectionInput {
    const { analyzer, health, signals, isSimulated, isConfigured, remedyFor, constraints, weights } = this.#options;
    if (request.messages.length === 0) {
      throw new LatticeError('LATTICE_INVALID_REQUEST', 'The request has no messages; give at least one.', {
        issues: [{ path: 'messages', message: 'must hold at least one message' }],
      });
    }
    const target = this.#options.resolve(request.model);
    const route = target.mode === 'auto' ? this.#options.routeFor?.(request) : undefined;
    return {
      profile: analyzer.analyze(request),
      requested: request.model ?? 'auto',
      target,
      ...(route === undefined ? {} : { route }),
      isConfigured,
      requestId,
      simulated: isSimulated,
      ...(constraints === undefined ? {} : { operatorConstraints: constraints }),
      ...(request.constraints === undefined ? {} : { constraints: request.constraints }),
      ...(remedyFor === undefined ? {} : { remedyFor }),
      ...(weights === undefined ? {} : { operatorWeights: weights }),
      ...(request.weights === undefined ? {} : { weights: request.weights }),
      ...(request.fallbacks === undefined ? {} : { fallbacks: request.fallbacks.map((name) => this.#fallback(name)) }),
      ...(request.maxOutputTokens === undefined ? {} : { maxOutputTokens: request.maxOutputTokens }),
      ...(health === undefined ? {} : { health }),
      ...(signals === undefined ? {} : { signals }),
    };
  }

  #fallback(name: string): ModelRef {
    const target = this.#options.resolve(name);
    if (target.mode === 'explicit') return target.model;
    throw new LatticeError('LATTICE_INVALID_REQUEST', `"${name}" cannot be a fallback: name a model.`, {
      issues: [{ path: 'fallbacks', message: `"${name}" is not a model` }],
    });
  }
}

async function* failed(error: LatticeError): AsyncGenerator<readonly RunEvent[], void, undefined> {
  yield [{ type: 'error', error }];
}

import {
  formatModelRef,
  formatTraceparent,
  LatticeError,
  toLatticeError,
  traceFields,
  type AttemptRecord,
  type ChatProvider,
  type ChatResult,
  type Clock,
  type Logger,
  type Message,
  type ModelRef,
  type RunEvent,
  type Telemetry,
} from '@lattice-lock/contract';
import { endAttemptSpan, measureAttempt, startAttemptSpan } from './attempt-telemetry.ts';
import { Attempt } from './attempt.ts';
import { nextStep, type NextStep } from './retry-policy.ts';
import type { RunState } from './run-state.ts';

/** How a turn ended: with an answer and who gave it, or with the run's error. */
export type TurnOutcome =
  | { readonly type: 'answered'; readonly result: ChatResult; readonly model: ModelRef }
  | { readonly type: 'failed'; readonly error: LatticeError };

/** What a turn is run with. */
export interface TurnRunnerOptions {
  clientOf(provider: string): ChatProvider;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  readonly random: () => number;
  /** Told of each attempt, for the live figures of the scorer. */
  onAttempt?(record: AttemptRecord): void;
}

const continueInstruction =
  'Your answer above was cut off. Go on exactly where it stops; do not repeat or introduce anything.';

/** One turn of a run: attempts on the models of the chain until one answers. */
export class TurnRunner {
  readonly #options: TurnRunnerOptions;

  constructor(options: TurnRunnerOptions) {
    this.#options = options;
  }

  /** Gives the turn's events, those that come together in one array; `finish` is left to the caller. */
  async *run(state: RunState, chain: readonly ModelRef[]): AsyncGenerator<readonly RunEvent[], TurnOutcome, undefined> {
    let queue = [...chain];
    let attemptsOfModel = 0;
    const seamed: ChatResult[] = [];

    for (let model = queue.shift(); model !== undefined;) {
      attemptsOfModel += 1;
      const attempt = this.#createAttempt(state, model, seamMessages(seamed), attemptsOfModel - 1);
      if (LatticeError.isInstance(attempt)) return { type: 'failed', error: attempt };
      if (state.isWatched) yield [{ type: 'attempt-start', turn: state.turn, attempt: state.attempts, model }];
      const record = yield* this.#watch(state, attempt);

      if (attempt.result !== null) {
        state.counted.push(attempt.result);
        return { type: 'answered', result: joinedAtSeams(seamed, attempt.result), model };
      }
      const error = state.nameError(attempt.error ?? abandoned(model));
      const canContinue = !attempt.hasShown || canBeContinued(state, attempt);
      if (!canContinue || state.signal.aborted) return { type: 'failed', error };

      queue = this.#fallbacks(state, model, error);
      const step = this.#nextStep(state, attempt, error, attemptsOfModel, queue.length > 0);
      if (step.type === 'stop') return { type: 'failed', error };
      yield [{ type: 'attempt-failed', record, nextDelayMs: step.type === 'retry' ? step.delayMs : 0 }];

      const previous = model;
      if (step.type === 'fallback') {
        state.failed.add(formatModelRef(model));
        model = queue.shift();
        attemptsOfModel = 0;
        this.#logFailover(state, previous, model, error);
      }
      if (attempt.hasShown && model !== undefined) {
        seamed.push(attempt.partial);
        state.counted.push(attempt.partial);
        state.startNextBlocks();
        yield [{ type: 'seam', from: previous, to: model }];
      }
      const interruption = await this.#wait(state, step);
      if (interruption !== null) return { type: 'failed', error: interruption };
    }
    return { type: 'failed', error: new LatticeError('LATTICE_NO_CANDIDATE', 'The fallback chain is empty.') };
  }

  #createAttempt(
    state: RunState,
    model: ModelRef,
    more: readonly Message[],
    retryCount: number,
  ): Attempt | LatticeError {
    state.attempts += 1;
    try {
      return new Attempt({
        turn: state.turn,
        attempt: state.attempts,
        retryCount,
        model,
        client: this.#options.clientOf(model.provider),
        request: state.requestFor(model, more),
        options: {
          signal: state.signal,
          requestId: state.plan.requestId,
          // A whole answer begins only when the model is done thinking: there only the run's own deadline is fair.
          firstByteTimeoutMs: state.plan.isStreaming ? state.settings.firstByteTimeoutMs : state.remainingMs,
          idleTimeoutMs: state.settings.idleTimeoutMs,
        },
        isStreaming: state.plan.isStreaming,
        clock: this.#options.clock,
      });
    } catch (error) {
      return toLatticeError(error, model);
    }
  }

  /** Shows the attempt's events and accounts for it, also when the reader leaves in the middle. */
  async *#watch(state: RunState, attempt: Attempt): AsyncGenerator<readonly RunEvent[], AttemptRecord, undefined> {
    let record: AttemptRecord | undefined;
    state.account.open(attempt);
    const { telemetry, onAttempt } = this.#options;
    const span = startAttemptSpan(telemetry, attempt, state.plan.parentSpan ?? null);
    if (span.context !== null) attempt.traceparent = formatTraceparent(span.context);
    try {
      if (!attempt.input.isStreaming) await attempt.complete();
      else for await (const events of attempt.events()) yield state.shiftIndexes(events);
    } finally {
      try {
        record = state.account.close(attempt);
        measureAttempt(telemetry, attempt, record);
        onAttempt?.(record);
        this.#logLimits(state, attempt);
      } finally {
        endAttemptSpan(span, attempt, record);
      }
    }
    return record;
  }

  /** After text was shown only another model may go on: the same one would begin anew. */
  #nextStep(
    state: RunState,
    attempt: Attempt,
    error: LatticeError,
    attemptsOfModel: number,
    hasFallback: boolean,
  ): NextStep {
    const { settings, remainingMs } = state;
    if (attempt.hasShown) return hasFallback ? { type: 'fallback' } : { type: 'stop' };
    return nextStep({ error, attemptsOfModel, hasFallback, remainingMs, settings, random: this.#options.random });
  }

  #fallbacks(state: RunState, model: ModelRef, error: LatticeError): ModelRef[] {
    return state.plan
      .fallbacksAfter(model, error.code)
      .filter((next) => formatModelRef(next) !== formatModelRef(model) && !state.failed.has(formatModelRef(next)));
  }

  async #wait(state: RunState, step: NextStep): Promise<LatticeError | null> {
    if (step.type !== 'retry' || step.delayMs === 0) return null;
    try {
      await this.#options.clock.sleep(step.delayMs, state.signal);
      return null;
    } catch {
      return state.nameError(new LatticeError('LATTICE_ABORTED', 'The run was aborted while it waited for a retry.'));
    }
  }

  /** What the vendor says of the key's limits: the first thing to look at when it begins to refuse. */
  #logLimits(state: RunState, { input, result }: Attempt): void {
    if (result === null || result.rateLimit === null) return;
    const { provider, model } = input.model;
    this.#options.logger.debug(
      { requestId: state.plan.requestId, provider, model, ...result.rateLimit },
      'vendor rate limits',
    );
  }

  #logFailover(state: RunState, from: ModelRef, to: ModelRef | undefined, error: LatticeError): void {
    this.#options.logger.warn(
      {
        requestId: state.plan.requestId,
        from: formatModelRef(from),
        to: to === undefined ? null : formatModelRef(to),
        code: error.code,
        ...traceFields(state.plan.parentSpan ?? null),
      },
      'provider failover',
    );
  }
}

function abandoned(model: ModelRef): LatticeError {
  return new LatticeError('LATTICE_ABORTED', 'The attempt was left before its end.', { ...model });
}

/** Continuation is opt-in, and only of plain text: half a tool call cannot be gone on with. */
function canBeContinued(state: RunState, attempt: Attempt): boolean {
  return (
    state.plan.request.afterFirstToken === 'continue' &&
    attempt.error?.code !== 'LATTICE_ABORTED' &&
    attempt.partial.text !== '' &&
    !attempt.hasBegunToolCall
  );
}

function seamMessages(seamed: readonly ChatResult[]): readonly Message[] {
  if (seamed.length === 0) return [];
  return [
    { role: 'assistant', content: seamed.map((result) => result.text).join('') },
    { role: 'user', content: continueInstruction },
  ];
}

/** The answer of a turn that was continued: all its text, with the last part's end. */
function joinedAtSeams(seamed: readonly ChatResult[], last: ChatResult): ChatResult {
  if (seamed.length === 0) return last;
  const results = [...seamed, last];
  return {
    ...last,
    content: results.flatMap((result) => result.content),
    text: results.map((result) => result.text).join(''),
    reasoning: results.map((result) => result.reasoning).join(''),
  };
}

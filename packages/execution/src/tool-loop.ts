import {
  addUsage,
  formatModelRef,
  LatticeError,
  toLatticeError,
  traceFields,
  type Answer,
  type AssistantMessage,
  type ChatResult,
  type Decision,
  type DecisionStore,
  type ModelRef,
  type RunEvent,
  type ToolCallPart,
  type ToolResultPart,
  type UsageLedger,
} from '@lattice-lock/contract';
import { decisionWithAttempts } from './decision-attempts.ts';
import type { ExecutionSettings } from './execution-settings.ts';
import { isFinalCode } from './retry-policy.ts';
import { RunAccount, type PriceSource } from './run-account.ts';
import { RunState, type ExecutionPlan } from './run-state.ts';
import { canRunAll, runToolCalls } from './tool-runner.ts';
import { TurnRunner, type TurnRunnerOptions } from './turn-runner.ts';

/** What an executor works with. */
export interface ConversationExecutorOptions extends TurnRunnerOptions {
  readonly prices: PriceSource;
  readonly settings: ExecutionSettings;
  readonly ledger?: UsageLedger;
  readonly decisions?: DecisionStore;
}

/**
 * Runs a decided request: a turn, the tools it asks for (all of a turn at once), the next turn, until the model
 * answers or a bound is reached. Every attempt is in the ledger before `finish` is shown.
 */
export class ConversationExecutor {
  readonly #options: ConversationExecutorOptions;
  readonly #turns: TurnRunner;

  constructor(options: ConversationExecutorOptions) {
    this.#options = options;
    this.#turns = new TurnRunner(options);
  }

  /**
   * Gives the run's events, those that come together in one array. Never throws: the last event is `answer` or `error`. Of
   * a run that is not streamed only what tells its course is given: failed attempts, tool results and its end.
   */
  async *run(plan: ExecutionPlan): AsyncGenerator<readonly RunEvent[], void, undefined> {
    const account = new RunAccount({
      requestId: plan.requestId,
      decisionId: plan.decision.id,
      apiKeyId: plan.request.apiKeyId ?? null,
      estimatedInputTokens: plan.decision.profile.inputTokens,
      isSimulated: plan.decision.simulated,
      prices: this.#options.prices,
      ledger: this.#options.ledger,
    });
    const state = new RunState(plan, account, this.#options.settings, this.#options.clock);
    try {
      if (state.isWatched) yield [{ type: 'decision', requestId: plan.requestId, decision: plan.decision }];
      const result = yield* this.#converse(state);
      const answer = this.#answer(state, result, await this.#commit(state));
      plan.onEnd?.(answer);
      yield [{ type: 'answer', answer }];
    } catch (error) {
      const cause = await this.#commit(state).then(
        () => error,
        (unwritten: unknown) => unwritten,
      );
      const failure = this.#failure(state, state.nameError(toLatticeError(cause)));
      plan.onEnd?.(failure);
      yield [{ type: 'error', error: failure }];
    } finally {
      state.dispose();
      await this.#leave(state);
      plan.onEnd?.(null);
    }
  }

  /** Everything of the run is in the stores, and goes there together. @throws LatticeError `LATTICE_STORAGE` */
  async #commit(state: RunState): Promise<Decision> {
    const [decision] = await Promise.all([this.#saveDecision(state), state.account.settled()]);
    return decision;
  }

  /** Where the reader left there is nobody to tell that the account could not be written: that is logged. */
  async #leave(state: RunState): Promise<void> {
    if (state.savedDecision !== undefined) return;
    try {
      await this.#commit(state);
    } catch (error) {
      const { requestId, parentSpan = null } = state.plan;
      this.#options.logger.error({ requestId, error, ...traceFields(parentSpan) }, 'account not written');
    }
  }

  /** Once, however the run ends. A store that fails costs the explanation, not the answer: that is logged. */
  async #saveDecision(state: RunState): Promise<Decision> {
    if (state.savedDecision !== undefined) return state.savedDecision;
    const decision = decisionWithAttempts(state.plan.decision, state.account.records);
    state.savedDecision = decision;
    try {
      await this.#options.decisions?.save(decision);
    } catch (error) {
      const { requestId, parentSpan = null } = state.plan;
      this.#options.logger.error({ requestId, error, ...traceFields(parentSpan) }, 'decision not stored');
    }
    return decision;
  }

  /** Turn after turn until an answer. @throws LatticeError what ended the run */
  async *#converse(state: RunState): AsyncGenerator<readonly RunEvent[], ChatResult, undefined> {
    let chain: readonly ModelRef[] = state.plan.decision.chain;
    for (;;) {
      const outcome = yield* this.#turns.run(state, chain);
      if (outcome.type === 'failed') throw outcome.error;
      const result = withUniqueCallIds(outcome.result);
      if (result.content.length > 0) state.newMessages.push(assistantMessage(result));

      const tools = state.plan.request.tools ?? [];
      const { finishReason, rawFinishReason, toolCalls } = result;
      if (toolCalls.length === 0 || !canRunAll(toolCalls, tools)) {
        await this.#commit(state);
        if (state.isWatched) yield [{ type: 'finish', finishReason, rawFinishReason }];
        return result;
      }
      this.#countCalls(state, result);
      yield [{ type: 'turn-finish', turn: state.turn, finishReason, rawFinishReason }];
      const results = await this.#runTools(state, toolCalls);
      // No further turn is paid for that cannot be accounted for.
      await state.account.settled();
      yield results.map((result) => ({ type: 'tool-result', turn: state.turn, result }));
      state.newMessages.push({ role: 'tool', content: results });
      chain = stickyChain(outcome.model, chain, state.failed);
      state.turn += 1;
      state.startNextBlocks();
    }
  }

  #countCalls(state: RunState, result: ChatResult): void {
    const limit = state.plan.request.maxFunctionCalls ?? this.#options.settings.maxFunctionCalls;
    state.functionCalls += result.toolCalls.length;
    if (state.functionCalls <= limit) return;
    throw new LatticeError(
      'LATTICE_TOOL_LIMIT',
      `The model asked for tool call number ${state.functionCalls}; the limit is ${limit}. ` +
        'Raise MAX_FUNCTION_CALLS (or maxFunctionCalls of the request) if the work needs more.',
      { partial: result },
    );
  }

  #runTools(state: RunState, calls: readonly ToolCallPart[]): Promise<readonly ToolResultPart[]> {
    return runToolCalls(calls, {
      tools: state.plan.request.tools ?? [],
      requestId: state.plan.requestId,
      signal: state.signal,
      timeoutMs: state.settings.toolTimeoutMs,
      telemetry: this.#options.telemetry,
      clock: this.#options.clock,
      parentSpan: state.plan.parentSpan ?? null,
      turn: state.turn,
    });
  }

  #answer(state: RunState, result: ChatResult, decision: Decision): Answer {
    const { account, plan } = state;
    return {
      ...result,
      requestId: plan.requestId,
      decision,
      attempts: account.records,
      newMessages: state.newMessages,
      usage: state.counted.length === 1 ? result.usage : addUsage(state.counted.map((one) => one.usage)),
      totalUsage: account.totalUsage,
      cost: account.cost,
      simulated: plan.decision.simulated,
    };
  }

  /** One error that lists every attempt; the attempt's own where there was one, or where it is the request's fault. */
  #failure(state: RunState, error: LatticeError): LatticeError {
    const attempts = state.account.records;
    const wasAnythingShown = attempts.some((attempt) => attempt.status === 'ok' || attempt.firstTokenMs !== null);
    if (attempts.length < 2 || wasAnythingShown || isFinalCode(error.code)) return error.with({ attempts });
    const lines = attempts.map(
      (attempt) => `${formatModelRef(attempt.model)}: ${attempt.errorCode} (${attempt.errorMessage})`,
    );
    return new LatticeError('LATTICE_ATTEMPTS_FAILED', `All ${attempts.length} attempts failed. ${lines.join(' | ')}`, {
      attempts,
      cause: error,
      retryable: error.retryable,
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    });
  }
}

/** The turn as the next one sees it: a vendor that keeps state in its answers gets its own back. */
function assistantMessage({ content, provider, providerMetadata }: ChatResult): AssistantMessage {
  const message: AssistantMessage = { role: 'assistant', content };
  return providerMetadata === null ? message : { ...message, providerMetadata: { [provider]: providerMetadata } };
}

/** A later turn begins with the model that answered: it knows the conversation, and its vendor has it cached. */
function stickyChain(model: ModelRef, chain: readonly ModelRef[], failed: ReadonlySet<string>): readonly ModelRef[] {
  const name = formatModelRef(model);
  return [model, ...chain.filter((other) => formatModelRef(other) !== name && !failed.has(formatModelRef(other)))];
}

/** Two calls with one id would get each other's results; the later one gets an id of its own. */
function withUniqueCallIds(result: ChatResult): ChatResult {
  const seen = new Set<string>();
  if (result.toolCalls.every((call) => !seen.has(call.id) && seen.add(call.id))) return result;
  seen.clear();
  const content = result.content.map((part) => {
    if (part.type !== 'tool-call') return part;
    let id = part.id;
    for (let copy = 2; seen.has(id); copy += 1) id = `${part.id}-${copy}`;
    seen.add(id);
    return id === part.id ? part : { ...part, id };
  });
  return { ...result, content, toolCalls: content.filter((part) => part.type === 'tool-call') };
}

import {
  LatticeError,
  type AssistantPart,
  type ChatEvent,
  type ChatRequest,
  type ChatResult,
  type Clock,
  type Decision,
  type ErrorCode,
  type Message,
  type ModelRef,
  type RunRequest,
  type Answer,
  type SpanContext,
} from '@lattice-lock/contract';
import type { ExecutionSettings } from './execution-settings.ts';
import type { RunAccount } from './run-account.ts';

/** What is to be run, decided and named. */
export interface ExecutionPlan {
  readonly request: RunRequest;
  readonly requestId: string;
  readonly decision: Decision;
  /** The models to try after this one failed so, in order, each past every hard filter. */
  fallbacksAfter(failed: ModelRef, code: ErrorCode): readonly ModelRef[];
  readonly isStreaming: boolean;
  /** The span that attempts and tools belong to. */
  readonly parentSpan?: SpanContext | null;
  /** Told how the run ended, before its reader is, and at the very end `null`: the first word counts. */
  onEnd?(outcome: Answer | LatticeError | null): void;
}

/** What changes while a run goes on. */
export class RunState {
  readonly plan: ExecutionPlan;
  readonly account: RunAccount;
  readonly settings: ExecutionSettings;
  readonly #clock: Clock;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #timeoutMs: number;
  readonly #startedMs: number;
  readonly #onAbort = () => this.#controller.abort(this.plan.request.signal?.reason);
  readonly newMessages: Message[] = [];
  /** Models that failed in this run; none is tried again. */
  readonly failed = new Set<string>();
  /** Results whose text counts, in order. */
  readonly counted: ChatResult[] = [];
  turn = 1;
  attempts = 0;
  functionCalls = 0;
  /** The decision with every attempt, once it was given to the store. */
  savedDecision: Decision | undefined;
  #hasTimedOut = false;
  #indexOffset = 0;
  #highestIndex = -1;

  constructor(plan: ExecutionPlan, account: RunAccount, settings: ExecutionSettings, clock: Clock) {
    this.plan = plan;
    this.account = account;
    this.settings = settings;
    this.#clock = clock;
    this.#startedMs = clock.monotonic();
    this.#timeoutMs = plan.request.timeoutMs ?? settings.runTimeoutMs;
    this.#timer = setTimeout(() => {
      this.#hasTimedOut = true;
      this.#controller.abort(new LatticeError('LATTICE_TIMEOUT', 'The run took too long.'));
    }, this.#timeoutMs);
    const { signal } = plan.request;
    if (signal?.aborted) this.#onAbort();
    else signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Whether anyone sees the events before the last: of a run that is not streamed only its end is looked at. */
  get isWatched(): boolean {
    return this.plan.isStreaming;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Time left until the run's deadline, ms. */
  get remainingMs(): number {
    return Math.max(0, this.#timeoutMs - (this.#clock.monotonic() - this.#startedMs));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.plan.request.signal?.removeEventListener('abort', this.#onAbort);
  }

  /** An abort that our own deadline caused is a timeout. */
  nameError(error: LatticeError): LatticeError {
    if (!this.#hasTimedOut || error.code !== 'LATTICE_ABORTED') return error;
    const { provider, model, partial } = error;
    return new LatticeError('LATTICE_TIMEOUT', `The run did not end within ${this.#timeoutMs} ms.`, {
      ...(provider === undefined ? {} : { provider }),
      ...(model === undefined ? {} : { model }),
      ...(partial === undefined ? {} : { partial }),
    });
  }

  /** The request as one model gets it: the conversation so far, without what another vendor thought. */
  requestFor(model: ModelRef, more: readonly Message[]): ChatRequest {
    const { request } = this.plan;
    const messages = [...request.messages, ...this.newMessages, ...more];
    const chat: { -readonly [K in keyof ChatRequest]: ChatRequest[K] } = {
      model: model.model,
      messages: messages.map((message) => withoutForeignReasoning(message, model.provider)),
    };
    const fields: Record<string, unknown> = chat;
    for (const key of requestKeys) if (request[key] !== undefined) fields[key] = request[key];
    return chat;
  }

  /** Block indexes go on rising over turns and seams, so that a reader can merge the whole run by index. */
  shiftIndexes(events: readonly ChatEvent[]): readonly ChatEvent[] {
    const offset = this.#indexOffset;
    for (const event of events) {
      if ('index' in event && event.index + offset > this.#highestIndex) this.#highestIndex = event.index + offset;
    }
    if (offset === 0) return events;
    return events.map((event) => ('index' in event ? { ...event, index: event.index + offset } : event));
  }

  /** What follows belongs to another answer. */
  startNextBlocks(): void {
    this.#indexOffset = this.#highestIndex + 1;
  }
}

/** Every field that a provider is asked with beyond model and messages; the type sees to it that none is forgotten. */
const requestFields: Readonly<Record<Exclude<keyof ChatRequest, 'model' | 'messages'>, true>> = {
  tools: true,
  toolChoice: true,
  parallelToolCalls: true,
  responseFormat: true,
  maxOutputTokens: true,
  temperature: true,
  topP: true,
  stop: true,
  seed: true,
  presencePenalty: true,
  frequencyPenalty: true,
  reasoning: true,
  topLogprobs: true,
  user: true,
  providerOptions: true,
};
const requestKeys = Object.keys(requestFields) as readonly (keyof typeof requestFields)[];

function withoutForeignReasoning(message: Message, provider: string): Message {
  if (message.role !== 'assistant' || typeof message.content === 'string') return message;
  const isForeign = (part: AssistantPart) =>
    part.type === 'reasoning' && part.provider !== undefined && part.provider !== provider;
  if (!message.content.some(isForeign)) return message;
  return { ...message, content: message.content.filter((part) => !isForeign(part)) };
}

import type { ChatEvent, FinishEvent } from './chat-events.ts';
import type { ChatRequest, ToolDefinition } from './chat-request.ts';
import type { ChatResult } from './chat-result.ts';
import type { Decision, ScoreWeights, SelectionConstraints } from './decision.ts';
import type { ErrorCode } from './errors.ts';
import type { JsonObject } from './json.ts';
import type { Message, ToolResultPart } from './messages.ts';
import type { ModelRef } from './model-info.ts';
import type { CostTotal } from './money.ts';
import type { SpanContext } from './telemetry.ts';
import type { Usage } from './usage.ts';

/** What a tool's code is given beside its arguments. */
export interface ToolContext {
  readonly toolCallId: string;
  readonly requestId: string;
  /** Aborted when the run is. */
  readonly signal: AbortSignal;
}

/** A tool with the code that runs it. A tool without `execute` is the caller's: the run ends with its calls. */
export interface RunTool extends ToolDefinition {
  /** Returns text or any JSON; what it throws goes back to the model as a tool error. */
  readonly execute?: (args: JsonObject, context: ToolContext) => unknown;
}

/** Work for the orchestrator. Everything but `model` and `tools` is as in {@link ChatRequest}. */
export interface RunRequest extends Omit<ChatRequest, 'model' | 'tools'> {
  /** `auto` (default), `auto:cheap`, `auto:best`, `auto:fast`, an alias, or `provider/model`. */
  readonly model?: string;
  readonly tools?: readonly RunTool[];
  readonly constraints?: SelectionConstraints;
  /** Overrides the preset's weights. */
  readonly weights?: Partial<ScoreWeights>;
  /** Models to try after the named one; `auto` makes its own chain. */
  readonly fallbacks?: readonly string[];
  /** Upper bound of tool calls of the whole run; the configuration's `MAX_FUNCTION_CALLS` unless given. */
  readonly maxFunctionCalls?: number;
  /** After text was shown, a failure ends the run (`fail`, the default) or goes on with the next model behind a marked seam. */
  readonly afterFirstToken?: 'fail' | 'continue';
  readonly requestId?: string;
  /** Who pays: the id of an API key. */
  readonly apiKeyId?: string;
  readonly signal?: AbortSignal;
  /** The span this run belongs to. */
  readonly parentSpan?: SpanContext | null;
  /** For the whole run, in ms. */
  readonly timeoutMs?: number;
}

/** How an attempt ended. */
export type AttemptStatus = 'ok' | 'failed' | 'interrupted' | 'cancelled';

/** One call of one model: each retry, each fallback and each turn of a tool loop is one. Serialisable. */
export interface AttemptRecord {
  /** Turn of the tool loop, from 1. */
  readonly turn: number;
  /** Attempt within the run, from 1. */
  readonly attempt: number;
  readonly model: ModelRef;
  readonly status: AttemptStatus;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly httpStatus: number | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly firstTokenMs: number | null;
  readonly usage: Usage;
  /** Integer nano-dollars as a decimal text; `null` is unknown. */
  readonly costNanoUsd: string | null;
}

/** The result of a run: the last turn's answer, and what the whole run took. */
export interface Answer extends ChatResult {
  readonly requestId: string;
  readonly decision: Decision;
  /** Every attempt, in order. */
  readonly attempts: readonly AttemptRecord[];
  /** What the run added to the conversation: answers and tool results. */
  readonly newMessages: readonly Message[];
  /** Usage of every attempt of every turn together; `usage` is that of the attempts whose answers count. */
  readonly totalUsage: Usage;
  /** Cost of every attempt of every turn together. */
  readonly cost: CostTotal;
  /** True when the simulator answered. */
  readonly simulated: boolean;
}

/** An attempt begins. */
export interface AttemptStartEvent {
  readonly type: 'attempt-start';
  readonly turn: number;
  readonly attempt: number;
  readonly model: ModelRef;
}

/** An attempt failed before it had shown anything, or where continuation is on; another follows. */
export interface AttemptFailedEvent {
  readonly type: 'attempt-failed';
  readonly record: AttemptRecord;
  /** How long until the next one, in ms. */
  readonly nextDelayMs: number;
}

/** The seam of opt-in continuation: what follows comes from another model. */
export interface SeamEvent {
  readonly type: 'seam';
  readonly from: ModelRef;
  readonly to: ModelRef;
}

/** A tool of the run has answered. */
export interface ToolResultEvent {
  readonly type: 'tool-result';
  readonly turn: number;
  readonly result: ToolResultPart;
}

/** The model was chosen; the first event of a run. */
export interface DecisionEvent {
  readonly type: 'decision';
  readonly requestId: string;
  readonly decision: Decision;
}

/** A turn that asked for tools of the run is over; the next begins. */
export interface TurnFinishEvent extends Omit<FinishEvent, 'type'> {
  readonly type: 'turn-finish';
  readonly turn: number;
}

/** The run is over and accounted for: comes after `finish` and after the ledger has it. Always the last event of a good run. */
export interface AnswerEvent {
  readonly type: 'answer';
  readonly answer: Answer;
}

/**
 * A run as a stream: `decision`, then attempts with the {@link ChatEvent}s of their answers, then exactly one `answer`
 * or `error`. Block indexes go on rising over the turns. The iterator never throws.
 */
export type RunEvent =
  | DecisionEvent
  | AttemptStartEvent
  | AttemptFailedEvent
  | SeamEvent
  | ToolResultEvent
  | TurnFinishEvent
  | AnswerEvent
  | ChatEvent;

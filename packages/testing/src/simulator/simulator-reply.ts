import type { FinishReason, JsonObject, Usage } from '@lattice-lock/contract';
import type { SimulatorWire } from './simulator-request.ts';

/** A tool call in a scripted answer. */
export interface SimulatedToolCall {
  /** Made up unless given; Ollama's wire carries an id only when one is given. */
  readonly id?: string;
  readonly name: string;
  /** An object, or a text that goes on the wire as it is, whole JSON or not. */
  readonly arguments: JsonObject | string;
}

/** What a scripted answer says. It is sent as written: token limits and stop sequences of the request do not cut it. */
export interface SimulatedAnswer {
  readonly text?: string;
  /**
   * Sent where the wire shows reasoning, and counted where it counts it. Anthropic, Bedrock and Gemini sign it; the
   * first two and Responses, when asked to, seal it.
   */
  readonly reasoning?: { readonly text: string; readonly signature?: string; readonly redactedData?: string };
  readonly toolCalls?: readonly SimulatedToolCall[];
  readonly refusal?: string;
  readonly finishReason?: FinishReason;
  /** The vendor's own word, for words that have no common one. */
  readonly rawFinishReason?: string;
  /** Counted from the texts unless given; `null`: the wire carries no usage at all. */
  readonly usage?: Usage | null;
}

/** What kind of error a status stands for, where one status has several. */
export type StatusReason = 'context-length' | 'quota' | 'content-filter';

/**
 * Something that goes wrong. `afterEvents` counts events of the stream that are sent whole before it does; a buffered
 * answer breaks in the middle of its body instead.
 */
export type SimulatorFault =
  | {
      readonly type: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      /** The vendor's own shape unless given; an object is sent as JSON, a text as it is. */
      readonly body?: JsonObject | string;
      readonly retryAfterSeconds?: number;
      readonly reason?: StatusReason;
    }
  /** The connection is reset. */
  | { readonly type: 'reset'; readonly when: 'before-headers' | 'before-first-event' | 'mid-answer' }
  /** The body ends cleanly but without its terminal event. */
  | { readonly type: 'cut'; readonly afterEvents: number }
  /** Every event waits this long first. */
  | { readonly type: 'slow'; readonly delayMsPerEvent: number }
  /** Nothing more comes and the connection stays open; `before-headers` sends nothing at all. */
  | { readonly type: 'stall'; readonly afterEvents: number | 'before-headers' }
  /** The next event is not JSON, and the body ends. */
  | { readonly type: 'malformed'; readonly afterEvents: number }
  /** One bit of the next event is flipped where its reader must notice: its checksum or its JSON; the body ends. */
  | { readonly type: 'garbled'; readonly afterEvents: number }
  /** The next event is the vendor's own error event under status 200, and the body ends. */
  | { readonly type: 'error-event'; readonly afterEvents: number; readonly message?: string };

/** Cuts the body's bytes at random places, the same for the same seed. */
export interface Chunking {
  readonly seed: number;
  /** Longest piece. Default 16. */
  readonly maxBytes?: number;
}

/** Liberties that servers take with the framing of a stream; the same events in other clothes. */
export interface Framing {
  /** Default: the vendor's own. */
  readonly lineEnd?: 'lf' | 'crlf' | 'cr';
  /** SSE comments between the events, as gateways send them to keep a connection alive. */
  readonly comments?: boolean;
  /** No space after the colon of an SSE field. */
  readonly tight?: boolean;
  /** Begins with a byte order mark. */
  readonly byteOrderMark?: boolean;
  /** Leaves the blank line after the last event out. */
  readonly openEnd?: boolean;
}

/** Which requests a queued reply is for; an absent field matches any. */
export interface ReplyMatch {
  /**
   * `chat`, the default: requests for an answer; `probe`: model lists, versions and other health checks; and
   * `embeddings`: requests for vectors. These two only take faults.
   */
  readonly route?: 'chat' | 'probe' | 'embeddings';
  readonly wire?: SimulatorWire;
  readonly model?: string;
}

/** What the simulator does with one request. Without `answer` it answers as it would by itself. */
export interface SimulatorReply {
  readonly match?: ReplyMatch;
  readonly answer?: SimulatedAnswer;
  readonly fault?: SimulatorFault;
  readonly chunking?: Chunking;
  /** Streams only. */
  readonly framing?: Framing;
}

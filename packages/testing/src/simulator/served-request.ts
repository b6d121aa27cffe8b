import type { ChatRequest, JsonObject, Usage } from '@lattice-lock/contract';
import type { SimulatorWire } from './simulator-request.ts';

/** How a request ended: answered whole, left by the client, ended early by us on purpose, or answered by an error. */
export type ServedOutcome = 'complete' | 'aborted' | 'cut' | 'fault';

/** The fingerprint of bytes that came inline in a request. */
export interface ReceivedMedia {
  readonly mediaType: string;
  /** Hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** One request for an answer or for vectors, and what came of it. */
export interface ServedRequest {
  /** As sent in `x-request-id` or `request-id`. */
  readonly id: string;
  readonly route: 'chat' | 'embeddings';
  readonly wire: SimulatorWire;
  /** `''` when neither the path nor the body names one. */
  readonly model: string;
  readonly stream: boolean;
  /** 0 when the connection ended before a status was sent. */
  readonly status: number;
  /** Names in lower case, credentials masked. */
  readonly headers: Readonly<Record<string, string>>;
  /** The parsed body; `null` when it was no JSON object. */
  readonly body: JsonObject | null;
  /** The body in the house's own words; `null` when it was refused, and for embeddings. */
  readonly chat: ChatRequest | null;
  readonly images: readonly ReceivedMedia[];
  readonly files: readonly ReceivedMedia[];
  readonly outcome: ServedOutcome;
  /** What the whole answer is worth, in normal form; all `null` when there was none, as for an error status. */
  readonly usage: Usage;
  /** The normal form of what went over the wire; `null` fields for what did not. A correct ledger equals this. */
  readonly usageReported: Usage;
  /** Whether the bytes that carry the whole usage were written before the connection ended. */
  readonly usageSent: boolean;
  /** When the request's headers came, ms since the epoch. */
  readonly startedAtMs: number;
  /** When the answer was written, or the connection was seen closed, ms since the epoch. */
  readonly closedAtMs: number;
}

/** A request for something else than an answer: model lists and health probes. */
export interface OtherRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly atMs: number;
}

/** What was served, added up. */
export interface SimulatorTotals {
  readonly requests: number;
  readonly outcomes: Readonly<Record<ServedOutcome, number>>;
  /** What the answers were worth. */
  readonly usage: Usage;
  /** What was reported over the wire: the figure a ledger must equal. */
  readonly usageReported: Usage;
}

import type { ChatRequest, JsonObject, LatticeError, Usage } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import type { SimulatorWire } from '../simulator-request.ts';

/** What a wire makes of a request body. */
export interface DecodedRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly chat: ChatRequest;
  /** Whether a stream of this request carries usage. */
  readonly includeUsage: boolean;
}

/** What a wire needs to write an answer down. */
export interface AnswerContext {
  /** Letters and digits for the ids of this answer. */
  readonly id: string;
  readonly request: DecodedRequest;
  readonly body: JsonObject;
  readonly atMs: number;
  /** See the simulator's option of this name. */
  readonly reasoningContent: boolean;
}

/** A piece of a response body that is sent whole. */
export interface WireEvent {
  readonly text: string;
  /** What the client knows of the usage once it has this, in normal form. */
  readonly reported?: Usage;
  /** Whether that is all the vendor ever says of it. */
  readonly isWholeUsage?: boolean;
}

/** One vendor's wire: how requests are read and answers written. */
export interface SimulatedWireCodec {
  readonly wire: SimulatorWire;
  readonly path: string;
  readonly streamContentType: string;
  /** @throws LatticeError `LATTICE_INVALID_REQUEST` that {@link SimulatedWireCodec.errorBody} can write down. */
  decode(body: JsonObject): DecodedRequest;
  /** Headers of any response, errors too. */
  headers(requestId: string, served: number): Record<string, string>;
  encodeBody(answer: PlannedAnswer, context: AnswerContext): WireEvent;
  encodeStream(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent>;
  /** The vendor's shape of an error; `status`, `upstreamCode` and the first issue's path fill it. */
  errorBody(error: LatticeError, requestId: string): JsonObject;
  /** The vendor's error in the middle of a stream that began with status 200. */
  errorEvent(error: LatticeError, requestId: string): string;
  /** An event that a parser cannot read. */
  malformedEvent(): string;
}

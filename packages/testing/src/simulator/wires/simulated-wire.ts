import type { ChatRequest, JsonObject, LatticeError, Usage } from '@lattice-lock/contract';
import type { PlannedAnswer } from '../planned-answer.ts';
import type { RequestTarget } from '../request-target.ts';
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
  /** The model that answers, where it is not called as the request calls it. */
  readonly answeringModel: string;
}

/** Bytes of a response: text, or a frame of a binary stream. */
export type WireData = string | Uint8Array;

/** A piece of a response body that is sent whole. */
export interface WireEvent {
  readonly data: WireData;
  /** What the client knows of the usage once it has this, in normal form. */
  readonly reported?: Usage;
  /** Whether that is all the vendor ever says of it. */
  readonly isWholeUsage?: boolean;
}

/** How a vendor is addressed, and what it answers beside chat. Several codecs of one vendor share it. */
export interface SimulatedVendor {
  /** Headers of any response, errors too. */
  headers(requestId: string, served: number): Record<string, string>;
  /** The credential a request carries, `''` for none. */
  credentialOf(target: RequestTarget): string;
  /** How a credential is refused that is not accepted. */
  unknownKey(target: RequestTarget): LatticeError;
  /** Refuses what the vendor wants of every request, whatever the credential. @throws LatticeError with a status */
  checkTarget?(target: RequestTarget): void;
  /** Whether a path is this vendor's, served or not. */
  owns(target: RequestTarget): boolean;
  /**
   * The body of a model list or another route that costs no tokens; `undefined` for a path that is none.
   *
   * @throws LatticeError status 404 for a model that is not listed
   */
  probe(target: RequestTarget, models: readonly string[] | undefined): JsonObject | undefined;
  /** The field of an answer that counts a request's tokens; `undefined` for a path that does not count. */
  tokenCountField?(target: RequestTarget): string | undefined;
  /** The vendor's shape of an error; `status`, `upstreamCode`, `retryAfterMs` and the first issue's path fill it. */
  errorBody(error: LatticeError, requestId: string): JsonObject | string;
  /** Headers that belong to an error of this vendor, `retry-after` included where it sends one. */
  errorHeaders(error: LatticeError): Record<string, string>;
}

/** One vendor's wire: how requests are read and answers written. */
export interface SimulatedWireCodec extends SimulatedVendor {
  readonly wire: SimulatorWire;
  /** Whether a request to this target asks for an answer; its method is POST. */
  serves(target: RequestTarget): boolean;
  /** The model that the path names, for wires that have it there; a refused body says no more. */
  modelIn?(target: RequestTarget): string | undefined;
  /** Whether models are called by the names of deployments. */
  readonly hasDeployments?: boolean;
  readonly streamContentType: string;
  /** @throws LatticeError `LATTICE_INVALID_REQUEST` that {@link SimulatedVendor.errorBody} can write down. */
  decode(body: JsonObject, target: RequestTarget): DecodedRequest;
  encodeBody(answer: PlannedAnswer, context: AnswerContext): WireEvent;
  encodeStream(answer: PlannedAnswer, context: AnswerContext): Iterable<WireEvent>;
  /** The vendor's error in the middle of a stream that began with status 200. */
  errorEvent(error: LatticeError, requestId: string): WireData;
  /** An event that a parser cannot read. */
  malformedEvent(): WireData;
}

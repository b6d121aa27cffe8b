import type {
  ChatEvent,
  ChatRequest,
  HttpTransport,
  JsonObject,
  LatticeError,
  ProviderCapabilities,
  ProviderOptions,
  RateLimitInfo,
} from '@lattice-lock/contract';
import type { FrameParser } from '../framing/frame.ts';
import type { EmbeddingCodec } from './embedding-codec.ts';
import type { AnswerCheck } from './schema-check.ts';

/** What a codec knows when it writes a request. */
export interface EncodeContext {
  /** The provider's id: the key of its `providerOptions`. */
  readonly provider: string;
  readonly stream: boolean;
}

/** A request in the vendor's words. */
export interface EncodedRequest {
  /** Joined to the base URL, begins with `/`. */
  readonly path: string;
  /** Keys with `undefined` are not sent. */
  readonly body: JsonObject;
  /** Names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What was asked for and the wire cannot carry, one sentence each. */
  readonly warnings: readonly string[];
  /** Makes a check of the finished text, for what the vendor was asked for and does not promise. Awaited before sending. */
  readonly loadAnswerCheck?: () => Promise<AnswerCheck>;
}

/** What a codec knows when it reads an answer. */
export interface DecodeContext {
  readonly provider: string;
  /** The requested model, for answers that name none. */
  readonly model: string;
  readonly warnings: readonly string[];
  readonly rateLimit: RateLimitInfo | null;
  readonly upstreamRequestId: string | null;
}

/** Takes the events of an answer in order. */
export type EmitEvent = (event: ChatEvent) => void;

/** Reads one streamed answer; made anew for each. */
export interface StreamDecoder {
  /**
   * Takes the next JSON object of the stream and the SSE event name, if any. Emits `start` first, `tool-call-end` for
   * every call before `finish`, and `finish` only when the wire's terminal event came. It may emit `finish` here when
   * nothing that matters can follow, else in `end`. An `error` event ends the answer.
   */
  decode(data: JsonObject, event: string | null, emit: EmitEvent): void;
  /** The stream has ended in order (or `[DONE]` came). Without a terminal event it emits no `finish`. */
  end(emit: EmitEvent): void;
}

/** Translates between the house's words and one wire. Pure: no clock, no network. */
export interface ChatCodec {
  /** How streamed bodies are cut; a function makes the parser of a framing of its own. */
  readonly framing: 'sse' | 'ndjson' | (() => FrameParser);
  /** @throws LatticeError `LATTICE_UNSUPPORTED` for what the wire cannot carry and dropping would change the meaning. */
  encode(request: ChatRequest, context: EncodeContext): EncodedRequest;
  /** Reads a buffered answer; emits the same events as the stream of the same answer would. */
  decodeBody(body: JsonObject, context: DecodeContext, emit: EmitEvent): void;
  createStreamDecoder(context: DecodeContext): StreamDecoder;
}

/** A call that is about to be sent. */
export interface WireCall {
  readonly method: 'GET' | 'POST';
  /** Begins with `/`. */
  readonly path: string;
  readonly body: string | undefined;
  readonly stream: boolean;
  readonly requestId: string | undefined;
}

/** Where and with which credentials a call goes. */
export interface WireTarget {
  readonly url: string;
  /** Names in lower case. `content-type` and `accept` are added by the skeleton. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How to ask the vendor, at no token cost, whether the credential is good. */
export interface WireHealthProbe {
  /** Below the base URL. */
  readonly path: string;
  /** Default `GET`. */
  readonly method?: 'GET' | 'POST';
  /** What a `POST` sends. */
  readonly body?: JsonObject;
  /** True for a failure that proves the credential good, e.g. "no such model" from a vendor that has no list. */
  isGoodFailure?(error: LatticeError): boolean;
  /**
   * The models the answer lists; `null` where it lists none by nature. @throws LatticeError
   * `LATTICE_MALFORMED_RESPONSE` when the body is not what the vendor sends.
   */
  readModels(body: JsonObject): readonly string[] | null;
  /**
   * Where the models are listed when the first answer proves the credential and lists none. A list that cannot be had
   * leaves the models unknown; the credential is good all the same.
   */
  readonly list?: { readonly path: string; readModels(body: JsonObject): readonly string[] | null };
}

/** A provider's connection: made on first use and kept. */
export interface WireConnection {
  /** A function chooses by the request, for vendors of more than one wire. */
  readonly codec: ChatCodec | ((request: ChatRequest) => ChatCodec);
  /** Where the vendor has embedding models; used by {@link createWireEmbeddings}. */
  readonly embeddings?: EmbeddingCodec;
  readonly health: WireHealthProbe;
  /** Credentials in use; they are masked in whatever the vendor echoes. */
  readonly secrets: readonly string[];
  /** Called for each request: base URL, headers, signature. */
  prepare(call: WireCall): WireTarget | Promise<WireTarget>;
}

/** What a vendor package says about itself; {@link createWireProvider} does the rest. */
export interface WireProviderSpec {
  /** The definition's id; `options.id` overrides it. */
  readonly id: string;
  readonly displayName: string;
  readonly capabilities: ProviderCapabilities;
  readonly options: ProviderOptions;
  /** The environment variables of the credential, named in remedies. */
  readonly apiKeyEnv: readonly string[];
  /** The environment variables of the base URL, named in remedies. */
  readonly baseUrlEnv: readonly string[];
  /**
   * Makes the connection, e.g. loads the vendor's SDK by `import()`. A rejection is not kept: the next call tries
   * again.
   */
  connect(transport: HttpTransport): WireConnection | Promise<WireConnection>;
}

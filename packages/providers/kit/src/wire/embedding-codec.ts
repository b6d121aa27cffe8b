import type { EmbeddingRequest, JsonObject, Usage } from '@lattice-lock/contract';
import type { DecodeContext, EncodeContext, EncodedRequest } from './wire-spec.ts';

/** What an answer to an embedding request says. */
export interface DecodedEmbeddings {
  /** The model as the vendor names it; the requested one where it does not say. */
  readonly model: string;
  /** In the order of the texts. */
  readonly vectors: readonly Float32Array[];
  readonly usage: Usage;
}

/** Translates embedding requests and answers between the house's words and one wire. Pure: no clock, no network. */
export interface EmbeddingCodec {
  /** @throws LatticeError `LATTICE_UNSUPPORTED` for what the wire cannot carry and dropping would change the meaning. */
  encode(request: EmbeddingRequest, context: EncodeContext): EncodedRequest;
  /** @throws LatticeError `LATTICE_MALFORMED_RESPONSE` when the body is not what the vendor sends. */
  decode(body: JsonObject, context: DecodeContext): DecodedEmbeddings;
}

import type { JsonObject, Usage } from '@lattice-lock/contract';
import type { RequestTarget } from '../request-target.ts';
import type { SimulatorWire } from '../simulator-request.ts';
import type { SimulatedVendor } from './simulated-wire.ts';

/** What a wire makes of a request for vectors. */
export interface DecodedEmbedding {
  readonly model: string;
  readonly texts: readonly string[];
  /** Absent: as long as the model makes them. */
  readonly dimensions?: number | undefined;
}

/** What a wire needs to write vectors down. */
export interface EmbeddingContext {
  readonly request: DecodedEmbedding;
  readonly answeringModel: string;
  readonly body: JsonObject;
  readonly target: RequestTarget;
  /** Tokens of each text. */
  readonly tokens: readonly number[];
}

/** An answer of vectors. */
export interface EncodedEmbedding {
  readonly body: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the body says of the usage, in normal form. */
  readonly reported: Usage;
}

/** How one vendor is asked for vectors. */
export interface SimulatedEmbeddings {
  readonly wire: SimulatorWire;
  readonly vendor: SimulatedVendor;
  /** Whether models are called by the names of deployments. */
  readonly hasDeployments?: boolean;
  /** Whether a request to this target asks for vectors; its method is POST. */
  serves(target: RequestTarget): boolean;
  /** @throws LatticeError `LATTICE_INVALID_REQUEST` naming the field that is wrong */
  decode(body: JsonObject, target: RequestTarget): DecodedEmbedding;
  encode(vectors: readonly (readonly number[])[], context: EmbeddingContext): EncodedEmbedding;
}

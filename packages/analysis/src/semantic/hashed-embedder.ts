import type { Embedder } from '@lattice-lock/contract';
import { foldText, requestZones } from './request-zones.ts';
import { ZoneReader } from './zone-features.ts';

/** Length of the local vectors: long enough that what collides is noise of about 1/sqrt(4096) = 0.016. */
export const hashedDimensions = 4096;

/**
 * The built-in embedder: the runs of three and four letters of each word, hashed with a sign into places of one vector
 * (Weinberger et al., 2009, "Feature hashing for large scale multitask learning", arXiv 0902.2206); words of grammar
 * and numbers are left out. Deterministic, no network, no data; it knows spelling and no meaning.
 */
export class HashedEmbedder implements Embedder {
  readonly dimensions = hashedDimensions;
  readonly #reader = new ZoneReader(hashedDimensions);

  async embed(texts: readonly string[], signal?: AbortSignal): Promise<readonly Float32Array[]> {
    signal?.throwIfAborted();
    return texts.map((text) => this.vectorOf(text));
  }

  /** The vector of a text, of length 1; of the beginning of a long one. */
  vectorOf(text: string): Float32Array {
    this.#reader.read(foldText(requestZones(text)[0] ?? ''));
    const { vector, squares } = this.#reader;
    const length = Math.sqrt(squares);
    return length === 0 ? Float32Array.from(vector) : vector.map((value) => value / length);
  }
}

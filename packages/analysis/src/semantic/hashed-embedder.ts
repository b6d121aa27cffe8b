import type { Embedder } from '@lattice-lock/contract';
import { foldText, requestZones } from './request-zones.ts';
import { ZoneReader } from './zone-features.ts';

/** Length of the local vectors: long enough that what collides is noise of 1/sqrt(2048) = 0.02. */
export const hashedDimensions = 2048;

/**
 * The built-in embedder: the runs of three and four letters of each word, hashed with a sign into places of one vector
 * (Weinberger et al., 2009, "Feature hashing for large scale multitask learning", arXiv 0902.2206), words of grammar a
 * quarter. Deterministic, no network, no data; it knows spelling and no meaning.
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

import { createSeededRandom, hashNumber } from './seeded-random.ts';

/** The lengths of the vectors of well-known models, by the beginning of their names; others have the first length. */
const knownDimensions: readonly (readonly [string, number])[] = [
  ['', 1536],
  ['text-embedding-3-large', 3072],
  ['gemini-embedding', 3072],
  ['text-embedding-004', 768],
  ['nomic-embed-text', 768],
  ['amazon.titan-embed-text', 1024],
  ['amazon.nova', 3072],
  ['cohere.embed', 1024],
];

/** How long the vectors of a model are unless the request says so. */
export function embeddingDimensions(model: string): number {
  return knownDimensions.findLast(([start]) => model.startsWith(start))?.[1] ?? 0;
}

/**
 * The vector that the simulator gives for a text: made from the text alone, of length 1 (Euclidean), the same
 * everywhere. A text of other words has another one, however close the meaning.
 */
export function embeddingVector(text: string, dimensions: number): readonly number[] {
  const random = createSeededRandom(hashNumber(text));
  const raw = Array.from({ length: dimensions }, () => random() - 0.5);
  const length = Math.hypot(...raw);
  // What a client reads from base64 is a 32-bit float: the same number comes as JSON.
  return raw.map((value) => Math.fround(value / length));
}

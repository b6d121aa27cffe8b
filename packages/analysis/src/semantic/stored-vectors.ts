import { hash } from 'node:crypto';
import { wordsFromBase64, wordsToBase64 } from '../byte-order.ts';

/** Vectors of texts by the digest of each text. */
export type VectorsByText = Map<string, Float32Array>;

/** The digest a vector is kept under. */
export function textDigest(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** Vectors as they are stored: digests, and all numbers as base64 of little-endian 32-bit floats. */
export interface StoredVectors {
  readonly embedder: string;
  readonly dimensions: number;
  readonly texts: readonly string[];
  readonly numbers: string;
}

/** Writes vectors down. */
export function storeVectors(embedder: string, vectors: VectorsByText): StoredVectors {
  const dimensions = vectors.values().next().value?.length ?? 0;
  const all = new Float32Array(vectors.size * dimensions);
  let offset = 0;
  for (const vector of vectors.values()) {
    all.set(vector, offset);
    offset += dimensions;
  }
  const numbers = wordsToBase64(all);
  return { embedder, dimensions, texts: [...vectors.keys()], numbers };
}

/** Reads vectors back into `vectors`; those of another embedder, or of a value that is none, are left out. */
export function restoreVectors(value: unknown, embedder: string, vectors: VectorsByText): void {
  if (!isStored(value) || value.embedder !== embedder) return;
  const { texts, dimensions, numbers } = value;
  const bytes = wordsFromBase64(numbers);
  if (dimensions < 1 || bytes.byteLength !== texts.length * dimensions * 4) return;
  const all = new Float32Array(bytes);
  for (const [row, text] of texts.entries()) vectors.set(text, all.slice(row * dimensions, (row + 1) * dimensions));
}

function isStored(value: unknown): value is StoredVectors {
  if (typeof value !== 'object' || value === null) return false;
  const { embedder, dimensions, texts, numbers } = value as Partial<Record<keyof StoredVectors, unknown>>;
  const areTexts = Array.isArray(texts) && texts.every((text) => typeof text === 'string');
  return areTexts && typeof embedder === 'string' && Number.isInteger(dimensions) && typeof numbers === 'string';
}

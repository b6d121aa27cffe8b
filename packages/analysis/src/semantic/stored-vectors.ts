import { hash } from 'node:crypto';

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
  const bytes = new DataView(new ArrayBuffer(vectors.size * dimensions * 4));
  let offset = 0;
  for (const vector of vectors.values()) {
    for (const value of vector) {
      bytes.setFloat32(offset, value, true);
      offset += 4;
    }
  }
  const numbers = Buffer.from(bytes.buffer).toString('base64');
  return { embedder, dimensions, texts: [...vectors.keys()], numbers };
}

/** Reads vectors back into `vectors`; those of another embedder, or of a value that is none, are left out. */
export function restoreVectors(value: unknown, embedder: string, vectors: VectorsByText): void {
  if (!isStored(value) || value.embedder !== embedder) return;
  const { texts, dimensions, numbers } = value;
  const bytes = Buffer.from(numbers, 'base64');
  if (dimensions < 1 || bytes.byteLength !== texts.length * dimensions * 4) return;
  for (const [row, text] of texts.entries()) {
    const at = row * dimensions;
    vectors.set(
      text,
      Float32Array.from({ length: dimensions }, (_, index) => bytes.readFloatLE((at + index) * 4)),
    );
  }
}

function isStored(value: unknown): value is StoredVectors {
  if (typeof value !== 'object' || value === null) return false;
  const { embedder, dimensions, texts, numbers } = value as Partial<Record<keyof StoredVectors, unknown>>;
  const areTexts = Array.isArray(texts) && texts.every((text) => typeof text === 'string');
  return areTexts && typeof embedder === 'string' && Number.isInteger(dimensions) && typeof numbers === 'string';
}

import { LatticeError } from '@lattice-lock/contract';

/** Float32 numbers as base64, little-endian. */
export function packFloats(values: ArrayLike<number>): string {
  return Buffer.from(Float32Array.from(values).buffer).toString('base64');
}

/** Whole numbers from -127 to 127 as base64. */
export function packBytes(values: Int8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** @throws LatticeError `LATTICE_CONFIG` when it is not base64 of so many Float32 numbers, each finite. */
export function unpackFloats(packed: unknown, count: number, path: string): Float32Array {
  const bytes = unpack(packed, count * 4, path);
  const values = new Float32Array(bytes.buffer);
  if (!values.every((value) => Number.isFinite(value))) throw damaged(path, 'holds a number that is not finite');
  return values;
}

/** @throws LatticeError `LATTICE_CONFIG` when it is not base64 of so many bytes. */
export function unpackBytes(packed: unknown, count: number, path: string): Int8Array {
  return new Int8Array(unpack(packed, count, path).buffer);
}

function unpack(packed: unknown, byteLength: number, path: string): Uint8Array<ArrayBuffer> {
  if (typeof packed !== 'string') throw damaged(path, 'must be base64');
  const decoded = Buffer.from(packed, 'base64');
  if (decoded.byteLength !== byteLength)
    throw damaged(path, `must hold ${byteLength} bytes, not ${decoded.byteLength}`);
  // Copied: a small Buffer lies anywhere in a shared pool, and Float32Array wants an aligned one of its own.
  const bytes = new Uint8Array(byteLength);
  bytes.set(decoded);
  return bytes;
}

/** The error for a part of an artefact that is not what it should be. */
export function damaged(path: string, what: string): LatticeError {
  return new LatticeError('LATTICE_CONFIG', `The router model is damaged: ${path} ${what}. Train it again.`, {
    issues: [{ path, message: what }],
  });
}

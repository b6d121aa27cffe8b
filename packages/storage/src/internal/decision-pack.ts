import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { LatticeError, type Decision } from '@lattice-lock/contract';

const compress = promisify(deflateRaw);
const expand = promisify(inflateRaw);

/** A decision as compressed JSON; the compression runs on a thread of libuv's pool. */
export async function packDecision(decision: Decision): Promise<Uint8Array> {
  return compress(Buffer.from(JSON.stringify(decision)), { level: 1 });
}

/**
 * The decision that was packed.
 *
 * @throws LatticeError `LATTICE_STORAGE` when the bytes are damaged
 */
export async function unpackDecision(bytes: Uint8Array): Promise<Decision> {
  try {
    return JSON.parse((await expand(bytes)).toString()) as Decision;
  } catch (cause) {
    throw new LatticeError('LATTICE_STORAGE', 'A stored decision is damaged and cannot be read.', { cause });
  }
}

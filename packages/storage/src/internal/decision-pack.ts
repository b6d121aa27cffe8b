import { LatticeError, type Decision } from '@lattice-lock/contract';
import { unpackColumns } from './decision-bytes.ts';
import { decisionOfColumns } from './decision-columns.ts';

/**
 * The decision that was packed.
 *
 * @throws LatticeError `LATTICE_STORAGE` when the bytes are damaged
 */
export function unpackDecision(bytes: Uint8Array): Decision {
  try {
    const columns = unpackColumns(bytes);
    return typeof columns === 'string' ? (JSON.parse(columns) as Decision) : decisionOfColumns(columns);
  } catch (cause) {
    throw new LatticeError('LATTICE_STORAGE', 'A stored decision is damaged and cannot be read.', { cause });
  }
}

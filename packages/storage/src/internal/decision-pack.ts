import { LatticeError, type CandidateExplanation, type Decision } from '@lattice-lock/contract';
import { unpackColumns } from './decision-bytes.ts';
import { decisionOfColumns } from './decision-columns.ts';

/** Reads the candidates of a block; `undefined` when it is not there. */
export type BlockReader = (id: string) => Promise<readonly CandidateExplanation[] | undefined>;

/**
 * The decision that was packed.
 *
 * @throws LatticeError `LATTICE_STORAGE` when the bytes are damaged or the block is gone
 */
export async function unpackDecision(bytes: Uint8Array, readBlock: BlockReader): Promise<Decision> {
  const columns = undamaged(() => unpackColumns(bytes));
  if (typeof columns === 'string') return undamaged(() => JSON.parse(columns) as Decision);
  const block = columns.blockId === null ? [] : await readBlock(columns.blockId);
  return undamaged(() => decisionOfColumns(columns, block ?? missing(columns.blockId)));
}

function missing(id: string | null): never {
  throw new RangeError(`block ${id ?? ''} is not there`);
}

/** What `read` gives; whatever it throws means damage. */
export function undamaged<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new LatticeError('LATTICE_STORAGE', 'A stored decision is damaged and cannot be read.', { cause });
  }
}

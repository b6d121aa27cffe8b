import { LatticeError, type CandidateExplanation, type Decision } from '@lattice-lock/contract';
import { unpackColumns } from './decision-bytes.ts';
import { decisionOfColumns } from './decision-columns.ts';
import { decisionOfEarlierColumns } from './earlier-columns.ts';
import { candidatesOfBlock } from './filtered-blocks.ts';
import { textsOfBlock, type LastingTexts } from './ranked-blocks.ts';

/** Reads the body of a block; `undefined` when it is not there. */
export type BodyReader = (id: string) => Promise<Uint8Array | undefined>;

/** Blocks read back that are kept in memory. */
const maxReadBlocks = 64;

/** Unpacks decisions, and keeps the blocks that many of them share. */
export class DecisionUnpacker {
  readonly #readBody: BodyReader;
  readonly #filtered = new Map<string, readonly CandidateExplanation[]>();
  readonly #ranked = new Map<string, readonly LastingTexts[]>();

  constructor(readBody: BodyReader) {
    this.#readBody = readBody;
  }

  /**
   * The decision that was packed.
   *
   * @throws LatticeError `LATTICE_STORAGE` when the bytes are damaged or a block is gone
   */
  async unpack(bytes: Uint8Array): Promise<Decision> {
    const stored = undamaged(() => unpackColumns(bytes));
    if (stored.form === 'json') return undamaged(() => JSON.parse(stored.json) as Decision);
    if (stored.form === 'earlier') {
      const filtered = await this.#filteredOf(stored.filteredBlock);
      return undamaged(() => decisionOfEarlierColumns(stored.columns, filtered));
    }
    const { columns } = stored;
    const filtered = await this.#filteredOf(columns.filteredBlock);
    const ranked =
      columns.rankedBlock === '' ? null : await this.#block(this.#ranked, columns.rankedBlock, textsOfBlock);
    return undamaged(() => decisionOfColumns(columns, { filtered, ranked }));
  }

  async #filteredOf(id: string): Promise<readonly CandidateExplanation[]> {
    return id === '' ? [] : this.#block(this.#filtered, id, candidatesOfBlock);
  }

  async #block<Content>(
    known: Map<string, Content>,
    id: string,
    read: (body: Uint8Array) => Content,
  ): Promise<Content> {
    const kept = known.get(id);
    if (kept !== undefined) return kept;
    const body = await this.#readBody(id);
    const content = undamaged(() => read(body ?? missing(id)));
    if (known.size >= maxReadBlocks) known.clear();
    known.set(id, content);
    return content;
  }
}

function missing(id: string): never {
  throw new RangeError(`block ${id} is not there`);
}

/** What `read` gives; whatever it throws means damage. */
function undamaged<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw new LatticeError('LATTICE_STORAGE', 'A stored decision is damaged and cannot be read.', { cause });
  }
}

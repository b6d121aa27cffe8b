import { createHash } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { CandidateExplanation, Decision } from '@lattice-lock/contract';

/** Candidates that a block is worth: fewer are cheaper where they are. */
const leastCandidates = 32;

/** Blocks that are compared with a decision; the newest ones. */
const maxBlocks = 16;

/** Candidates that many decisions filtered out alike, stored once. */
export interface FilteredBlock {
  /** SHA-256 of its JSON. */
  readonly id: string;
  readonly candidates: readonly CandidateExplanation[];
  /** JSON compressed with Zstandard. */
  readonly body: Uint8Array;
  /** True once it is known to be in the database. */
  isStored: boolean;
}

/**
 * Finds the filtered candidates of decisions that are one and the same. A selector gives the same object for a model that
 * is out for the same reason, so comparing 350 of them takes a microsecond, and writing them out a hundred.
 */
export class FilteredBlocks {
  readonly #blocks: FilteredBlock[] = [];

  /** The block that stands for the candidates of a decision from `start` on; `null` where they are few, or differ each time. */
  find(candidates: readonly CandidateExplanation[], start: number): FilteredBlock | null {
    if (candidates.length - start < leastCandidates) return null;
    const known = this.#blocks.find((block) => isTail(block.candidates, candidates, start));
    if (known !== undefined) return known;
    const block = createBlock(candidates.slice(start));
    this.#blocks.unshift(block);
    this.#blocks.length = Math.min(this.#blocks.length, maxBlocks);
    return block;
  }
}

/** Where the filtered candidates at the end of a list begin. */
export function filteredStart(candidates: readonly CandidateExplanation[]): number {
  let start = candidates.length;
  while (candidates[start - 1]?.status === 'filtered') start -= 1;
  return start;
}

/** The candidates of a stored block. */
export function candidatesOfBlock(body: Uint8Array): Decision['candidates'] {
  return JSON.parse(zstdDecompressSync(body).toString()) as Decision['candidates'];
}

function createBlock(candidates: readonly CandidateExplanation[]): FilteredBlock {
  const json = JSON.stringify(candidates);
  const id = createHash('sha256').update(json).digest('hex');
  return { id, candidates, body: zstdCompressSync(json), isStored: false };
}

function isTail(block: readonly CandidateExplanation[], list: readonly CandidateExplanation[], start: number): boolean {
  if (list.length - start !== block.length) return false;
  for (let index = 0; index < block.length; index += 1) if (block[index] !== list[start + index]) return false;
  return true;
}

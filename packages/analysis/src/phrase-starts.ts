import type { Edge } from './edge-table.ts';
import type { ScannedWords } from './scanned-text.ts';
import { hashPair } from './word-hash.ts';
import { HashFilter, WordSet } from './word-table.ts';

/** Most words that a gap (`..`) stands for. */
export const maxGap = 4;

/** What may stand behind the first word of some phrases. */
export interface StartNode {
  /** The hash of the first word. */
  readonly first: number;
  /** No second word is needed, or which it is cannot be told by a hash. */
  readonly isOpen: boolean;
  /** For the next word, and for words behind a gap. */
  readonly next: readonly Edge[];
  readonly behindGap: readonly Edge[];
}

/** Tells of most words that begin phrases that they begin none where they stand, by the words behind them. */
export class PhraseStarts {
  readonly #open: WordSet;
  readonly #gapped: WordSet;
  readonly #next: HashFilter;
  readonly #behindGap: HashFilter;

  constructor(nodes: readonly StartNode[]) {
    this.#open = new WordSet(nodes.filter(({ isOpen }) => isOpen).map(({ first }) => first));
    this.#gapped = new WordSet(nodes.filter(({ behindGap }) => behindGap.length > 0).map(({ first }) => first));
    this.#next = new HashFilter(nodes.flatMap(({ first, next }) => next.map(({ hash }) => hashPair(first, hash))));
    this.#behindGap = new HashFilter(
      nodes.flatMap(({ first, behindGap }) => behindGap.map(({ hash }) => hashPair(first, hash))),
    );
  }

  /** False where no phrase begins with the word at an index; true for some more than begin one. */
  mayBegin({ count, hashes, opensSentence }: ScannedWords, index: number): boolean {
    const first = hashes[index] ?? 0;
    if (this.#open.has(first)) return true;
    const next = index + 1;
    if (next >= count || opensSentence[next] === 1) return false;
    if (this.#next.mayHold(hashPair(first, hashes[next] ?? 0))) return true;
    if (!this.#gapped.has(first)) return false;
    for (let at = next; at <= next + maxGap && at < count && opensSentence[at] !== 1; at += 1) {
      if (this.#behindGap.mayHold(hashPair(first, hashes[at] ?? 0))) return true;
    }
    return false;
  }
}

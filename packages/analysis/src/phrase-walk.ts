import type { BegunNode, TrieNode } from './phrase-trie.ts';
import { prefixUnits, type ScannedText } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';
import { WordSet, type WordTable } from './word-table.ts';

/** What a phrase belongs to. */
export interface IndexedPhrase {
  readonly pattern: number;
  /** It counts only where a sentence begins. */
  readonly opens: boolean;
}

/** A pattern one of whose phrases begins where it was looked for. */
export interface FoundPattern {
  readonly pattern: number;
  /** The index of the word with which the phrase ends. */
  readonly last: number;
  /** Which of the phrases it is: the first in the order of the patterns counts. */
  readonly order: number;
}

/** Most words that `..` stands for. */
const maxGap = 4;

const softeners = new WordSet(
  'please kindly now then can could would will you to i want need like let s help me and bitte'
    .split(' ')
    .map((word) => hashUnits(word)),
);

/** Most words of politeness before a verb: "could you please". */
const maxSofteners = 4;

const nothing: readonly FoundPattern[] = Object.freeze([]);

/** Looks for the phrases that begin with a word of a text, word by word. */
export class PhraseWalk {
  readonly #root: TrieNode;
  readonly #phrases: readonly IndexedPhrase[];
  readonly #text: ScannedText;
  #first = 0;
  /** Added to the index of phrases that were reached by a beginning: those with the whole word come before them. */
  #rank = 0;
  #found: FoundPattern[] | null = null;

  constructor(root: TrieNode, phrases: readonly IndexedPhrase[], text: ScannedText) {
    this.#root = root;
    this.#phrases = phrases;
    this.#text = text;
  }

  /** The patterns with a phrase that begins at a word, one phrase of each, in the order of the phrases. */
  from(index: number): readonly FoundPattern[] {
    const { words } = this.#text;
    this.#first = index;
    this.#found = null;
    this.#rank = 0;
    const whole = this.#root.words.get(words.hashes[index] ?? 0);
    if (whole !== undefined) for (const node of whole) this.#visit(node, index + 1);
    this.#rank = this.#phrases.length;
    if (this.#root.begun !== null) this.#followBegun(this.#root.begun, index, words.prefixes[index] ?? 0);
    const found = this.#found as FoundPattern[] | null;
    if (found === null) return nothing;
    return found.length === 1 ? found : found.sort((a, b) => a.order - b.order);
  }

  /** @param next The index of the word behind those that led to the node. */
  #visit(node: TrieNode, next: number): void {
    for (const phrase of node.ends) this.#put(phrase, next - 1);
    if (!this.#goesOn(next)) return;
    this.#follow(node, next);
    if (node.gap === null) return;
    for (let skipped = 0; skipped <= maxGap && this.#goesOn(next + skipped); skipped += 1) {
      this.#visit(node.gap, next + skipped);
    }
  }

  /** No phrase reaches over the end of a sentence. */
  #goesOn(index: number): boolean {
    const { count, opensSentence } = this.#text.words;
    return index < count && opensSentence[index] !== 1;
  }

  #follow({ words, begun }: TrieNode, index: number): void {
    const { hashes, starts, ends } = this.#text.words;
    const whole = words.get(hashes[index] ?? 0);
    if (whole !== undefined) for (const node of whole) this.#visit(node, index + 1);
    if (begun === null) return;
    const start = starts[index] ?? 0;
    if ((ends[index] ?? 0) - start < prefixUnits) return;
    // As it is written: a slip that was put right in the columns may have been in the first units.
    this.#followBegun(begun, index, hashUnits(this.#text.instructions, start, start + prefixUnits));
  }

  #followBegun(begun: WordTable<readonly BegunNode[]>, index: number, key: number): void {
    const nodes = begun.get(key);
    if (nodes === undefined) return;
    const { starts, ends } = this.#text.words;
    const start = starts[index] ?? 0;
    const length = (ends[index] ?? 0) - start;
    for (const { prefix, node } of nodes) {
      if (prefix.length <= length && this.#text.instructions.startsWith(prefix, start)) this.#visit(node, index + 1);
    }
  }

  #put(phrase: number, last: number): void {
    const { pattern, opens } = this.#phrases[phrase] as IndexedPhrase;
    if (opens && !this.#beginsRequest()) return;
    const one: FoundPattern = { pattern, last, order: phrase + this.#rank };
    if (this.#found === null) {
      this.#found = [one];
      return;
    }
    const known = this.#found.findIndex((other) => other.pattern === pattern);
    if (known === -1) this.#found.push(one);
    else if (one.order < (this.#found[known]?.order ?? 0)) this.#found[known] = one;
  }

  #beginsRequest(): boolean {
    const { hashes, opensSentence } = this.#text.words;
    for (let before = 0; before <= maxSofteners && this.#first - before >= 0; before += 1) {
      const index = this.#first - before;
      if (opensSentence[index] === 1) return true;
      if (!softeners.has(hashes[index - 1] ?? 0)) return false;
    }
    return false;
  }
}

import { maxGap } from './phrase-starts.ts';
import { nodeTraits, trieRoot, type Beginning, type PhraseTrie } from './phrase-trie.ts';
import { prefixUnits, type ScannedText } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';
import { WordSet } from './word-table.ts';

/** What a phrase belongs to. */
export interface IndexedPhrase {
  readonly pattern: number;
  /** It counts only where a sentence begins. */
  readonly opens: boolean;
}

/** A pattern one of whose phrases begins where it was looked for. */
interface FoundPattern {
  readonly pattern: number;
  /** The index of the word with which the phrase ends. */
  readonly last: number;
  /** Which of the phrases it is: the first in the order of the patterns counts. */
  readonly order: number;
}

const softeners = new WordSet(
  'please kindly now then can could would will you to i want need like let s help me and bitte'
    .split(' ')
    .map((word) => hashUnits(word)),
);

/** Most words of politeness before a verb: "could you please". */
const maxSofteners = 4;

const nothing: readonly never[] = Object.freeze([]);

/** Looks for the phrases that begin with a word of a text, word by word. */
export class PhraseWalk {
  readonly #trie: PhraseTrie;
  readonly #phrases: readonly IndexedPhrase[];
  readonly #text: ScannedText;
  readonly #hashes: Int32Array;
  readonly #count: number;
  #first = 0;
  /** Added to the index of phrases that were reached by a beginning: those with the whole word come before them. */
  #rank = 0;
  #found: FoundPattern[] | null = null;
  /** 1 for patterns of which no further phrase is wanted. */
  readonly #settled: Uint8Array;

  constructor(trie: PhraseTrie, phrases: readonly IndexedPhrase[], text: ScannedText) {
    this.#trie = trie;
    this.#phrases = phrases;
    this.#text = text;
    this.#hashes = text.words.hashes;
    this.#count = text.words.count;
    this.#settled = new Uint8Array(1 + (phrases.at(-1)?.pattern ?? 0));
  }

  /** Looks for no more phrases of a pattern. */
  settle(pattern: number): void {
    this.#settled[pattern] = 1;
  }

  /** The patterns with a phrase that begins at a word, one phrase of each, in the order of the phrases. */
  from(index: number): readonly FoundPattern[] {
    const { words, starts } = this.#trie;
    let whole = words.find(trieRoot, this.#hashes[index] ?? 0);
    if (whole !== 0 && !starts.mayBegin(this.#text.words, index)) whole = 0;
    const begun = this.#trie.begun.find(trieRoot, this.#text.words.prefixes[index] ?? 0);
    if (whole === 0 && begun === 0) return nothing;
    this.#first = index;
    this.#found = null;
    this.#rank = 0;
    this.#visitWhole(whole, index + 1);
    this.#rank = this.#phrases.length;
    this.#visitBegun(begun, index);
    const found = this.#found as FoundPattern[] | null;
    if (found === null) return nothing;
    return found.length === 1 ? found : found.sort((a, b) => a.order - b.order);
  }

  #visitWhole(list: number, next: number): void {
    const { words } = this.#trie;
    for (let at = list; at !== 0; at = words.rest(at)) this.#visit(words.first(at), next);
  }

  #visitBegun(list: number, index: number): void {
    const { begun, beginnings } = this.#trie;
    for (let at = list; at !== 0; at = begun.rest(at)) {
      const { units, node } = beginnings[begun.first(at)] as Beginning;
      if (this.#begins(index, units)) this.#visit(node, index + 1);
    }
  }

  /** @param next The index of the word behind those that led to the node. */
  #visit(node: number, next: number): void {
    const traits = this.#trie.traits[node] ?? 0;
    if ((traits & nodeTraits.ends) !== 0) this.#putAll(this.#trie.ends[node] ?? nothing, next - 1);
    if (!this.#goesOn(next)) return;
    this.#follow(node, traits, next);
    if ((traits & nodeTraits.gap) !== 0) this.#skip(this.#trie.gaps[node] ?? 0, next);
  }

  #skip(gap: number, next: number): void {
    const traits = this.#trie.traits[gap] ?? 0;
    for (let at = next; at <= next + maxGap && this.#goesOn(at); at += 1) {
      this.#follow(gap, traits, at);
      if ((traits & nodeTraits.gap) !== 0) this.#skip(this.#trie.gaps[gap] ?? 0, at);
    }
  }

  /** No phrase reaches over the end of a sentence. */
  #goesOn(index: number): boolean {
    return index < this.#count && this.#text.words.opensSentence[index] !== 1;
  }

  #follow(node: number, traits: number, index: number): void {
    const whole = this.#trie.words.find(node, this.#hashes[index] ?? 0);
    if (whole !== 0) this.#visitWhole(whole, index + 1);
    if ((traits & nodeTraits.begun) === 0) return;
    const begun = this.#trie.begun.find(node, this.#beginningOf(index));
    if (begun !== 0) this.#visitBegun(begun, index);
  }

  /** The hash of a word's first units as it is written: a slip that was put right in the columns may have been there. */
  #beginningOf(index: number): number {
    const { starts, ends } = this.#text.words;
    const start = starts[index] ?? 0;
    return hashUnits(this.#text.instructions, start, Math.min(ends[index] ?? 0, start + prefixUnits));
  }

  #begins(index: number, beginning: Uint16Array): boolean {
    const { units, words } = this.#text;
    const start = words.starts[index] ?? 0;
    if ((words.ends[index] ?? 0) - start < beginning.length) return false;
    for (let at = 0; at < beginning.length; at += 1) if (units[start + at] !== beginning[at]) return false;
    return true;
  }

  #putAll(phrases: readonly number[], last: number): void {
    for (const phrase of phrases) this.#put(phrase, last);
  }

  #put(phrase: number, last: number): void {
    const { pattern, opens } = this.#phrases[phrase] as IndexedPhrase;
    if (this.#settled[pattern] === 1 || (opens && !this.#beginsRequest())) return;
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

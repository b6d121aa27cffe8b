import type { PatternDefinition } from './pattern-definition.ts';
import { PhraseSpelling } from './phrase-spelling.ts';
import { firstUnspaced, isUnspaced, parsePhrase, plainWords } from './phrase-syntax.ts';
import { buildPhraseTrie, type PhraseTrie } from './phrase-trie.ts';
import { PhraseWalk, type IndexedPhrase } from './phrase-walk.ts';
import type { ScannedText } from './scanned-text.ts';

/** Where a phrase was found in the instruction zones. */
export interface PhraseHit {
  readonly pattern: number;
  readonly start: number;
  readonly end: number;
  /** It stands far from either end of a long text, where matter is more likely than an instruction. */
  readonly inner: boolean;
  /** It stands in a text that is given with the request. */
  readonly given: boolean;
}

/** So many words at either end are read as instructions. */
const edgeWords = 60;

/**
 * Finds phrases of many patterns in one walk over the words, so that the cost does not grow with the number of patterns.
 *
 * A phrase is words separated by blanks. `a|b` is either word, `e-mail` two words in a row, `summar*` any word that begins so, `..` up to four words
 * in between, not across the end of a sentence; `^` before a phrase asks for the beginning of a sentence. A phrase in a script without blanks (Chinese, Japanese, Korean, Thai) is
 * found anywhere in the text, as it is written.
 */
export class PhraseMatcher {
  /** Puts slips in the words of the phrases right. */
  readonly spelling: PhraseSpelling;
  readonly #phrases: readonly IndexedPhrase[];
  readonly #trie: PhraseTrie;
  readonly #substrings: readonly { readonly pattern: number; readonly text: string }[];

  /** @param patterns Those with phrases; hits name them by their index. */
  constructor(patterns: readonly Pick<PatternDefinition, 'phrases' | 'areNames'>[]) {
    const all = patterns.flatMap(({ phrases }, pattern) =>
      phrases.map((phrase) => ({ pattern, text: phrase.toLowerCase().normalize('NFC') })),
    );
    const parsed = all.flatMap(({ pattern, text }) =>
      isUnspaced(text) ? [] : parsePhrase(text).map((phrase) => ({ pattern, ...phrase })),
    );
    this.#phrases = parsed.map(({ pattern, opens }) => ({ pattern, opens }));
    this.#trie = buildPhraseTrie(parsed);
    this.#substrings = all.filter(({ text }) => isUnspaced(text));
    const wordsOf = (areNames: boolean) =>
      patterns.filter((one) => one.areNames === areNames).flatMap(({ phrases }) => phrases.flatMap(plainWords));
    this.spelling = new PhraseSpelling(wordsOf(false), wordsOf(true));
  }

  /** The first hit of each pattern, at most one a pattern. */
  match(text: ScannedText): readonly PhraseHit[] {
    const hits = new Map<number, PhraseHit>();
    const { count, starts, ends, matter } = text.words;
    const walk = new PhraseWalk(this.#trie, this.#phrases, text);
    for (let index = 0; index < count; index += 1) {
      const found = walk.from(index);
      if (found.length === 0) continue;
      const given = matter[index] === 1;
      const inner = index >= edgeWords && index < count - edgeWords;
      for (const { pattern, last } of found) {
        const known = hits.get(pattern);
        if (known !== undefined && (inner || given || !(known.inner || known.given))) continue;
        hits.set(pattern, { pattern, start: starts[index] ?? 0, end: ends[last] ?? 0, inner, given });
        if (!inner && !given) walk.settle(pattern);
      }
    }
    if (this.#substrings.length > 0 && text.unitBits >= firstUnspaced) this.#matchSubstrings(text, hits);
    return [...hits.values()];
  }

  #matchSubstrings({ instructions }: ScannedText, hits: Map<number, PhraseHit>): void {
    if (!isUnspaced(instructions)) return;
    for (const { pattern, text: phrase } of this.#substrings) {
      if (hits.has(pattern)) continue;
      const start = instructions.indexOf(phrase);
      if (start !== -1) hits.set(pattern, { pattern, start, end: start + phrase.length, inner: false, given: false });
    }
  }
}

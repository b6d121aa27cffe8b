import { PhraseSpelling } from './phrase-spelling.ts';
import { prefixUnits, type ScannedText } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';

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

/** One word of a phrase: any of these, or anything that begins with one of these. */
interface WordElement {
  /** Hashes of the words. */
  readonly exact: ReadonlySet<number>;
  readonly prefixes: readonly string[];
}

type PhraseElement = WordElement | 'gap';

interface CompiledPhrase {
  readonly pattern: number;
  readonly elements: readonly PhraseElement[];
  /** It counts only where a sentence begins. */
  readonly opens: boolean;
}

/** So many words at either end are read as instructions. */
const edgeWords = 60;

/** Before a phrase: it counts only at the beginning of a sentence, or after a word of politeness there. */
const openingSign = '^';

const softeners = new Set(
  'please kindly now then can could would will you to i want need like let s help me and bitte'
    .split(' ')
    .map((word) => hashUnits(word)),
);

/** Most words of politeness before a verb: "could you please". */
const maxSofteners = 4;

function beginsRequest({ words }: ScannedText, index: number): boolean {
  for (let before = 0; before <= maxSofteners && index - before >= 0; before += 1) {
    if (words.opensSentence[index - before] === 1) return true;
    if (!softeners.has(words.hashes[index - before - 1] ?? 0)) return false;
  }
  return false;
}

/** Most words that `..` stands for. */
const maxGap = 4;

/** Shortest beginning that a `*` may follow: the index of beginnings is keyed by so many characters. */
const prefixKeyLength = prefixUnits;

const slots = 2 ** 15;

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (slots - 1);
}

const ideographic = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

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
  readonly #byWord = new Map<number, CompiledPhrase[]>();
  readonly #byPrefix = new Map<number, CompiledPhrase[]>();
  /** 1 where a first word or beginning may fall: most words of a text are none, and a look here is cheaper than in a map. */
  readonly #may = new Uint8Array(slots);
  readonly #substrings: { readonly pattern: number; readonly text: string }[] = [];

  /** @param phrases The phrases of each pattern, by the pattern's index. */
  constructor(phrases: readonly (readonly string[])[]) {
    phrases.forEach((list, pattern) => {
      for (const phrase of list) this.#add(phrase.toLowerCase().normalize('NFC'), pattern);
    });
    this.spelling = new PhraseSpelling(phrases.flatMap((list) => list.flatMap(plainWords)));
    for (const hash of [...this.#byWord.keys(), ...this.#byPrefix.keys()]) this.#may[slotOf(hash)] = 1;
  }

  #add(phrase: string, pattern: number): void {
    if (ideographic.test(phrase)) {
      this.#substrings.push({ pattern, text: phrase });
      return;
    }
    const opens = phrase.startsWith(openingSign);
    const plain = opens ? phrase.slice(openingSign.length) : phrase;
    for (const elements of compilePhrase(plain)) this.#index({ pattern, elements, opens });
  }

  #index(compiled: CompiledPhrase): void {
    const [first] = compiled.elements;
    if (first === undefined || first === 'gap') return;
    for (const hash of first.exact) append(this.#byWord, hash, compiled);
    for (const key of new Set(first.prefixes.map((prefix) => hashUnits(prefix, 0, prefixKeyLength)))) {
      append(this.#byPrefix, key, compiled);
    }
  }

  /** The first hit of each pattern, at most one a pattern. */
  match(text: ScannedText): readonly PhraseHit[] {
    const hits = new Map<number, PhraseHit>();
    const { count, hashes, prefixes } = text.words;
    for (let index = 0; index < count; index += 1) {
      const hash = hashes[index] ?? 0;
      const whole = this.#may[slotOf(hash)] === 1 ? this.#byWord.get(hash) : undefined;
      if (whole !== undefined) matchAll(whole, text, index, hits);
      const prefix = prefixes[index] ?? 0;
      const begun = this.#may[slotOf(prefix)] === 1 ? this.#byPrefix.get(prefix) : undefined;
      if (begun !== undefined) matchAll(begun, text, index, hits);
    }
    if (this.#substrings.length > 0 && ideographic.test(text.instructions)) this.#matchSubstrings(text, hits);
    return [...hits.values()];
  }

  #matchSubstrings(text: ScannedText, hits: Map<number, PhraseHit>): void {
    for (const { pattern, text: phrase } of this.#substrings) {
      if (hits.has(pattern)) continue;
      const start = text.instructions.indexOf(phrase);
      if (start !== -1) hits.set(pattern, { pattern, start, end: start + phrase.length, inner: false, given: false });
    }
  }
}

function matchAll(
  phrases: readonly CompiledPhrase[],
  text: ScannedText,
  index: number,
  hits: Map<number, PhraseHit>,
): void {
  const { count, starts, ends } = text.words;
  const given = text.words.matter[index] === 1;
  const inner = index >= edgeWords && index < count - edgeWords;
  for (const { pattern, elements, opens } of phrases) {
    const last = endOf(elements, 0, text, index);
    if (last < 0 || (opens && !beginsRequest(text, index))) continue;
    const known = hits.get(pattern);
    if (known !== undefined && (inner || given || !(known.inner || known.given))) continue;
    hits.set(pattern, { pattern, start: starts[index] ?? 0, end: ends[last] ?? 0, inner, given });
  }
}

/** The words of a phrase that stand in it in full; `two-words` as two. */
function plainWords(phrase: string): readonly string[] {
  return ideographic.test(phrase)
    ? []
    : phrase
        .toLowerCase()
        .normalize('NFC')
        .split(/[\s|'\u2019^-]+/)
        .filter((word) => word !== '' && word !== '..' && !word.endsWith('*'));
}

/** What is wrong with a phrase, in words; `null` when it is fine. */
export function phraseFault(phrase: string): string | null {
  if (phrase.trim() === '') return 'is empty';
  if (ideographic.test(phrase)) return null;
  const parts = phrase.trim().replace(/^\^/, '').split(/\s+/);
  if (parts[0] === '..' || parts.at(-1) === '..') return '`..` stands between two words';
  for (const part of parts.filter((one) => one !== '..')) {
    for (const word of part.split('|')) {
      const stem = word.replace(/\*$/, '');
      if (stem === '' || stem.includes('*'))
        return `"${part}" is not a word: write \`word\`, \`beginning*\` or \`a|b\``;
      if (word.endsWith('*') && stem.length < prefixKeyLength)
        return `"${word}" is too short for \`*\`: give at least ${prefixKeyLength} letters`;
    }
  }
  return null;
}

/** A phrase as sequences of elements: one for its plain words, and one more for each `two-words` among its alternatives. */
function compilePhrase(phrase: string): readonly (readonly PhraseElement[])[] {
  let sequences: readonly (readonly PhraseElement[])[] = [[]];
  for (const part of phrase
    .replaceAll(/['\u2019]/g, '-')
    .split(/\s+/)
    .filter(Boolean)) {
    const choices = compilePart(part);
    sequences = sequences.flatMap((sequence) => choices.map((choice) => [...sequence, ...choice]));
  }
  return sequences;
}

function compilePart(part: string): readonly (readonly PhraseElement[])[] {
  if (part === '..') return [['gap']];
  const alternatives = part.split('|').filter(Boolean);
  const single = alternatives.filter((word) => !word.includes('-'));
  const joined = alternatives.filter((word) => word.includes('-'));
  return [
    ...(single.length > 0 ? [[wordElement(single)]] : []),
    ...joined.map((words) =>
      words
        .split('-')
        .filter(Boolean)
        .map((word) => wordElement([word])),
    ),
  ];
}

function wordElement(words: readonly string[]): WordElement {
  return {
    exact: new Set(words.filter((word) => !word.endsWith('*')).map((word) => hashUnits(word))),
    prefixes: words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1)),
  };
}

/** The index of the word at which the elements end when they begin at `index`; -1 when they do not. */
function endOf(elements: readonly PhraseElement[], position: number, text: ScannedText, index: number): number {
  const element = elements[position];
  if (element === undefined) return index - 1;
  if (element === 'gap') return endAfterGap(elements, position + 1, text, index);
  if (index >= text.words.count || (position > 0 && text.words.opensSentence[index] === 1)) return -1;
  return accepts(element, text, index) ? endOf(elements, position + 1, text, index + 1) : -1;
}

function endAfterGap(elements: readonly PhraseElement[], position: number, text: ScannedText, index: number): number {
  for (let skipped = 0; skipped <= maxGap; skipped += 1) {
    const end = endOf(elements, position, text, index + skipped);
    if (end >= 0) return end;
    if (text.words.opensSentence[index + skipped] === 1) return -1;
  }
  return -1;
}

function accepts({ exact, prefixes }: WordElement, { instructions, words }: ScannedText, index: number): boolean {
  if (exact.has(words.hashes[index] ?? 0)) return true;
  if (prefixes.length === 0) return false;
  const start = words.starts[index] ?? 0;
  const length = (words.ends[index] ?? 0) - start;
  for (const prefix of prefixes) if (prefix.length <= length && instructions.startsWith(prefix, start)) return true;
  return false;
}

function append<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

import { TextUnits } from './text-units.ts';
import { hashOffset, hashPrime, numberStem, stemUnits } from './word-hash.ts';

/**
 * How much of a message is looked at: its first and last characters. What lies between counts for the token estimate
 * alone, so that no length makes the analysis slow. Instructions stand at either end of a long text.
 */
const scanWindow = Object.freeze({ headChars: 6000, tailChars: 2000 });

/** How much of a message is read for instructions, in words (a Chinese, Japanese or Korean character counts as one). */
const instructionZone = Object.freeze({ headWords: 150, tailWords: 100 });

/** Beginnings of words are looked up by so many units. */
export const prefixUnits = 3;

/** The words of the instruction zones, in lower case, one slot a word; columns instead of objects, to be quick. */
export interface ScannedWords {
  readonly count: number;
  /** Chinese, Japanese and Korean characters in them. */
  readonly ideographs: number;
  /** Where each begins in {@link ScannedText.instructions}. */
  readonly starts: Int32Array;
  /** Where each ends. */
  readonly ends: Int32Array;
  /** `hashUnits` of each. */
  readonly hashes: Int32Array;
  /** `hashUnits` of the first {@link prefixUnits} units of each; of all when there are fewer. */
  readonly prefixes: Int32Array;
  /** `hashStem` of each: what learned weights know it by. */
  readonly stems: Int32Array;
  /** 1 when a sentence ended before it, so that no phrase reaches over. */
  readonly opensSentence: Uint8Array;
  /** 1 when it belongs to a text that is given with the request; see `markMatter`. */
  readonly matter: Uint8Array;
}

/** A message made ready for matching; everything in it is bounded. */
export interface ScannedText {
  /** Length of the whole message in UTF-16 units. */
  readonly length: number;
  /** Head and tail windows in their own case, composed (NFC), each run of blanks as one. */
  readonly window: string;
  /** The UTF-16 units of {@link window}, and a zero behind them. */
  readonly windowUnits: Uint16Array;
  /** The zones where instructions stand, in lower case. */
  readonly instructions: string;
  /** The UTF-16 units of {@link instructions}, and a zero behind them. */
  readonly units: Uint16Array;
  readonly words: ScannedWords;
  /** The bits of all units of the words: none of them is above it. */
  readonly unitBits: number;
  /** Words of the zones as a reader counts them: two Chinese, Japanese or Korean characters are one. */
  readonly wordCount: number;
}

/** The word at an index; empty when there is none. */
export function wordAt({ instructions, words }: ScannedText, index: number): string {
  return index < words.count ? instructions.slice(words.starts[index], words.ends[index]) : '';
}

/** Several blanks say no more than one; line breaks stay, because structure is read from them. */
const blankRuns = /[^\S\n]{2,}/g;

/** The expression is only run when there is something for it to do: most prompts have single blanks throughout. */
function joinBlanks(text: string, units: Uint16Array): string {
  return hasBlankPair(units, text.length) || text.includes('\t') ? text.replace(blankRuns, ' ') : text;
}

const blank = 32;

/** Of two neighbours one stands at an odd index. */
function hasBlankPair(units: Uint16Array, length: number): boolean {
  for (let index = 1; index < length; index += 2) {
    if (units[index] === blank && (units[index - 1] === blank || units[index + 1] === blank)) return true;
  }
  return false;
}

/** Letters below this are composed as they are. */
const mayNeedComposition = /[\u0300-\uffff]/;

const separator = '\n\u2026\n';

/** A text, or what is looked at of a long one; bounded. */
export interface HeldText {
  /** Length of the whole in UTF-16 units. */
  readonly length: number;
  readonly shown: string;
}

/** Cuts a text to its windows, so that keeping it for a later look costs no more than they are. */
export function holdText(text: string): HeldText {
  const { headChars, tailChars } = scanWindow;
  if (text.length <= headChars + tailChars) return { length: text.length, shown: text };
  const parts = text.slice(0, headChars) + separator + text.slice(-tailChars);
  // Normalising makes one string of the parts, which holds nothing of the long one.
  return { length: text.length, shown: parts.normalize('NFC') };
}

/**
 * Splits the zones of a text into words.
 *
 * @param columns Where the words go. Who scans many texts one after the other hands over the same columns again, which costs
 * less than new ones; the text scanned before must not be used any more.
 */
export function scanText({ length, shown }: HeldText, columns: WordColumns = new WordColumns()): ScannedText {
  const composed = mayNeedComposition.test(shown) ? shown.normalize('NFC') : shown;
  const shownUnits = columns.windowUnits.take(composed);
  const window = joinBlanks(composed, shownUnits).trim();
  const windowUnits = window.length === composed.length ? shownUnits : columns.windowUnits.take(window);
  const instructions = instructionsOf(window, windowUnits);
  const units = columns.units.take(instructions);
  const { words, unitBits } = splitWords(units, instructions.length, columns);
  return {
    length,
    window,
    windowUnits,
    instructions,
    units,
    words,
    unitBits,
    wordCount: words.count + Math.floor(words.ideographs / 2),
  };
}

/** The zones of a window in lower case. */
function instructionsOf(window: string, units: Uint16Array): string {
  const { length } = window;
  const { headWords, tailWords } = instructionZone;
  // No unit is more than a word.
  const headEnd = length <= headWords ? length : advance(units, length, headWords, 0, 1);
  const tailStart = headEnd >= length ? 0 : advance(units, length, tailWords, length - 1, -1);
  if (headEnd >= tailStart) return window.toLowerCase();
  // Each by itself: the sign between them takes two bytes a unit, and with it the whole would.
  return window.slice(0, headEnd).toLowerCase() + separator + window.slice(tailStart).toLowerCase();
}

/** The index at which so many words are passed, walking from `from` by `step`. */
function advance(units: Uint16Array, length: number, wordCount: number, from: number, step: 1 | -1): number {
  let words = 0;
  let inWord = 0;
  let index = from;
  for (; index >= 0 && index < length; index += step) {
    const kind = unitClasses[units[index] ?? 0] ?? 0;
    if (kind === inWord && kind !== ideograph) continue;
    if (kind !== 0) words += 1;
    if (words > wordCount) break;
    inWord = kind;
  }
  return Math.max(index, 0);
}

const wordUnit = 1;
const ideograph = 2;

/**
 * What every UTF-16 unit is to a word. Letters, digits, `_` and the signs of names such as `c++` and `c#` make words; every
 * unit beyond Latin-1 signs counts as a letter.
 */
const unitClasses = new Uint8Array(0x10000);
unitClasses.fill(wordUnit, 0xc0, 0x2000);
unitClasses.fill(wordUnit, 0x3040);
for (let code = 0; code < 128; code += 1) {
  if (/[\w+#]/.test(String.fromCharCode(code))) unitClasses[code] = wordUnit;
}
unitClasses.fill(ideograph, 0x3040, 0xa000);
unitClasses.fill(ideograph, 0xac00, 0xd7b0);

/** Most words that two zones hold; one more of either may be cut in half at its edge. */
const maxWords = instructionZone.headWords + instructionZone.tailWords + 2;

/** Room for the words of one text. */
export class WordColumns {
  readonly windowUnits = new TextUnits();
  readonly units = new TextUnits();
  readonly starts = new Int32Array(maxWords);
  readonly ends = new Int32Array(maxWords);
  readonly hashes = new Int32Array(maxWords);
  readonly prefixes = new Int32Array(maxWords);
  readonly stems = new Int32Array(maxWords);
  readonly opensSentence = new Uint8Array(maxWords);
  readonly matter = new Uint8Array(maxWords);
}

function splitWords(units: Uint16Array, length: number, columns: WordColumns): Pick<ScannedText, 'words' | 'unitBits'> {
  const { starts, ends, hashes, prefixes, stems, opensSentence, matter } = columns;
  let count = 0;
  let ideographs = 0;
  let unitBits = 0;
  let opens = 1;
  let index = 0;
  while (index < length && count < maxWords) {
    const first = units[index] ?? 0;
    let kind = unitClasses[first] ?? 0;
    if (kind === 0) {
      index += 1;
      // The zero behind the last unit is of no word.
      if (isSentenceEnd(first) && unitClasses[units[index] ?? 0] === 0) opens = 1;
      continue;
    }
    const start = index;
    let hash = hashOffset;
    for (let unit = first; kind !== 0; kind = unitClasses[unit] ?? 0) {
      if (kind === ideograph) ideographs += 1;
      unitBits |= unit;
      hash = Math.imul(hash ^ unit, hashPrime);
      index += 1;
      if (index - start === prefixUnits) prefixes[count] = hash;
      if (index - start === stemUnits) stems[count] = hash;
      unit = units[index] ?? 0;
    }
    const size = index - start;
    if (size < prefixUnits) prefixes[count] = hash;
    if (isDigit(first)) stems[count] = numberStem(size);
    else if (size < stemUnits) stems[count] = hash;
    starts[count] = start;
    ends[count] = index;
    hashes[count] = hash;
    opensSentence[count] = opens;
    count += 1;
    opens = 0;
  }
  matter.fill(0, 0, count);
  return { words: { count, ideographs, starts, ends, hashes, prefixes, stems, opensSentence, matter }, unitBits };
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isSentenceEnd(code: number): boolean {
  return code === 46 || code === 33 || code === 63 || code === 0x2026 || code === 0x3002;
}

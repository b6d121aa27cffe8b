import { hashStem, hashUnits } from './word-hash.ts';

/**
 * How much of a message is looked at: its first and last characters. What lies between counts for the token estimate
 * alone, so that no length makes the analysis slow. Instructions stand at either end of a long text.
 */
const scanWindow = Object.freeze({ headChars: 6000, tailChars: 2000 });

/** How much of a message is read for instructions, in words (a Chinese, Japanese or Korean character counts as one). */
const instructionZone = Object.freeze({ headWords: 150, tailWords: 100 });

/** The words of the instruction zones, in lower case, one slot a word; columns instead of objects, to be quick. */
export interface ScannedWords {
  readonly count: number;
  /** Where each begins in {@link ScannedText.instructions}. */
  readonly starts: Int32Array;
  /** Where each ends. */
  readonly ends: Int32Array;
  /** `hashUnits` of each. */
  readonly hashes: Int32Array;
  /** `hashStem` of each: what learned weights know it by. */
  readonly stems: Int32Array;
  /** 1 when a sentence ended before it, so that no phrase reaches over. */
  readonly opensSentence: Uint8Array;
}

/** A message made ready for matching; everything in it is bounded. */
export interface ScannedText {
  /** Length of the whole message in UTF-16 units. */
  readonly length: number;
  /** Head and tail windows in their own case, composed (NFC), each run of blanks as one. */
  readonly window: string;
  /** The zones where instructions stand, in lower case. */
  readonly instructions: string;
  readonly words: ScannedWords;
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
function joinBlanks(text: string): string {
  const may = text.includes('  ') || /[\t\r\u00a0\u2000-\u3000]/.test(text);
  return may ? text.replace(blankRuns, ' ') : text;
}

const separator = '\n\u2026\n';

/** Cuts a message to its windows and zones and splits the zones into words. */
export function scanText(text: string): ScannedText {
  const { headChars, tailChars } = scanWindow;
  const whole = text.length <= headChars + tailChars;
  const head = whole ? text : text.slice(0, headChars);
  const tail = whole ? '' : text.slice(-tailChars);
  const window = joinBlanks((whole ? text : head + separator + tail).normalize('NFC')).trim();
  const instructions = instructionsOf(window).toLowerCase();
  const words = splitWords(instructions);
  return {
    length: text.length,
    window,
    instructions,
    words,
    wordCount: words.count + Math.floor(countIdeographs(instructions) / 2),
  };
}

function countIdeographs(instructions: string): number {
  let ideographs = 0;
  for (let index = 0; index < instructions.length; index += 1) {
    if (isIdeographic(instructions.charCodeAt(index))) ideographs += 1;
  }
  return ideographs;
}

function instructionsOf(window: string): string {
  const headEnd = advance(window, instructionZone.headWords, 0, 1);
  const tailStart = advance(window, instructionZone.tailWords, window.length - 1, -1);
  return headEnd >= tailStart ? window : window.slice(0, headEnd) + separator + window.slice(tailStart);
}

/** The index at which so many words are passed, walking from `from` by `step`. */
function advance(text: string, wordCount: number, from: number, step: 1 | -1): number {
  let words = 0;
  let inWord = false;
  let index = from;
  for (; index >= 0 && index < text.length; index += step) {
    const code = text.charCodeAt(index);
    if (isIdeographic(code)) {
      words += 1;
      inWord = false;
    } else {
      const word = isWordUnit(code);
      if (word && !inWord) words += 1;
      inWord = word;
    }
    if (words > wordCount) break;
  }
  return Math.max(index, 0);
}

function isIdeographic(code: number): boolean {
  return (code >= 0x3040 && code <= 0x9fff) || (code >= 0xac00 && code <= 0xd7af);
}

const asciiWord = new Uint8Array(128);
for (let code = 0; code < 128; code += 1) {
  if (/[\w+#]/.test(String.fromCharCode(code))) asciiWord[code] = 1;
}

/** Letters, digits, `_`, and the signs of names such as `c++` and `c#`. Every unit beyond Latin-1 signs counts as a letter. */
function isWordUnit(code: number): boolean {
  return code < 128 ? asciiWord[code] === 1 : code >= 0xc0 && !(code >= 0x2000 && code <= 0x303f);
}

const apostrophe = 39;
const typographicApostrophe = 0x2019;

/** Most words that two zones hold; one more of either may be cut in half at its edge. */
const maxWords = instructionZone.headWords + instructionZone.tailWords + 2;

function splitWords(text: string): ScannedWords {
  const starts = new Int32Array(maxWords);
  const ends = new Int32Array(maxWords);
  const hashes = new Int32Array(maxWords);
  const stems = new Int32Array(maxWords);
  const opensSentence = new Uint8Array(maxWords);
  let count = 0;
  let start = -1;
  let opens = 1;
  for (let index = 0; index <= text.length && count < maxWords; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : 32;
    if (isWordUnit(code)) {
      if (start === -1) start = index;
      continue;
    }
    if (start !== -1) {
      starts[count] = start;
      ends[count] = index;
      hashes[count] = hashUnits(text, start, index);
      stems[count] = hashStem(text, start, index);
      opensSentence[count] = opens;
      count += 1;
      opens = 0;
      start = -1;
    }
    if (code === apostrophe || code === typographicApostrophe) continue;
    if (isSentenceEnd(code) && !isWordUnit(text.charCodeAt(index + 1))) opens = 1;
  }
  return { count, starts, ends, hashes, stems, opensSentence };
}

function isSentenceEnd(code: number): boolean {
  return code === 46 || code === 33 || code === 63 || code === 0x2026 || code === 0x3002;
}

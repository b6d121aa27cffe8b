import { TextUnits } from './text-units.ts';

/**
 * What the token estimate counts, one slot each. The names are those of `data/token-weights.json`.
 *
 * A run is a longest stretch of characters of one class. `word` is a run of Latin letters; letters past the sixth are
 * `longWordLetters`, because byte-pair vocabularies hold most words up to that length whole. `repeats` (blanks and signs)
 * and `repeatedLetters` (Latin) equal the two characters before them: vocabularies hold long runs of one character as
 * few tokens. `digitTriples` are groups of up to three digits.
 */
export const tokenFeatureNames = [
  'words',
  'longWordLetters',
  'innerCapitals',
  'accentedLetters',
  'digitTriples',
  'lineBreakRuns',
  'spaceRuns',
  'punctuationRuns',
  'punctuationMore',
  'repeats',
  'repeatedLetters',
  'cyrillicWords',
  'cyrillicLetters',
  'hanCharacters',
  'kanaCharacters',
  'hangulCharacters',
  'arabicLetters',
  'indicLetters',
  'otherSymbols',
  'astralCharacters',
] as const;

/** One of {@link tokenFeatureNames}. */
export type TokenFeatureName = (typeof tokenFeatureNames)[number];

const slot = Object.fromEntries(tokenFeatureNames.map((name, index) => [name, index])) as Record<
  TokenFeatureName,
  number
>;

const longWord = 6;

const classes = {
  none: 0,
  letter: 1,
  digit: 2,
  space: 3,
  lineBreak: 4,
  punctuation: 5,
  cyrillic: 6,
  han: 7,
  kana: 8,
  hangul: 9,
  arabic: 10,
  indic: 11,
  symbol: 12,
  astral: 13,
} as const;

const slotOfClass = new Int8Array(14).fill(-1);
slotOfClass[classes.cyrillic] = slot.cyrillicLetters;
slotOfClass[classes.han] = slot.hanCharacters;
slotOfClass[classes.kana] = slot.kanaCharacters;
slotOfClass[classes.hangul] = slot.hangulCharacters;
slotOfClass[classes.arabic] = slot.arabicLetters;
slotOfClass[classes.indic] = slot.indicLetters;
slotOfClass[classes.symbol] = slot.otherSymbols;
slotOfClass[classes.astral] = slot.astralCharacters;

/** Where a third equal character in a row is counted; -1: as any other character of its class. */
const repeatSlot = new Int8Array(14).fill(-1);
repeatSlot[classes.letter] = slot.repeatedLetters;
repeatSlot[classes.space] = slot.repeats;
repeatSlot[classes.lineBreak] = slot.repeats;
repeatSlot[classes.punctuation] = slot.repeats;

const asciiClass = new Uint8Array(128).fill(classes.punctuation);
for (let code = 0; code < 128; code += 1) {
  if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) asciiClass[code] = classes.letter;
  else if (code >= 48 && code <= 57) asciiClass[code] = classes.digit;
  else if (code === 32 || code === 9) asciiClass[code] = classes.space;
  else if (code === 10 || code === 13) asciiClass[code] = classes.lineBreak;
}

/** Unicode blocks by code unit; what lies between them is `symbol`. */
const blocks: readonly (readonly [first: number, last: number, name: keyof typeof classes])[] = [
  [0x00c0, 0x024f, 'letter'],
  [0x0300, 0x036f, 'letter'],
  [0x0370, 0x03ff, 'cyrillic'],
  [0x0400, 0x052f, 'cyrillic'],
  [0x0590, 0x08ff, 'arabic'],
  [0x0900, 0x0eff, 'indic'],
  [0x1100, 0x11ff, 'hangul'],
  [0x1e00, 0x1eff, 'letter'],
  [0x3040, 0x30ff, 'kana'],
  [0x3400, 0x9fff, 'han'],
  [0xac00, 0xd7af, 'hangul'],
  [0xd800, 0xdbff, 'astral'],
  [0xf900, 0xfaff, 'han'],
];

/** The class of every UTF-16 code unit: one lookup a character on the hot path. */
const classOfUnit = new Uint8Array(0x10000).fill(classes.symbol);
classOfUnit.set(asciiClass);
for (const [first, last, name] of blocks) classOfUnit.fill(classes[name], first, last + 1);
classOfUnit.fill(classes.none, 0xdc00, 0xe000);

/** What a unit is within a word of Latin letters. */
const letterKinds = { none: 0, plain: 1, capital: 2, accented: 3 } as const;

const letterKindOfUnit = new Uint8Array(0x10000);
for (let code = 0; code < letterKindOfUnit.length; code += 1) {
  if (classOfUnit[code] !== classes.letter) continue;
  letterKindOfUnit[code] = code >= 128 ? letterKinds.accented : code <= 90 ? letterKinds.capital : letterKinds.plain;
}

const blank = 32;

/** Counts one text after the other. Words of Latin letters, which most of a text is, are counted in fields of their own. */
class TokenCounter {
  readonly #text = new TextUnits();
  readonly #counts = new Float64Array(tokenFeatureNames.length);
  #words = 0;
  #longLetters = 0;
  #accented = 0;
  #capitals = 0;
  #repeated = 0;

  /** In the order of {@link tokenFeatureNames}; the figures hold until the next text is counted. */
  count(text: string): Float64Array {
    const { length } = text;
    const units = this.#text.take(text);
    this.#counts.fill(0);
    this.#words = this.#longLetters = this.#accented = this.#capitals = this.#repeated = 0;
    let index = 0;
    while (index < length) {
      const code = units[index] ?? 0;
      if (letterKindOfUnit[code] !== letterKinds.none) index = this.#addWord(units, index);
      // One blank between two words counts as nothing.
      else if (code === blank && letterKindOfUnit[units[index + 1] ?? 0] !== letterKinds.none) index += 1;
      else index = this.#addRun(units, index, length);
    }
    this.#counts[slot.words] = this.#words;
    this.#counts[slot.longWordLetters] = this.#longLetters;
    this.#counts[slot.accentedLetters] = this.#accented;
    this.#counts[slot.innerCapitals] = this.#capitals;
    this.#counts[slot.repeatedLetters] = this.#repeated;
    return this.#counts;
  }

  /** Counts the word that begins at an index and returns its end. */
  #addWord(units: Uint16Array, start: number): number {
    let previous = units[start] ?? 0;
    let accented = previous >= 128 ? 1 : 0;
    let capitals = 0;
    let repeated = 0;
    let repeatedLate = 0;
    let index = start + 1;
    for (; ; index += 1) {
      const code = units[index] ?? 0;
      const kind = letterKindOfUnit[code];
      if (kind === letterKinds.none) break;
      if (code === previous && index - start > 1 && code === units[index - 2]) {
        repeated += 1;
        if (index - start >= longWord) repeatedLate += 1;
      } else if (kind === letterKinds.capital) capitals += 1;
      else if (kind === letterKinds.accented) accented += 1;
      previous = code;
    }
    this.#words += 1;
    this.#longLetters += Math.max(0, index - start - longWord) - repeatedLate;
    this.#accented += accented;
    this.#capitals += capitals;
    this.#repeated += repeated;
    return index;
  }

  /** Counts the run of any other class that begins at an index and returns its end. */
  #addRun(units: Uint16Array, start: number, length: number): number {
    const cls = classOfUnit[units[start] ?? 0] ?? classes.symbol;
    const mayRepeat = repeatSlot[cls] !== -1;
    let repeated = 0;
    let index = start + 1;
    for (; index < length; index += 1) {
      const code = units[index] ?? 0;
      if (classOfUnit[code] !== cls) break;
      if (mayRepeat && index - start > 1 && code === units[index - 1] && code === units[index - 2]) repeated += 1;
    }
    this.#putRun(cls, index - start, repeated);
    return index;
  }

  #putRun(cls: number, length: number, repeated: number): void {
    const counts = this.#counts;
    if (repeated > 0) add(counts, repeatSlot[cls] ?? slot.repeats, repeated);
    if (cls === classes.digit) add(counts, slot.digitTriples, Math.ceil(length / 3));
    else if (cls === classes.space) add(counts, slot.spaceRuns, length > 1 ? 1 : 0);
    else if (cls === classes.lineBreak) add(counts, slot.lineBreakRuns, 1);
    else if (cls === classes.punctuation) {
      add(counts, slot.punctuationRuns, 1);
      add(counts, slot.punctuationMore, length - 1 - repeated);
    } else if (cls !== classes.none) {
      if (cls === classes.cyrillic) add(counts, slot.cyrillicWords, 1);
      add(counts, slotOfClass[cls] ?? slot.otherSymbols, length);
    }
  }
}

const counter = new TokenCounter();

/** Counts the {@link tokenFeatureNames} of a text in one pass: linear in its length, whatever the characters are. */
export function countTokenFeatures(text: string): Float64Array {
  return counter.count(text).slice();
}

/** The sum of the {@link tokenFeatureNames} of a text, each times its weight. */
export function weighTokenFeatures(text: string, weights: Float64Array): number {
  const counts = counter.count(text);
  let sum = 0;
  for (let index = 0; index < counts.length; index += 1) sum += (counts[index] ?? 0) * (weights[index] ?? 0);
  return sum;
}

function add(counts: Float64Array, index: number, amount: number): void {
  counts[index] = (counts[index] ?? 0) + amount;
}

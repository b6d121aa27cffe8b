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

/** Counts the {@link tokenFeatureNames} of a text in one pass: linear in its length, whatever the characters are. */
export function countTokenFeatures(text: string): Float64Array {
  const counts = new Float64Array(tokenFeatureNames.length);
  let index = 0;
  while (index < text.length) {
    const cls = classOfUnit[text.charCodeAt(index)] ?? classes.symbol;
    index = cls === classes.letter ? countWord(text, index, counts) : countRun(text, index, cls, counts);
  }
  return counts;
}

/** Counts a run of Latin letters and returns its end. Most of a text is such runs: figures stay in registers until then. */
function countWord(text: string, start: number, counts: Float64Array): number {
  let beforePrevious = -1;
  let previous = -1;
  let longLetters = 0;
  let accented = 0;
  let capitals = 0;
  let repeated = 0;
  let index = start;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (classOfUnit[code] !== classes.letter) break;
    if (code === previous && code === beforePrevious) repeated += 1;
    else {
      if (index - start >= longWord) longLetters += 1;
      if (code >= 128) accented += 1;
      else if (code <= 90 && index > start) capitals += 1;
    }
    beforePrevious = previous;
    previous = code;
  }
  add(counts, slot.words, 1);
  if (longLetters > 0) add(counts, slot.longWordLetters, longLetters);
  if (accented > 0) add(counts, slot.accentedLetters, accented);
  if (capitals > 0) add(counts, slot.innerCapitals, capitals);
  if (repeated > 0) add(counts, slot.repeatedLetters, repeated);
  return index;
}

/** Counts a run of any other class and returns its end. */
function countRun(text: string, start: number, cls: number, counts: Float64Array): number {
  const repeats = repeatSlot[cls] ?? -1;
  let beforePrevious = -1;
  let previous = -1;
  let repeated = 0;
  let index = start;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (classOfUnit[code] !== cls) break;
    if (repeats !== -1 && code === previous && code === beforePrevious) repeated += 1;
    beforePrevious = previous;
    previous = code;
  }
  const length = index - start;
  if (repeated > 0) add(counts, repeats, repeated);
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
  return index;
}

function add(counts: Float64Array, index: number, amount: number): void {
  counts[index] = (counts[index] ?? 0) + amount;
}

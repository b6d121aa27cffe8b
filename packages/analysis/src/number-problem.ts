import { isGiven, type RequestShape } from './request-shape.ts';
import type { ScannedText } from './scanned-text.ts';
import type { WindowCounts } from './window-counts.ts';
import { hashUnits } from './word-hash.ts';

/** Bounds of a problem in numbers. Source: `assumption`, checked with tools/check-task-kinds.mjs. */
const bounds = Object.freeze({ words: 220, wordsANumber: 30, dense: 12, inWords: 3 });

/** A question about a quantity, of a text that is short and full of numbers. */
export function isNumberProblem(counts: WindowCounts, text: ScannedText, shape: RequestShape): boolean {
  const numbers = countNumbers(counts, text) - shape.choices.quantities;
  return (
    numbers >= 2 &&
    (counts.numbers > 0 || numbers >= bounds.inWords) &&
    (counts.questionMarks > 0 || shape.question !== 'none' || shape.choices.quantities > 0) &&
    !counts.fenced &&
    !isGiven(shape) &&
    text.wordCount <= bounds.words &&
    numbers * bounds.wordsANumber >= text.wordCount &&
    (shape.choices.quantities > 0 || isDense(text) || asksQuantity(text, shape))
  );
}

/** Amounts in every other phrase: in any language that is a sum. Years, times, names with digits and numbers of points are none. */
function isDense({ instructions, wordCount }: ScannedText): boolean {
  let amounts = 0;
  for (const { 0: digits, index } of instructions.matchAll(/\d[\d.,]*/g)) {
    const before = instructions[index - 1] ?? ' ';
    const isPoint =
      '\n('.includes(before) && (digits.endsWith('.') || ').:'.includes(instructions[index + digits.length] ?? ' '));
    const isName = isPoint || before === ':' || (before >= 'a' && before <= 'z');
    const isYear = /^[12]\d{3}$/.test(digits);
    if (!isName && !isYear && !timeOfDay.test(instructions.slice(index, index + digits.length + 4))) amounts += 1;
  }
  return amounts >= 2 && amounts * bounds.dense >= wordCount;
}

const timeOfDay = /^\d{1,2}(?: ?[ap]\.?m\b|:\d)/;

/** A figure that does not stand in the data but is worked out from them: a share, a change, a mean. */
export function isComputedFromData(counts: WindowCounts, { words }: ScannedText, shape: RequestShape): boolean {
  const { asked } = shape;
  if (asked === null || counts.numbers < fewestData || counts.fenced) return false;
  if (!isGiven(shape) && counts.tableLines < tableLines) return false;
  for (let index = asked.start; index < asked.end; index += 1) {
    if (computedHashes.has(words.hashes[index] ?? 0)) return true;
  }
  return false;
}

const fewestData = 4;
const tableLines = 3;

/** Numbers in digits and in words. */
export function countNumbers(counts: WindowCounts, { words }: ScannedText): number {
  let count = counts.numbers;
  for (let index = 0; index < words.count; index += 1) if (numberHashes.has(words.hashes[index] ?? 0)) count += 1;
  return count;
}

/** Many words ask for a number wherever they stand; some, as "old", only in the question. */
function asksQuantity({ words }: ScannedText, { asked }: RequestShape): boolean {
  for (let index = 0; index < words.count; index += 1) {
    const hash = words.hashes[index] ?? 0;
    if (quantityHashes.has(hash)) return true;
    const isAsked = asked !== null && index >= asked.start && index < asked.end;
    if (isAsked && askedHashes.has(hash)) return true;
  }
  return false;
}

/** Numbers outside a given text that a unit follows (`15 feet`), or that end in one (`500ml`). */
export function countMeasured({ instructions, words }: ScannedText): number {
  let count = 0;
  for (let index = 0; index < words.count; index += 1) {
    if (words.matter[index] === 1) continue;
    const start = words.starts[index] ?? 0;
    const first = instructions.charCodeAt(start);
    if (first < 48 || first > 57) continue;
    const end = words.ends[index] ?? 0;
    let unit = start;
    while (unit < end && instructions.charCodeAt(unit) <= 57) unit += 1;
    const hash = unit < end ? hashUnits(instructions, unit, end) : (words.hashes[index + 1] ?? 0);
    if (unitHashes.has(hash)) count += 1;
  }
  return count;
}

const hashesOf = (words: string): ReadonlySet<number> => new Set(words.split(' ').map((word) => hashUnits(word)));

const numberHashes = hashesOf(
  'two three four five six seven eight nine ten eleven twelve fifteen twenty thirty fifty hundred thousand dozen half ' +
    'third quarter twice thrice double triple',
);

const measures =
  'feet foot inches inch yards yard miles mile meters meter metres metre centimeters centimetres kilometers kilometres km/h ' +
  'pounds pound ounces grams gram kilograms kilogram liters liter litres gallons gallon degrees celsius dollars dollar cents ' +
  'euros euro newtons joules watts volts moles';

const unitHashes = hashesOf(
  `m cm mm km kg g mg ml l lb lbs oz ft in mph kph s ms h min mol percent seconds second minutes minute hours hour days weeks ${measures}`,
);

const quantityHashes = hashesOf(
  'many much total percent percentage altogether average remaining combien cuántos cuántas cuánto quanti quante quanto ' +
    'quantos quantas viele viel сколько cost price fraction chance probability ways twice',
);

const computedHashes = hashesOf(
  'percentage percent percentual prozent prozentual pourcentage porcentaje ratio change growth grow grew increase decrease rise fall ' +
    'difference average mean sum proportion margin portion durchschnitt moyenne promedio media',
);

const askedHashes = hashesOf(
  `old fast far tall long left half pay owe earn earned spend spent difference largest smallest combined sum ${measures}`,
);

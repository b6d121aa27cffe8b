import { isSign, signBit } from './regex-signs.ts';
import type { ScannedText } from './scanned-text.ts';

/** Counts over the scanned window, made in one pass. */
export interface WindowCounts {
  readonly numbers: number;
  readonly codeSigns: number;
  readonly notationSigns: number;
  readonly questionMarks: number;
  readonly lines: number;
  readonly tableLines: number;
  readonly choices: number;
  readonly fenced: boolean;
  /** The bits of all signs; see `signBit`. */
  readonly signs: number;
}

const plainUnit = 0;
const codeSign = 1;
const notationSign = 2;
const digitUnit = 4;
const questionSign = 8;
const barSign = 16;
const lineEnd = 32;
const choiceEnd = 64;
const otherSign = 128;

/** What every UTF-16 unit is, as bits; letters, blanks and signs that say nothing are plain. */
const unitKinds = new Uint8Array(0x10000);
const markUnits = (units: string, bit: number) => {
  for (const unit of units) unitKinds[unit.charCodeAt(0)] = (unitKinds[unit.charCodeAt(0)] ?? 0) | bit;
};
markUnits('{};<>[]_', codeSign);
markUnits('\\^_$=+×÷√∑∫≤≥∞∈∀∃πθ', notationSign);
markUnits('0123456789', digitUnit);
markUnits('?\uff1f\u061f', questionSign);
markUnits('|\t', barSign);
markUnits('\n', lineEnd);
markUnits(').:', choiceEnd);
for (let unit = 0; unit < unitKinds.length; unit += 1) {
  if (unitKinds[unit] === plainUnit && isSign(unit)) unitKinds[unit] = otherSign;
}

/** How many choices are offered: letters from A on, each after a blank or a bracket and before `)`, `.` or `:`. */
function choiceRun(letters: number): number {
  let count = 0;
  while ((letters >> count) & 1) count += 1;
  return count;
}

/** Counts the signs that say what form a text has. */
export function countWindow({ window, windowUnits }: Pick<ScannedText, 'window' | 'windowUnits'>): WindowCounts {
  const { length } = window;
  let numbers = 0;
  let codeSigns = 0;
  let notationSigns = 0;
  let questionMarks = 0;
  let lines = 1;
  let tableLines = 0;
  let barsInLine = 0;
  let letters = 0;
  let signs = 0;
  let numberEnd = -1;
  for (let index = 0; index < length; index += 1) {
    const unit = windowUnits[index] ?? 0;
    const kind = unitKinds[unit] ?? 0;
    if (kind === plainUnit) continue;
    if (kind === digitUnit) {
      if (index > numberEnd) {
        if (!isYear(windowUnits, index)) numbers += 1;
        numberEnd = endOfNumber(windowUnits, index);
      }
      continue;
    }
    signs |= signBit(unit);
    if ((kind & codeSign) !== 0) codeSigns += 1;
    if ((kind & notationSign) !== 0) notationSigns += 1;
    if (kind === choiceEnd) letters |= choiceBefore(windowUnits, index);
    else if (kind === questionSign) questionMarks += 1;
    else if (kind === barSign) barsInLine += 1;
    else if (kind === lineEnd) {
      lines += 1;
      if (barsInLine >= 2) tableLines += 1;
      barsInLine = 0;
    }
  }
  if (barsInLine >= 2) tableLines += 1;
  return {
    numbers,
    codeSigns,
    notationSigns,
    questionMarks,
    lines,
    tableLines,
    choices: choiceRun(letters),
    fenced: window.includes('```'),
    signs,
  };
}

/** The index of the last unit of a number that begins at an index: digits with points and commas among them. */
function endOfNumber(units: Uint16Array, from: number): number {
  let index = from + 1;
  // The zero behind the last unit is of no number.
  while (isNumberUnit(units[index] ?? 0)) index += 1;
  return index - 1;
}

/** A digit, a comma or a point. */
function isNumberUnit(unit: number): boolean {
  return (unit >= 48 && unit <= 57) || unit === 44 || unit === 46;
}

/** Four digits alone from 1000 to 2099 date an event more often than they count anything. */
function isYear(units: Uint16Array, index: number): boolean {
  const first = units[index] ?? 0;
  const century = first === 49 || (first === 50 && (units[index + 1] ?? 0) === 48);
  if (!century || !isDigit(units, index + 1) || !isDigit(units, index + 2) || !isDigit(units, index + 3)) return false;
  const next = units[index + 4] ?? 0;
  const goesOn = next === 46 || next === 44 ? isDigit(units, index + 5) : isDigit(units, index + 4);
  const before = units[index - 1] ?? 0;
  return !goesOn && before !== 36 && before !== 0x20ac && before !== 0xa3;
}

function isDigit(units: Uint16Array, index: number): boolean {
  const code = units[index] ?? 0;
  return code >= 48 && code <= 57;
}

/** The bit of the letter (A to J in either case) that `)`, `.` or `:` at an index makes a choice of; 0 when it does not. */
function choiceBefore(units: Uint16Array, index: number): number {
  const letter = ((units[index - 1] ?? 0) | 32) - 97;
  if (!(letter >= 0 && letter <= 9) || !isBlank(units[index + 1] ?? 0)) return 0;
  if (index === 1) return 1 << letter;
  const before = units[index - 2] ?? 0;
  const opens = isBlank(before) || (before === 40 && (index === 2 || isBlank(units[index - 3] ?? 0)));
  return opens ? 1 << letter : 0;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13 || code === 0xa0 || code === 0x3000;
}

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
}

const plainUnit = 0;
const codeSign = 1;
const notationSign = 2;
const otherUnit = 4;

/** What each of the first 128 units is: bits of code and notation signs; most small letters and the blank are plain. */
const unitKinds = new Uint8Array(128).fill(otherUnit);
for (let code = 0; code < 128; code += 1) {
  const unit = String.fromCharCode(code);
  if (/[k-z ]/.test(unit)) unitKinds[code] = plainUnit;
  if ('{};<>[]_'.includes(unit)) unitKinds[code] = codeSign;
  if ('\\^_$=+'.includes(unit)) unitKinds[code] = (unitKinds[code] ?? 0) | notationSign | otherUnit;
}
const wideNotation = new Set([...'×÷√∑∫≤≥∞∈∀∃πθ'].map((sign) => sign.charCodeAt(0)));

/** How many choices are offered: letters from A on, each after a blank or a bracket and before `)`, `.` or `:`. */
function choiceRun(letters: number): number {
  let count = 0;
  while ((letters >> count) & 1) count += 1;
  return count;
}

/** Counts the signs that say what form a text has. */
export function countWindow(window: string): WindowCounts {
  let numbers = 0;
  let codeSigns = 0;
  let notationSigns = 0;
  let questionMarks = 0;
  let lines = 1;
  let tableLines = 0;
  let barsInLine = 0;
  let letters = 0;
  let inNumber = false;
  for (let index = 0; index < window.length; index += 1) {
    const code = window.charCodeAt(index);
    const kind = code < 128 ? (unitKinds[code] ?? 0) : otherUnit;
    if (kind === plainUnit) {
      inNumber = false;
      continue;
    }
    if (code >= 97 && code <= 106) {
      inNumber = false;
      if (isChoice(window, index)) letters |= 1 << (code - 97);
      continue;
    }
    const digit = code >= 48 && code <= 57;
    if (digit && !inNumber && !isYear(window, index)) numbers += 1;
    inNumber = digit || (inNumber && (code === 44 || code === 46));
    if (digit) continue;
    if ((kind & codeSign) !== 0) codeSigns += 1;
    if ((kind & notationSign) !== 0 || (code >= 128 && wideNotation.has(code))) notationSigns += 1;
    if (code >= 65 && code <= 74 && isChoice(window, index)) letters |= 1 << (code - 65);
    else if (code === 63 || code === 0xff1f || code === 0x61f) questionMarks += 1;
    else if (code === 124 || code === 9) barsInLine += 1;
    else if (code === 10) {
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
  };
}

/** Four digits alone from 1000 to 2099 date an event more often than they count anything. */
function isYear(window: string, index: number): boolean {
  const first = window.charCodeAt(index);
  const century = first === 49 || (first === 50 && window.charCodeAt(index + 1) === 48);
  if (!century || !isDigit(window, index + 1) || !isDigit(window, index + 2) || !isDigit(window, index + 3))
    return false;
  const next = window.charCodeAt(index + 4);
  const goesOn = next === 46 || next === 44 ? isDigit(window, index + 5) : isDigit(window, index + 4);
  const before = window.charCodeAt(index - 1);
  return !goesOn && before !== 36 && before !== 0x20ac && before !== 0xa3;
}

function isDigit(window: string, index: number): boolean {
  const code = window.charCodeAt(index);
  return code >= 48 && code <= 57;
}

function isChoice(window: string, index: number): boolean {
  const after = window.charCodeAt(index + 1);
  if (after !== 41 && after !== 46 && after !== 58) return false;
  if (!isBlank(window.charCodeAt(index + 2))) return false;
  if (index === 0) return true;
  const before = window.charCodeAt(index - 1);
  return isBlank(before) || (before === 40 && (index === 1 || isBlank(window.charCodeAt(index - 2))));
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13 || code === 0xa0 || code === 0x3000;
}

import type { ConversationView } from './conversation-view.ts';
import { wordAt, type ScannedText } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';

/** What is counted in a request rather than matched; `data/patterns.yaml` says what each is worth. */
export const structureFeatureNames = [
  'tools-offered',
  'several-tools',
  'code-fence',
  'code-signs',
  'much-code',
  'number-problem',
  'many-numbers',
  'formal-notation',
  'much-notation',
  'word-problem',
  'choices',
  'many-choices',
  'short-question',
  'plain-start',
  'passage-and-question',
  'json-schema-asked',
  'table',
  'long-document',
  'attached-file',
  'long-request',
  'very-long-request',
  'very-short-request',
  'many-turns',
] as const;

/** One of {@link structureFeatureNames}. */
export type StructureFeatureName = (typeof structureFeatureNames)[number];

/** Counts over the scanned window, made in one pass. */
interface WindowCounts {
  readonly numbers: number;
  readonly codeSigns: number;
  readonly notationSigns: number;
  readonly questionMarks: number;
  readonly lines: number;
  readonly tableLines: number;
  readonly choices: number;
}

/** Bounds of the features. Source: `assumption`, checked with tools/check-task-kinds.mjs. */
const bounds = Object.freeze({
  codeSignShare: 0.02,
  codeSigns: 6,
  muchCodeSigns: 100,
  notationSigns: 6,
  muchNotationSigns: 25,
  numberProblemWords: 220,
  manyNumbers: 6,
  shortQuestionWords: 40,
  passageWords: 120,
  passageChars: 700,
  longDocumentChars: 1500,
  longRequestChars: 1200,
  veryLongRequestChars: 5000,
  veryShortWords: 6,
  choices: 3,
  manyChoices: 8,
  tableLines: 3,
  severalTools: 4,
  manyTurns: 6,
});

const questionStart =
  /^(?:who|what|when|where|which|why|how|is|are|was|were|do|does|did|can|could|wer|was|wann|wo|warum|wie|qui|que|quand|où|pourquoi|comment|quel|quelle|quién|qué|cuándo|dónde|cuál|chi|che|cosa|quando|dove|come|quem|onde|кто|что|когда|где|почему|как)$/;

/** The features that a request has, each with the text or figure that shows it. */
export function structureFeatures(
  view: ConversationView,
  text: ScannedText,
): ReadonlyMap<StructureFeatureName, string> {
  const found = new Map<StructureFeatureName, string>();
  const mark = (name: StructureFeatureName, when: boolean, shown: string) => {
    if (when) found.set(name, shown);
  };
  const counts = countWindow(text.window);
  const firstWord = wordAt(text, 0);
  const fenced = text.window.includes('```');
  const codeShare = counts.codeSigns / Math.max(1, text.window.length);
  const asks = counts.questionMarks > 0;

  mark('tools-offered', view.toolCount > 0, `${view.toolCount} offered`);
  mark('several-tools', view.toolCount >= bounds.severalTools, `${view.toolCount} offered`);
  mark('code-fence', fenced, '```');
  mark(
    'code-signs',
    codeShare >= bounds.codeSignShare && counts.codeSigns >= bounds.codeSigns,
    `${counts.codeSigns} signs of code`,
  );
  mark('much-code', counts.codeSigns >= bounds.muchCodeSigns, `${counts.codeSigns} signs of code`);
  mark('number-problem', isNumberProblem(counts, text, fenced), `${counts.numbers} numbers and a question`);
  mark('many-numbers', counts.numbers >= bounds.manyNumbers, `${counts.numbers} numbers`);
  mark('formal-notation', counts.notationSigns >= bounds.notationSigns, `${counts.notationSigns} signs of notation`);
  mark('word-problem', found.has('number-problem') && counts.notationSigns < bounds.notationSigns, 'no notation');
  mark('much-notation', counts.notationSigns >= bounds.muchNotationSigns, `${counts.notationSigns} signs of notation`);
  mark('choices', counts.choices >= bounds.choices, `${counts.choices} choices`);
  mark('many-choices', counts.choices >= bounds.manyChoices, `${counts.choices} choices`);
  mark(
    'short-question',
    asks && text.wordCount <= bounds.shortQuestionWords && !fenced,
    `${text.wordCount} words and a question`,
  );
  mark('plain-start', questionStart.test(firstWord), firstWord);
  mark('passage-and-question', isPassageWithQuestion(counts, text, fenced), `${text.length} characters and a question`);
  mark('json-schema-asked', view.json === 'schema', 'JSON schema');
  mark('table', counts.tableLines >= bounds.tableLines, `${counts.tableLines} table lines`);
  mark(
    'long-document',
    text.length >= bounds.longDocumentChars && codeShare < bounds.codeSignShare,
    `${text.length} characters`,
  );
  mark('attached-file', view.files > 0, `${view.files} attached`);
  mark('long-request', text.length >= bounds.longRequestChars, `${text.length} characters`);
  mark('very-long-request', text.length >= bounds.veryLongRequestChars, `${text.length} characters`);
  mark('very-short-request', text.wordCount <= bounds.veryShortWords, `${text.wordCount} words`);
  mark('many-turns', view.userTurns >= bounds.manyTurns, `turn ${view.userTurns}`);
  return found;
}

function isNumberProblem(counts: WindowCounts, text: ScannedText, fenced: boolean): boolean {
  return (
    counts.numbers >= 2 &&
    counts.questionMarks > 0 &&
    !fenced &&
    text.wordCount <= bounds.numberProblemWords &&
    asksQuantity(text)
  );
}

function asksQuantity({ words }: ScannedText): boolean {
  for (let index = 0; index < words.count; index += 1) if (quantityHashes.has(words.hashes[index] ?? 0)) return true;
  return false;
}

const quantityWords = [
  'many',
  'much',
  'total',
  'percent',
  'percentage',
  'altogether',
  'average',
  'left',
  'remaining',
  'combien',
  'cuántos',
  'cuántas',
  'cuánto',
  'quanti',
  'quante',
  'quanto',
  'quantos',
  'quantas',
  'viele',
  'viel',
  'сколько',
  'cost',
  'fraction',
  'half',
  'old',
  'fast',
  'far',
  'tall',
  'long',
  'chance',
  'probability',
  'average',
  'difference',
  'largest',
  'smallest',
  'ways',
  'twice',
];
const quantityHashes = new Set(quantityWords.map((word) => hashUnits(word)));

function isPassageWithQuestion(counts: WindowCounts, text: ScannedText, fenced: boolean): boolean {
  return (
    counts.questionMarks > 0 &&
    !fenced &&
    text.length >= bounds.passageChars &&
    text.wordCount >= bounds.passageWords &&
    counts.codeSigns / text.window.length < bounds.codeSignShare
  );
}

const plainUnit = 0;
const codeSign = 1;
const notationSign = 2;
const otherUnit = 4;

/** What each of the first 128 units is: bits of code and notation signs; digits, small letters and the blank are plain. */
const unitKinds = new Uint8Array(128).fill(otherUnit);
for (let code = 0; code < 128; code += 1) {
  const unit = String.fromCharCode(code);
  if (/[a-z ]/.test(unit)) unitKinds[code] = plainUnit;
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

function countWindow(window: string): WindowCounts {
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
    const digit = code >= 48 && code <= 57;
    if (digit && !inNumber) numbers += 1;
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
  return { numbers, codeSigns, notationSigns, questionMarks, lines, tableLines, choices: choiceRun(letters) };
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

import type { ConversationFacts } from './conversation-view.ts';
import type { WindowCounts } from './window-counts.ts';
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
  'measured-quantities',
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

/** Bounds of the features. Source: `assumption`, checked with tools/check-task-kinds.mjs. */
const bounds = Object.freeze({
  codeSignShare: 0.02,
  codeSigns: 6,
  muchCodeSigns: 100,
  notationSigns: 6,
  muchNotationSigns: 25,
  numberProblemWords: 220,
  wordsANumber: 30,
  manyNumbers: 6,
  measured: 2,
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
  view: ConversationFacts,
  text: ScannedText,
  counts: WindowCounts,
): ReadonlyMap<StructureFeatureName, string> {
  const found = new Map<StructureFeatureName, string>();
  markOffers(found, view);
  markSigns(found, counts, text);
  markQuestion(found, counts, text);
  markSize(found, counts, text);
  return found;
}

type FoundFeatures = Map<StructureFeatureName, string>;

function markOffers(found: FoundFeatures, view: ConversationFacts): void {
  if (view.toolCount > 0) found.set('tools-offered', `${view.toolCount} offered`);
  if (view.toolCount >= bounds.severalTools) found.set('several-tools', `${view.toolCount} offered`);
  if (view.json === 'schema') found.set('json-schema-asked', 'JSON schema');
  if (view.files > 0) found.set('attached-file', `${view.files} attached`);
  if (view.userTurns >= bounds.manyTurns) found.set('many-turns', `turn ${view.userTurns}`);
}

function markSigns(found: FoundFeatures, counts: WindowCounts, text: ScannedText): void {
  const { codeSigns, notationSigns, numbers, tableLines } = counts;
  if (counts.fenced) found.set('code-fence', '```');
  if (isCodeLike(counts, text) && codeSigns >= bounds.codeSigns) found.set('code-signs', `${codeSigns} signs of code`);
  if (codeSigns >= bounds.muchCodeSigns) found.set('much-code', `${codeSigns} signs of code`);
  if (isNumberProblem(counts, text)) {
    found.set('number-problem', `${numbers} numbers and a question`);
    if (notationSigns < bounds.notationSigns) found.set('word-problem', 'no notation');
  }
  const measured = countMeasured(text);
  if (measured >= bounds.measured && !counts.fenced) found.set('measured-quantities', `${measured} with a unit`);
  if (numbers >= bounds.manyNumbers) found.set('many-numbers', `${numbers} numbers`);
  if (notationSigns >= bounds.notationSigns) found.set('formal-notation', `${notationSigns} signs of notation`);
  if (notationSigns >= bounds.muchNotationSigns) found.set('much-notation', `${notationSigns} signs of notation`);
  if (tableLines >= bounds.tableLines) found.set('table', `${tableLines} table lines`);
}

function markQuestion(found: FoundFeatures, counts: WindowCounts, text: ScannedText): void {
  const { choices } = counts;
  if (choices >= bounds.choices) found.set('choices', `${choices} choices`);
  if (choices >= bounds.manyChoices) found.set('many-choices', `${choices} choices`);
  if (counts.questionMarks > 0 && text.wordCount <= bounds.shortQuestionWords && !counts.fenced) {
    found.set('short-question', `${text.wordCount} words and a question`);
  }
  const firstWord = wordAt(text, 0);
  if (questionStart.test(firstWord)) found.set('plain-start', firstWord);
  if (isPassageWithQuestion(counts, text)) {
    found.set('passage-and-question', `${text.length} characters and a question`);
  }
}

function markSize(found: FoundFeatures, counts: WindowCounts, text: ScannedText): void {
  const shown = `${text.length} characters`;
  if (text.length >= bounds.longDocumentChars && !isCodeLike(counts, text)) found.set('long-document', shown);
  if (text.length >= bounds.longRequestChars) found.set('long-request', shown);
  if (text.length >= bounds.veryLongRequestChars) found.set('very-long-request', shown);
  if (text.wordCount <= bounds.veryShortWords) found.set('very-short-request', `${text.wordCount} words`);
}

function isCodeLike(counts: WindowCounts, text: ScannedText): boolean {
  return counts.codeSigns >= bounds.codeSignShare * Math.max(1, text.window.length);
}

function isNumberProblem(counts: WindowCounts, text: ScannedText): boolean {
  return (
    counts.numbers + countNumberWords(text) >= 2 &&
    counts.questionMarks > 0 &&
    !counts.fenced &&
    text.wordCount <= bounds.numberProblemWords &&
    (counts.numbers + countNumberWords(text)) * bounds.wordsANumber >= text.wordCount &&
    asksQuantity(text)
  );
}

function asksQuantity({ words }: ScannedText): boolean {
  for (let index = 0; index < words.count; index += 1) if (quantityHashes.has(words.hashes[index] ?? 0)) return true;
  return false;
}

function countNumberWords({ words }: ScannedText): number {
  let count = 0;
  for (let index = 0; index < words.count; index += 1) if (numberHashes.has(words.hashes[index] ?? 0)) count += 1;
  return count;
}

/** Numbers that a unit follows (`15 feet`), or that end in one (`500ml`). */
function countMeasured({ instructions, words }: ScannedText): number {
  let count = 0;
  for (let index = 0; index < words.count; index += 1) {
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

const unitHashes = hashesOf(
  'm cm mm km kg g mg ml l lb lbs oz ft in mph kph s ms h min feet foot inches inch yards yard miles mile meters meter ' +
    'metres metre centimeters centimetres kilometers kilometres km/h seconds second minutes minute hours hour days weeks ' +
    'pounds pound ounces grams gram kilograms kilogram liters liter litres gallons gallon percent degrees celsius ' +
    'dollars dollar cents euros euro newtons joules watts volts mol moles',
);

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
  'pay',
  'owe',
  'earn',
  'earned',
  'spend',
  'spent',
  'price',
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

function isPassageWithQuestion(counts: WindowCounts, text: ScannedText): boolean {
  return (
    counts.questionMarks > 0 &&
    !counts.fenced &&
    text.length >= bounds.passageChars &&
    text.wordCount >= bounds.passageWords &&
    !isCodeLike(counts, text)
  );
}

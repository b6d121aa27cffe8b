import type { ConversationFacts } from './conversation-view.ts';
import type { WindowCounts } from './window-counts.ts';
import { countMeasured, countNumbers, isComputedFromData, isNumberProblem } from './number-problem.ts';
import { isGiven, type RequestShape } from './request-shape.ts';
import { wordAt, type ScannedText } from './scanned-text.ts';

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
  'choices-without-code',
  'short-question',
  'plain-start',
  'passage-and-question',
  'asks-of-given-text',
  'looks-up-in-given-text',
  'given-text-in-few-words',
  'facts-after-question',
  'judges-given-text',
  'alternatives',
  'several-alternatives',
  'listed-items',
  'asked-of-facts',
  'asked-of-situation',
  'several-conditions',
  'given-text',
  'computed-from-data',
  'question-without-figures',
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
  manyNumbers: 6,
  measured: 2,
  shortQuestionWords: 40,
  passageWords: 120,
  passageChars: 700,
  longDocumentChars: 1500,
  longRequestChars: 1200,
  veryLongRequestChars: 5000,
  veryShortWords: 6,
  shapedWords: 220,
  several: 3,
  askedOfFacts: 0.5,
  factWords: 70,
  fewNumbers: 2,
  conditions: 3,
  conditionWords: 15,
  situationWords: 10,
  situationMost: 120,
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
  shape: RequestShape,
): ReadonlyMap<StructureFeatureName, string> {
  const found = new Map<StructureFeatureName, string>();
  markOffers(found, view);
  markSigns(found, counts, text, shape);
  markQuestion(found, counts, text, shape);
  markGiven(found, counts, text, shape);
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

function markSigns(found: FoundFeatures, counts: WindowCounts, text: ScannedText, shape: RequestShape): void {
  const { codeSigns, notationSigns, numbers, tableLines } = counts;
  if (counts.fenced) found.set('code-fence', '```');
  if (isCodeLike(counts, text)) found.set('code-signs', `${codeSigns} signs of code`);
  if (codeSigns >= bounds.muchCodeSigns) found.set('much-code', `${codeSigns} signs of code`);
  if (isNumberProblem(counts, text, shape)) {
    found.set('number-problem', `${numbers} numbers and a question`);
    if (notationSigns < bounds.notationSigns) found.set('word-problem', 'no notation');
  }
  if (shape.question !== 'none' && notationSigns === 0 && countNumbers(counts, text) === 0) {
    found.set('question-without-figures', 'no number');
  }
  const measured = countMeasured(text);
  if (measured >= bounds.measured && !counts.fenced) found.set('measured-quantities', `${measured} with a unit`);
  if (numbers >= bounds.manyNumbers) found.set('many-numbers', `${numbers} numbers`);
  if (notationSigns >= bounds.notationSigns) found.set('formal-notation', `${notationSigns} signs of notation`);
  if (notationSigns >= bounds.muchNotationSigns) found.set('much-notation', `${notationSigns} signs of notation`);
  if (tableLines >= bounds.tableLines) found.set('table', `${tableLines} table lines`);
}

function markQuestion(found: FoundFeatures, counts: WindowCounts, text: ScannedText, shape: RequestShape): void {
  const choices = shape.choices.count;
  if (choices > 0 && !found.has('number-problem')) found.set('choices', `${choices} choices`);
  if (choices > 0 && !counts.fenced && !isCodeLike(counts, text)) found.set('choices-without-code', 'no signs of code');
  if (choices >= bounds.manyChoices) found.set('many-choices', `${choices} choices`);
  const isPlain = !isGiven(shape) && !isAskedOfFacts(counts, text, shape);
  if (isPlain && counts.questionMarks > 0 && text.wordCount <= bounds.shortQuestionWords && !counts.fenced) {
    found.set('short-question', `${text.wordCount} words and a question`);
  }
  const firstWord = wordAt(text, 0);
  if (isPlain && questionStart.test(firstWord)) found.set('plain-start', firstWord);
}

function markGiven(found: FoundFeatures, counts: WindowCounts, text: ScannedText, shape: RequestShape): void {
  const { question, askedOfFacts } = shape;
  const alternatives = Math.max(shape.alternatives, shape.choices.verdicts);
  const few = text.wordCount <= bounds.shapedWords && !isCodeLike(counts, text);
  if (isGiven(shape) && few && shape.choices.count === 0) {
    const shown = `${shape.givenWords} words given`;
    if (question === 'none' && alternatives === 0) found.set('given-text', shown);
    if (question === 'open' || (question === 'quantity' && shape.namesText)) found.set('asks-of-given-text', shown);
    else if (question === 'closed' || alternatives >= 2) found.set('judges-given-text', shown);
    if (shape.looksUp) found.set('looks-up-in-given-text', shown);
    if (shape.boundsLength) found.set('given-text-in-few-words', shown);
  }
  if (
    !found.has('asks-of-given-text') &&
    shape.question !== 'none' &&
    shape.choices.count === 0 &&
    isPassageWithQuestion(counts, text)
  ) {
    found.set('passage-and-question', `${text.length} characters and a question`);
  }
  if (few && alternatives >= (isOfText(shape) ? 2 : bounds.several) && shape.choices.count === 0) {
    found.set('alternatives', `${alternatives} named`);
    if (alternatives >= bounds.several) found.set('several-alternatives', `${alternatives} named`);
  }
  if (few && shape.listsItems && shape.choices.count === 0) found.set('listed-items', 'a list at the end');
  if (isComputedFromData(counts, text, shape)) {
    found.set('computed-from-data', `${counts.numbers} numbers`);
    found.delete('asks-of-given-text');
  }
  if (isAskedOfSituation(counts, text, shape)) {
    found.set('asked-of-situation', `${shape.situationWords} words before the question`);
  }
  if (few && isBound(text, shape)) found.set('several-conditions', `${shape.conditions} words that bind`);
  if (isAskedOfFacts(counts, text, shape)) {
    const name = shape.factsFirst ? 'asked-of-facts' : 'facts-after-question';
    found.set(name, `${Math.round(askedOfFacts * 100)} % of the question`);
  }
}

/** What is judged is given or named; else one of two is asked for out of knowledge: "Should I use oil or butter?" */
function isOfText({ givenWords, namesText, question }: RequestShape): boolean {
  return givenWords > 0 || namesText || question === 'none';
}

/** A question about what a few sentences before it say, which are neither a text nor a problem in numbers. */
function isAskedOfFacts(counts: WindowCounts, text: ScannedText, shape: RequestShape): boolean {
  return (
    shape.askedOfFacts >= bounds.askedOfFacts &&
    shape.question !== 'quantity' &&
    text.wordCount <= bounds.factWords &&
    shape.choices.count === 0 &&
    !isCodeLike(counts, text) &&
    !isGiven(shape) &&
    countNumbers(counts, text) < bounds.fewNumbers
  );
}

/** A question about what was told before it, of others than the one who asks: the answer is to be inferred. */
function isAskedOfSituation(counts: WindowCounts, text: ScannedText, shape: RequestShape): boolean {
  return (
    shape.situationWords >= bounds.situationWords &&
    shape.question !== 'quantity' &&
    text.wordCount <= bounds.situationMost &&
    shape.choices.count === 0 &&
    !isCodeLike(counts, text) &&
    !isGiven(shape) &&
    !counts.fenced
  );
}

/** Several conditions in a few words, with no text given: what fits them all is to be worked out. */
function isBound(text: ScannedText, shape: RequestShape): boolean {
  const { conditions } = shape;
  return (
    conditions >= bounds.conditions &&
    conditions * bounds.conditionWords >= text.wordCount &&
    shape.choices.count === 0 &&
    !isGiven(shape)
  );
}

function markSize(found: FoundFeatures, counts: WindowCounts, text: ScannedText): void {
  const shown = `${text.length} characters`;
  if (text.length >= bounds.longDocumentChars && !isCodeLike(counts, text)) found.set('long-document', shown);
  if (text.length >= bounds.longRequestChars) found.set('long-request', shown);
  if (text.length >= bounds.veryLongRequestChars) found.set('very-long-request', shown);
  if (text.wordCount <= bounds.veryShortWords) found.set('very-short-request', `${text.wordCount} words`);
}

function isCodeLike(counts: WindowCounts, text: ScannedText): boolean {
  return (
    counts.codeSigns >= bounds.codeSigns && counts.codeSigns >= bounds.codeSignShare * Math.max(1, text.window.length)
  );
}

function isPassageWithQuestion(counts: WindowCounts, text: ScannedText): boolean {
  return (
    counts.questionMarks > 0 &&
    !counts.fenced &&
    text.length >= bounds.passageChars &&
    text.wordCount >= bounds.passageWords &&
    !isCodeLike(counts, text)
  );
}

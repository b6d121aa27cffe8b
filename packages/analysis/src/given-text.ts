import type { ScannedText } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';

/** How many words make a given text, and how many an instruction beside it has at most. */
const bounds = Object.freeze({
  quoted: 3,
  title: 40,
  labelled: 4,
  paragraph: 10,
  instruction: 45,
  tail: 30,
  statement: 3,
});

/** A label before the request itself, not before a given text. */
const requestLabels = new Set(
  (
    'question q task instruction instructions request query prompt problem exercise puzzle goal input output example examples ' +
    'answer a user human assistant options choices note hint steps expected actual requirements frage aufgabe pregunta domanda вопрос задача'
  )
    .split(' ')
    .map((word) => hashUnits(word)),
);

const closingQuotes: Readonly<Record<string, string>> = {
  '"': '"',
  '\u201c': '\u201d',
  '\u201e': '\u201c',
  '\u00ab': '\u00bb',
  '\u300c': '\u300d',
};

/**
 * Marks the words of a text that is given with the request, in `words.matter`: what it says is about itself and no
 * instruction. Quoted text, text behind a label or an instruction that ends in a colon, and paragraphs beside a short one.
 *
 * @returns How many words were marked.
 */
export function markMatter(text: ScannedText): number {
  const { instructions, words } = text;
  words.matter.fill(0, 0, words.count);
  if (words.count <= bounds.quoted || instructions.includes('```')) return 0;
  const wordsUpTo = wordCounter(text);
  const mark = (start: number, end: number, fewest: number) => {
    const [first, last] = [wordsUpTo(start), wordsUpTo(end)];
    // Something must be left that says what to do.
    if (last - first >= fewest && last - first < words.count) words.matter.fill(1, first, last);
  };
  markQuotes(text, mark);
  markLabelled(text, mark);
  markParagraphs(instructions, wordsUpTo, mark);
  let count = 0;
  for (let index = 0; index < words.count; index += 1) count += words.matter[index] ?? 0;
  if (count === words.count) words.matter.fill(0, 0, words.count);
  return count === words.count ? 0 : count;
}

type Mark = (start: number, end: number, fewest: number) => void;

/** How many words begin before a character; characters are asked for in any order. */
function wordCounter({ words }: ScannedText): (at: number) => number {
  return (at) => {
    let low = 0;
    let high = words.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((words.starts[middle] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function markQuotes({ instructions: text, units }: ScannedText, mark: Mark): void {
  for (let index = 0; index < text.length; index += 1) {
    const code = units[index] ?? 0;
    if (code !== straightQuote && code !== singleQuote && code < firstSpecialQuote) continue;
    const closing = closingQuotes[text[index] ?? ''];
    if (closing === undefined && code !== singleQuote) continue;
    const end = closing === undefined ? endOfSingle(text, index) : text.indexOf(closing, index + 1);
    if (end === -1) continue;
    mark(index, end, bounds.quoted);
    index = end;
  }
}

/**
 * Where a quotation in single quotes ends: no letter stands before the first or behind the last, as in "can't". It stands
 * behind a colon, a sentence, a line or another quotation; within a sentence such quotes hold a name or a title, if short.
 */
function endOfSingle(text: string, from: number): number {
  if (isLetterAt(text, from - 1) || !isLetterAt(text, from + 1)) return -1;
  let before = from - 1;
  while (text[before] === ' ') before -= 1;
  const mayBeTitle = !":?.!)>-'\n\u2014".includes(text[before] ?? ' ');
  for (let end = text.indexOf("'", from + 1); end !== -1; end = text.indexOf("'", end + 1)) {
    if (isLetterAt(text, end + 1) || text[end - 1] === ' ') continue;
    return mayBeTitle && end - from < bounds.title ? -1 : end;
  }
  return -1;
}

function isLetterAt(text: string, at: number): boolean {
  return /[\p{L}\d]/u.test(text[at] ?? '');
}

const straightQuote = 34;
const singleQuote = 39;
const firstSpecialQuote = 0xab;

const asciiColon = 58;
const wideColon = 0xff1a;
const blank = 32;
const lineBreak = 10;

function markLabelled({ instructions, units, words }: ScannedText, mark: Mark): void {
  for (let index = 0; index < words.count; index += 1) {
    const colon = words.ends[index] ?? 0;
    const sign = units[colon];
    if (sign !== asciiColon && sign !== wideColon) continue;
    const after = units[colon + 1];
    if ((sign === asciiColon && after !== blank && after !== lineBreak) || requestLabels.has(words.hashes[index] ?? 0))
      continue;
    if (isStatement(words, index) || questionWords.has(words.hashes[index + 1] ?? 0)) continue;
    const start = afterBlanks(instructions, colon + 1);
    // A quotation was marked as such, and what follows it may be the request; a list of points belongs to the request.
    if (startsQuotation(instructions, start) || isPoint(instructions, start)) continue;
    mark(colon, withoutQuestion(instructions, start, endOfGiven(instructions, colon + 1)), bounds.labelled);
  }
}

/** Words that begin what is told, not what is to be done: "two witnesses disagree: ...". */
const tellingWords = new Set(
  (
    'a an the two three four five six seven some many most every each no all both one my our your his her their we i you he she they it there ' +
    'if when since because although ein eine der die das zwei drei vier fünf mein unser wir ich un une le la les deux trois mon nous je ' +
    'un una el los las dos tres mi nosotros'
  )
    .split(' ')
    .map((word) => hashUnits(word)),
);

/** A longer statement that goes on behind a colon gives no text. */
function isStatement({ hashes, opensSentence }: ScannedText['words'], colon: number): boolean {
  let first = colon;
  while (first > 0 && opensSentence[first] !== 1 && colon - first < bounds.instruction) first -= 1;
  return (
    colon - first + 1 >= bounds.statement && tellingWords.has(hashes[first] ?? 0) && !labelWords.has(hashes[colon] ?? 0)
  );
}

/** What begins so behind a colon is the request itself. */
const questionWords = new Set(
  'who whom whose what which where when why how is are was were does do did can could should would'
    .split(' ')
    .map((word) => hashUnits(word)),
);

const labelWords = new Set(
  'text this following says reads is wrote said goes below'.split(' ').map((word) => hashUnits(word)),
);

function startsQuotation(text: string, at: number): boolean {
  return closingQuotes[text[at] ?? ''] !== undefined || (text[at] === "'" && endOfSingle(text, at) !== -1);
}

/** A hyphen, a bullet, a number or a letter that opens a point of a list, or one of the answers to choose from. */
function isPoint(text: string, at: number): boolean {
  return /^(?:[-*\u2022]|\(?(?:\d{1,2}|[a-j])[.):]) /.test(text.slice(at, at + 6));
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ' || text[at] === '\n') at += 1;
  return at;
}

/** Where the last sentence begins, when it asks something; else where the text ends. */
function withoutQuestion(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && ' \n"'.includes(text[at - 1] ?? '')) at -= 1;
  if (!'?\uff1f'.includes(text[at - 1] ?? '.')) return end;
  for (at -= 1; at > start; at -= 1) {
    if ('.!?\n\u3002'.includes(text[at - 1] ?? '') || text.startsWith('--', at - 2)) return at;
  }
  return end;
}

/** Text on the line of the colon ends with the line; else with the text, without a last paragraph that may ask something. */
function endOfGiven(text: string, from: number): number {
  if (text[from] === ' ') {
    const line = text.indexOf('\n', from);
    const arrow = text.indexOf('->', from);
    const end = line === -1 ? text.length : line;
    return arrow === -1 ? end : Math.min(arrow, end);
  }
  const last = text.lastIndexOf('\n\n');
  return last > from + 1 && isAsking(text.slice(last)) ? last : text.length;
}

function isAsking(paragraph: string): boolean {
  return paragraph.length <= bounds.tail * 8 && /[?:\uff1f]\W*$/.test(paragraph);
}

function markParagraphs(text: string, wordsUpTo: (at: number) => number, mark: Mark): void {
  const first = text.indexOf('\n\n');
  // Points behind a request belong to it, however far apart they stand.
  if (first === -1 || isPoint(text, afterBlanks(text, first))) return;
  const last = text.lastIndexOf('\n\n');
  // Of two paragraphs the one that asks is the request.
  if (first === last && isAsking(text.slice(last)) && !isAsking(text.slice(0, first))) mark(0, last, bounds.paragraph);
  else if (wordsUpTo(first) <= bounds.instruction) mark(first, endOfGiven(text, first), bounds.paragraph);
  else if (wordsUpTo(text.length) - wordsUpTo(last) <= bounds.tail) mark(0, last, bounds.paragraph);
}

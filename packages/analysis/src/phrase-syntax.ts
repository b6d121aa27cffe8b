import { prefixUnits } from './scanned-text.ts';

/** One word of a phrase: any of these, or anything that begins with one of these. */
export interface WordElement {
  /** As it is written: equal elements are written alike. */
  readonly text: string;
  readonly exact: readonly string[];
  readonly prefixes: readonly string[];
}

/** A part of a phrase; a gap stands for up to four words. */
export type PhraseElement = WordElement | 'gap';

/** A phrase in a form that can be looked for. */
export interface ParsedPhrase {
  readonly elements: readonly PhraseElement[];
  /** It counts only where a sentence begins. */
  readonly opens: boolean;
}

/** Before a phrase: it counts only at the beginning of a sentence, or after a word of politeness there. */
const openingSign = '^';

const ideographic = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** Below every unit of a script without blanks. */
export const firstUnspaced = 0x0e00;

/** Whether a text is in a script without blanks (Chinese, Japanese, Korean, Thai), or holds some of it. */
export function isUnspaced(text: string): boolean {
  return ideographic.test(text);
}

/** A phrase as its sequences of elements: one for its plain words, and one more for each `two-words` among its alternatives. */
export function parsePhrase(phrase: string): readonly ParsedPhrase[] {
  const opens = phrase.startsWith(openingSign);
  const plain = opens ? phrase.slice(openingSign.length) : phrase;
  let sequences: readonly (readonly PhraseElement[])[] = [[]];
  for (const part of plain
    .replaceAll(/['\u2019]/g, '-')
    .split(/\s+/)
    .filter(Boolean)) {
    const choices = parsePart(part);
    sequences = sequences.flatMap((sequence) => choices.map((choice) => [...sequence, ...choice]));
  }
  return sequences.map((elements) => ({ elements, opens }));
}

function parsePart(part: string): readonly (readonly PhraseElement[])[] {
  if (part === '..') return [['gap']];
  const alternatives = part.split('|').filter(Boolean);
  const single = alternatives.filter((word) => !word.includes('-'));
  const joined = alternatives.filter((word) => word.includes('-'));
  return [
    ...(single.length > 0 ? [[wordElement(joined.length === 0 ? part : single.join('|'), single)]] : []),
    ...joined.map((words) =>
      words
        .split('-')
        .filter(Boolean)
        .map((word) => wordElement(word, [word])),
    ),
  ];
}

function wordElement(text: string, words: readonly string[]): WordElement {
  return {
    text,
    exact: words.filter((word) => !word.endsWith('*')),
    prefixes: words.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1)),
  };
}

/** The words of a phrase that stand in it in full; `two-words` as two. */
export function plainWords(phrase: string): readonly string[] {
  return isUnspaced(phrase)
    ? []
    : phrase
        .toLowerCase()
        .normalize('NFC')
        .split(/[\s|'\u2019^-]+/)
        .filter((word) => word !== '' && word !== '..' && !word.endsWith('*'));
}

/** What is wrong with a phrase, in words; `null` when it is fine. */
export function phraseFault(phrase: string): string | null {
  if (phrase.trim() === '') return 'is empty';
  if (isUnspaced(phrase)) return null;
  const parts = phrase.trim().replace(/^\^/, '').split(/\s+/);
  if (parts[0] === '..' || parts.at(-1) === '..') return '`..` stands between two words';
  for (const part of parts.filter((one) => one !== '..')) {
    for (const word of part.split('|')) {
      const stem = word.replace(/\*$/, '');
      if (stem === '' || stem.includes('*'))
        return `"${part}" is not a word: write \`word\`, \`beginning*\` or \`a|b\``;
      if (word.endsWith('*') && stem.length < prefixUnits)
        return `"${word}" is too short for \`*\`: give at least ${prefixUnits} letters`;
    }
  }
  return null;
}

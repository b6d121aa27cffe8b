import { backslashesBefore } from './text-positions.ts';

/** An opening quote: its text as it stands there and where what it holds begins. */
export interface OpeningQuote {
  /** As it stands in the line, e.g. `"`, `\\"`, `%22`, `&quot;`. */
  readonly token: string;
  readonly contentStart: number;
}

const quoteAt = /\\{0,31}["'`]|%(?:25){0,3}2[27]|&quot;|&#3[49];|\\{1,15}u002[27]/y;
const quoteBefore = /(?:\\{0,31}["'`]|%(?:25){0,3}2[27]|&quot;|&#3[49];|\\{1,15}u002[27])$/;

/** Longest text of a quote that is looked for backwards. */
const maxTokenLength = 34;

/** The quote that opens at `index`, if one does. */
export function openingQuote(text: string, index: number): OpeningQuote | null {
  quoteAt.lastIndex = index;
  const match = quoteAt.exec(text);
  return match === null ? null : { token: match[0], contentStart: quoteAt.lastIndex };
}

/** The text of the quote that ends just before `index`; empty when there is none. */
export function quoteEndingAt(text: string, index: number): string {
  const last = text.charCodeAt(index - 1);
  const mayBeQuote = last === 34 || last === 39 || last === 96 || last === 50 || last === 55 || last === 59;
  if (!mayBeQuote) return '';
  return quoteBefore.exec(text.slice(Math.max(0, index - maxTokenLength), index))?.[0] ?? '';
}

/**
 * Where the content of a quoted text ends. JSON within JSON escapes its quotes once more per level, so a quote with
 * more backslashes belongs to the content and one with fewer ends the text around it, which ends this one too.
 */
export function contentEnd(text: string, quote: OpeningQuote, isJson: boolean): number {
  const mark = quote.token.at(-1) ?? '';
  if (mark !== '"' && mark !== "'" && mark !== '`') {
    const end = text.indexOf(quote.token, quote.contentStart);
    return end === -1 ? text.length : end;
  }
  const level = quote.token.length - 1;
  for (let index = quote.contentStart; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char !== mark && !(char === '"' && isJson)) continue;
    const run = Math.min(backslashesBefore(text, index), index - quote.contentStart);
    if (isJson && char === '"' && run % 2 === 0) return index;
    const rest = run % (2 * (level + 1));
    if (char === mark && rest <= level) return index - rest;
  }
  return text.length;
}

import { backslashesBefore } from './text-positions.ts';

/** An opening quote: its text as it stands there and where what it holds begins. */
export interface OpeningQuote {
  /** As it stands in the line, e.g. `"`, `\\"`, `%22`, `&quot;`. */
  readonly token: string;
  readonly contentStart: number;
}

/** Backslashes before a quote that are looked at: JSON within JSON five levels deep. */
const maxBackslashes = 31;

const quoteAt = /\\{0,31}["'`]|%(?:25){0,3}2[27]|&quot;|&#3[49];|\\{1,15}u002[27]/y;
/** Quotes that are written as a word. */
const writtenQuotes = ['%22', '%27', '%2522', '%2527', '%252522', '%252527', '&quot;', '&#34;', '&#39;'] as const;

/** The quote that opens at `index`, if one does. */
function openingQuote(text: string, index: number): OpeningQuote | null {
  quoteAt.lastIndex = index;
  const match = quoteAt.exec(text);
  return match === null ? null : { token: match[0], contentStart: quoteAt.lastIndex };
}

/**
 * The quote that opens a value at `index`. A quote that ends the text around it opens nothing: in a line of JSON a bare
 * `"` stands around a value only when it stands around its name as well, and within a quoted text the same holds one
 * level deeper.
 *
 * @param nameQuote the quote around the value's name; empty when the name is bare
 */
export function valueQuote(text: string, index: number, isJson: boolean, nameQuote: string): OpeningQuote | null {
  const quote = openingQuote(text, index);
  if (quote === null || !quote.token.endsWith('"')) return quote;
  const isOuter = nameQuote.endsWith('"') ? quote.token.length < nameQuote.length : isJson && quote.token === '"';
  return isOuter || /[,}\]:]/.test(text.charAt(quote.contentStart)) ? null : quote;
}

/** The text of the quote that ends just before `index`; empty when there is none. */
export function quoteEndingAt(text: string, index: number): string {
  const last = text.charCodeAt(index - 1);
  if (last === 34 || last === 39 || last === 96) {
    return text.slice(index - 1 - Math.min(backslashesBefore(text, index - 1), maxBackslashes), index);
  }
  if (last !== 50 && last !== 55 && last !== 59) return '';
  const written = writtenQuotes.find((quote) => text.endsWith(quote, index));
  if (written !== undefined) return written;
  if (!text.endsWith('u0022', index) && !text.endsWith('u0027', index)) return '';
  return text.slice(index - 5 - Math.min(backslashesBefore(text, index - 5), maxBackslashes), index);
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

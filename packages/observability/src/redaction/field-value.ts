import { contentEnd, valueQuote } from './quoted-text.ts';

/** The value of a field, as it stands in the line. */
export interface FieldValue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The quote around it as it stands there; empty when it is bare. */
  readonly quote: string;
}

/** What is known of a value before it is read. */
export interface ValueContext {
  /** The line is JSON. */
  readonly isJson: boolean;
  /** The separator before it was percent-encoded, so its delimiters are too. */
  readonly isEncoded: boolean;
  /** The quote around its name; empty when the name is bare. */
  readonly nameQuote: string;
}

/** A constructor or a prefix before a quote: `Some("x")`, `string(8) "x"`, `b'x'`. */
export const quoteWrapper = /[A-Za-z]{1,14}(?:\([0-9]{1,6}\))?[ ]?\(?(?=\\{0,31}["'`])/y;

/** What a template or a manual writes where a value will stand. */
const template = /\$?\{[^{}"'\\]{0,80}\}|\{\{[^{}"'\\]{0,80}\}\}|<[^<>"'\\]{0,60}>/y;

const bare = /[^\s"'`\\,;&<>()[\]{}|]+/y;

/** As {@link bare}, and ends where a percent-encoded delimiter stands. */
const bareEncoded = /(?:[^\s"'`\\,;&<>()[\]{}|%]|%(?!(?:25)*(?:2[0267CcBb]|3[BbFfCcEe]|7[DdBb]|0[AaDd]|5[DdBb])))+/y;

/** A block of YAML: the value stands on the next line. */
const block = /[|>][+-]?(?:\r?\n|\\{1,15}[rn]){1,2}[ ]{0,20}/y;

const listGap = /[\s,]{0,20}/y;

/** Values of one list that are looked at. */
const maxListLength = 256;

/**
 * Reads the value that begins at `index`: quoted at any level of escaping, bare, or a list of either.
 */
export function readFieldValues(text: string, index: number, context: ValueContext): readonly FieldValue[] {
  if (text.charCodeAt(index) !== 91) {
    const value = readOne(text, index, context);
    return value === null ? [] : [value];
  }
  const values: FieldValue[] = [];
  let next = index + 1;
  while (values.length < maxListLength) {
    const value = readOne(text, stickyEnd(listGap, text, next), context);
    if (value === null) break;
    values.push(value);
    if (!text.startsWith(value.quote, value.end)) break;
    next = value.end + value.quote.length;
  }
  return values;
}

function readOne(text: string, index: number, context: ValueContext): FieldValue | null {
  const quote = valueQuote(text, stickyEnd(quoteWrapper, text, index), context.isJson, context.nameQuote);
  if (quote !== null) {
    const end = contentEnd(text, quote, context.isJson);
    return { start: quote.contentStart, end, text: text.slice(quote.contentStart, end), quote: quote.token };
  }
  if (stickyEnd(template, text, index) > index) return null;
  const bareStart = stickyEnd(block, text, index);
  const end = stickyEnd(context.isEncoded ? bareEncoded : bare, text, bareStart);
  return end === bareStart ? null : { start: bareStart, end, text: text.slice(bareStart, end), quote: '' };
}

/** Where a match at `index` ends; `index` itself when there is none. */
export function stickyEnd(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(text) ? pattern.lastIndex : index;
}

import { contentEnd, openingQuote } from './quoted-text.ts';

/** The value of a field, as it stands in the line. */
export interface FieldValue {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly isQuoted: boolean;
}

/** A constructor or a prefix before a quote: `Some("x")`, `string(8) "x"`, `b'x'`. */
const wrapper = /[A-Za-z]{1,14}(?:\([0-9]{1,6}\))?[ ]?\(?(?=\\{0,31}["'`])/y;

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
 *
 * @param isEncoded the separator before it was percent-encoded, so its delimiters are too
 */
export function readFieldValues(
  text: string,
  index: number,
  isJson: boolean,
  isEncoded: boolean,
): readonly FieldValue[] {
  if (text.charCodeAt(index) !== 91) {
    const value = readOne(text, index, isJson, isEncoded);
    return value === null ? [] : [value];
  }
  const values: FieldValue[] = [];
  let next = index + 1;
  while (values.length < maxListLength) {
    const value = readOne(text, stickyEnd(listGap, text, next), isJson, isEncoded);
    if (value === null) break;
    values.push(value);
    const quote = value.isQuoted ? openingQuote(text, value.end) : null;
    next = quote === null ? value.end : quote.contentStart;
  }
  return values;
}

function readOne(text: string, index: number, isJson: boolean, isEncoded: boolean): FieldValue | null {
  const start = stickyEnd(wrapper, text, index);
  const quote = openingQuote(text, start);
  if (quote !== null) {
    const end = contentEnd(text, quote, isJson);
    return { start: quote.contentStart, end, text: text.slice(quote.contentStart, end), isQuoted: true };
  }
  const bareStart = stickyEnd(block, text, index);
  const end = stickyEnd(isEncoded ? bareEncoded : bare, text, bareStart);
  return end === bareStart ? null : { start: bareStart, end, text: text.slice(bareStart, end), isQuoted: false };
}

/** Where a match at `index` ends; `index` itself when there is none. */
export function stickyEnd(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.test(text) ? pattern.lastIndex : index;
}

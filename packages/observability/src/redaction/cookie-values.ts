import { contentEnd, valueQuote } from './quoted-text.ts';
import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder, looksRandom } from './secret-guards.ts';

const sensitiveName = /sess|sid|auth|tok|jwt|csrf|xsrf|remember|login|key|secret|pass|cred|user/i;
const attributes = new Set(['path', 'domain', 'expires', 'max-age', 'samesite', 'priority', 'version', 'comment']);

const pair = /[ \t;]{0,4}([^\s=;,"'\\]{1,128})=([^\s;,"'\\]*)/y;

/** Which header it is, and the quote around its name. */
export interface CookieHeader {
  readonly isSet: boolean;
  readonly nameQuote: string;
}

/**
 * Marks the values of a Cookie or Set-Cookie header that begins at `at`: those whose name or look says session.
 * Of Set-Cookie only the first pair counts, the rest are attributes.
 */
export function findCookieValues(spans: RedactionSpans, at: number, header: CookieHeader): number | null {
  const { text } = spans;
  let start = text.charCodeAt(at) === 91 ? at + 1 : at;
  const quote = valueQuote(text, start, spans.isJson, header.nameQuote);
  const limit = quote === null ? text.length : contentEnd(text, quote, spans.isJson);
  start = quote?.contentStart ?? start;
  let isFirst = true;
  pair.lastIndex = start;
  for (let match = pair.exec(text); match !== null && pair.lastIndex <= limit; match = pair.exec(text)) {
    const [, name = '', value = ''] = match;
    const end = pair.lastIndex;
    const isCandidate = header.isSet ? isFirst : !attributes.has(name.toLowerCase());
    const isValue = sensitiveName.test(name) || looksRandom(value, header.isSet ? 12 : 16);
    if (isCandidate && isValue && value.length >= 4 && !isPlaceholder(value)) {
      spans.add(end - value.length, end);
    }
    isFirst = false;
    start = end;
    pair.lastIndex = end;
  }
  return start === at ? null : start;
}

import { contentEnd, openingQuote } from './quoted-text.ts';
import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder, looksRandom } from './secret-guards.ts';

const sensitiveName = /sess|sid|auth|tok|jwt|csrf|xsrf|remember|login|key|secret|pass|cred|user/i;
const attributes = new Set(['path', 'domain', 'expires', 'max-age', 'samesite', 'priority', 'version', 'comment']);

const pair = /[ \t;]{0,4}([^\s=;,"'\\]{1,128})=([^\s;,"'\\]*)/y;

/**
 * Marks the values of a Cookie or Set-Cookie header that begins at `at`: those whose name or look says session. The
 * first pair of Set-Cookie always counts, its attributes never.
 */
export function findCookieValues(spans: RedactionSpans, at: number, isSet: boolean): number | null {
  const { text } = spans;
  let start = text.charCodeAt(at) === 91 ? at + 1 : at;
  const quote = openingQuote(text, start);
  const limit = quote === null ? text.length : contentEnd(text, quote, spans.isJson);
  start = quote?.contentStart ?? start;
  let isFirst = true;
  pair.lastIndex = start;
  for (let match = pair.exec(text); match !== null && pair.lastIndex <= limit; match = pair.exec(text)) {
    const [, name = '', value = ''] = match;
    const end = pair.lastIndex;
    const isValue = isSet ? isFirst : sensitiveName.test(name) || looksRandom(value, 16);
    if (isValue && !attributes.has(name.toLowerCase()) && value.length >= 4 && !isPlaceholder(value)) {
      spans.add(end - value.length, end);
    }
    isFirst = false;
    start = end;
    pair.lastIndex = end;
  }
  return start === at ? null : start;
}

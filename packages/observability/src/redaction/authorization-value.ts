import { quoteWrapper, stickyEnd } from './field-value.ts';
import { contentEnd, valueQuote } from './quoted-text.ts';
import type { RedactionSpans } from './redaction-spans.ts';
import { isMixed, isPlaceholder } from './secret-guards.ts';

/** Schemes whose credential is one word (RFC 9110 section 11; the rest as vendors use them). */
const scheme =
  /(?:Bearer|Basic|Token|ApiKey|Api-Key|Key|Negotiate|NTLM|DPoP|SSWS|GoogleLogin|SharedKey|Splunk|Discogs|Bot)(?:[ ]|%20|\+){1,4}/iy;

/** Schemes whose credential is a list of parameters, which other rules find by their names. */
const parameterScheme =
  /(?:Digest|AWS4-HMAC-SHA256|AWS4-ECDSA-P256-SHA256|OAuth|Hawk|Signature|SharedAccessSignature)\s/iy;

const word = /[^\s"'`\\,;<>()[\]{}|]+/y;

/** Marks the credential of an Authorization header whose value begins at `at`; returns where it ends. */
export function markAuthorization(spans: RedactionSpans, at: number, nameQuote: string): number | null {
  const { text } = spans;
  let start = stickyEnd(quoteWrapper, text, text.charCodeAt(at) === 91 ? at + 1 : at);
  const quote = valueQuote(text, start, spans.isJson, nameQuote);
  const end = quote === null ? null : contentEnd(text, quote, spans.isJson);
  start = quote?.contentStart ?? start;
  parameterScheme.lastIndex = start;
  if (parameterScheme.test(text)) return null;
  scheme.lastIndex = start;
  const hasScheme = scheme.test(text);
  if (hasScheme) start = scheme.lastIndex;
  const stop = end ?? wordEnd(text, start);
  const credential = text.slice(start, stop);
  if (credential === '' || isPlaceholder(credential) || (!isMixed(credential) && isPlainWord(credential))) return null;
  spans.add(start, stop, quote === null && !hasScheme && nameQuote.endsWith('"') ? nameQuote : '');
  return stop;
}

const anyScheme = /(?:\bBearer|\bBasic|\bApiKey|\bNegotiate|\bNTLM|\bDPoP|\bSSWS|\bSharedKey|\bBot)(?:[ ]|%20){1,4}/gi;

/** Marks `Bearer ...` and its kin wherever they stand. */
export function findBearerTokens(spans: RedactionSpans): void {
  const { text } = spans;
  anyScheme.lastIndex = 0;
  for (let match = anyScheme.exec(text); match !== null; match = anyScheme.exec(text)) {
    const start = anyScheme.lastIndex;
    const end = wordEnd(text, start);
    const credential = text.slice(start, end);
    if (credential.length >= 8 && isMixed(credential) && !isPlainWord(credential)) spans.add(start, end);
  }
}

/** `Digest ... response="..."`: the one parameter whose name says nothing. */
const digestResponse = /\b(?:response|mac|cnonce)=\\{0,15}"([A-Za-z0-9+/=]{16,128})\\{0,15}"/g;

/** Marks what proves the password in Digest and Hawk headers. */
export function findDigestResponses(spans: RedactionSpans): void {
  for (const match of spans.text.matchAll(digestResponse)) {
    const start = match.index + match[0].indexOf('"') + 1;
    spans.add(start, start + (match[1]?.length ?? 0));
  }
}

function isPlainWord(text: string): boolean {
  return /^[A-Z]?[a-z-]+[.:!?]?$/.test(text);
}

function wordEnd(text: string, start: number): number {
  word.lastIndex = start;
  return word.test(text) ? word.lastIndex : start;
}

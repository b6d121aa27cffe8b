import { stickyEnd } from './field-value.ts';
import type { RedactionSpans } from './redaction-spans.ts';
import { isWordStart } from './text-positions.ts';

const header = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const footer = '-----END ';
const body = /(?:[A-Za-z0-9+/=:,.\s-]|\\{1,15}[nrt])*/y;

/** Marks the inside of private keys in PEM form, also when the end is cut off. */
export function findPrivateKeys(spans: RedactionSpans): void {
  const { text } = spans;
  if (!text.includes('PRIVATE KEY')) return;
  header.lastIndex = 0;
  for (let match = header.exec(text); match !== null; match = header.exec(text)) {
    const start = header.lastIndex;
    const bodyEnd = stickyEnd(body, text, start);
    const found = text.slice(start, bodyEnd).indexOf(footer);
    const end = found === -1 ? bodyEnd : start + found;
    spans.add(start, end);
    header.lastIndex = end;
  }
}

const jwkMember = /["'](?:d|p|q|dp|dq|qi|k)\\{0,15}["']\s?:\s?\\{0,15}["']/g;
const base64url = /[A-Za-z0-9_-]{16,}/y;

/** Marks the private members of a JSON Web Key (RFC 7518 section 6). */
export function findJsonWebKeys(spans: RedactionSpans): void {
  if (!spans.text.includes('kty')) return;
  for (const match of spans.text.matchAll(jwkMember)) {
    const start = match.index + match[0].length;
    spans.add(start, stickyEnd(base64url, spans.text, start));
  }
}

const tokenSegment = /[A-Za-z0-9_-]+/y;
const tokenRest = /\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,3}|\.\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*){0,2}/y;
const discordToken = /(?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}/g;

/** Marks JSON Web Tokens, signed or encrypted (RFC 7519, 7516), also without their signature, and Discord's tokens. */
export function findDottedTokens(spans: RedactionSpans): void {
  const { text } = spans;
  for (let at = text.indexOf('eyJ'); at !== -1;) {
    const segmentEnd = stickyEnd(tokenSegment, text, at);
    const end = stickyEnd(tokenRest, text, segmentEnd);
    if (end > segmentEnd && isWordStart(text, at)) spans.add(at, end);
    at = text.indexOf('eyJ', end);
  }
  for (const match of text.matchAll(discordToken)) spans.add(match.index, match.index + match[0].length);
}

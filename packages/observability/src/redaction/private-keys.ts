import { stickyEnd } from './field-value.ts';
import type { RedactionSpans } from './redaction-spans.ts';

const header = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const footer = '-----END ';
const body = /(?:[A-Za-z0-9+/=:,.\s-]|\\{1,15}[nrt])*/y;

/** Marks the inside of private keys in PEM form, also when the end is cut off. */
export function findPrivateKeys(spans: RedactionSpans): void {
  const { text } = spans;
  if (!text.includes('PRIVATE KEY')) return;
  for (const match of text.matchAll(header)) {
    const start = match.index + match[0].length;
    const end = text.indexOf(footer, start);
    body.lastIndex = start;
    body.test(text);
    spans.add(start, end === -1 || end > body.lastIndex ? body.lastIndex : end);
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

const jsonWebToken =
  /eyJ[A-Za-z0-9_-]{5,8192}\.[A-Za-z0-9_-]{0,8192}\.[A-Za-z0-9_-]{0,8192}(?:\.[A-Za-z0-9_-]{0,8192}){0,2}/g;
const cutToken = /eyJ[A-Za-z0-9_-]{5,8192}\.eyJ[A-Za-z0-9_-]{5,8192}/g;

const discordToken = /(?<![A-Za-z0-9_.-])[MNO][A-Za-z0-9_-]{22,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}/g;

/** Marks JSON Web Tokens, signed or encrypted (RFC 7519, 7516), also without their signature, and Discord's tokens. */
export function findDottedTokens(spans: RedactionSpans): void {
  const patterns = spans.text.includes('eyJ') ? [jsonWebToken, cutToken, discordToken] : [discordToken];
  for (const pattern of patterns) {
    for (const match of spans.text.matchAll(pattern)) spans.add(match.index, match.index + match[0].length);
  }
}

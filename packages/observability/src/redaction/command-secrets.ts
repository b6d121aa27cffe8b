import { stickyEnd } from './field-value.ts';
import { contentEnd, openingQuote } from './quoted-text.ts';
import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder, looksLikeCredential, looksRandom } from './secret-guards.ts';
import { nameKind } from './secret-names.ts';

const word = /[^\s"'`\\,;&<>()[\]{}|]+/y;

function valueAt(spans: RedactionSpans, at: number): { start: number; end: number; text: string } {
  const quote = openingQuote(spans.text, at);
  const start = quote?.contentStart ?? at;
  const end = quote === null ? stickyEnd(word, spans.text, at) : contentEnd(spans.text, quote, spans.isJson);
  return { start, end, text: spans.text.slice(start, end) };
}

const option = /(?:^|[\s"'`(,])--?([A-Za-z][A-Za-z0-9-]{1,40})[ ]{1,3}(?=[^\s-])/g;

/** Marks `--api-key ...` and `--password ...`. */
export function findOptionValues(spans: RedactionSpans): void {
  if (!spans.text.includes(' -') && !spans.text.startsWith('-')) return;
  for (const match of spans.text.matchAll(option)) {
    const kind = nameKind(match[1] ?? '');
    const value = valueAt(spans, match.index + match[0].length);
    if (isPlaceholder(value.text)) continue;
    const isSecret = kind === 'secret' || kind === 'code' || (kind !== null && looksLikeCredential(value.text, 8));
    if (isSecret) spans.add(value.start, value.end);
  }
}

const userOption = /(?:^|\s)(?:-u|--user|--proxy-user)(?:[ ]|=)\\{0,15}["']?[^\s:"'\\]{1,128}:/g;

/** Marks the password of `curl -u user:password`. */
export function findUserOptions(spans: RedactionSpans): void {
  for (const match of spans.text.matchAll(userOption)) {
    const start = match.index + match[0].length;
    const end = stickyEnd(word, spans.text, start);
    if (!/^[0-9]{0,6}$/.test(spans.text.slice(start, end))) spans.add(start, end);
  }
}

const login = /\blogin\s\S{1,128}\s{1,4}(?:\\n\s{0,4})?password\s{1,4}/g;
const identifiedBy =
  /\b(?:IDENTIFIED\s(?:WITH\s\S{1,40}\s)?BY|(?:WITH\s)?(?:ENCRYPTED\s)?PASSWORD|SECRET)\s{1,4}(?=\\{0,15}['"])/gi;

/** Marks the password of a netrc line and of SQL's `IDENTIFIED BY '...'` and `PASSWORD '...'`. */
export function findStatementPasswords(spans: RedactionSpans): void {
  for (const pattern of [login, identifiedBy]) {
    for (const match of spans.text.matchAll(pattern)) {
      const value = valueAt(spans, match.index + match[0].length);
      if (!isPlaceholder(value.text)) spans.add(value.start, value.end);
    }
  }
}

const crypt = /\$(?:2[abxy]|argon2(?:id|i|d)|apr1|scrypt|pbkdf2[a-z0-9-]{0,12}|1|5|6|y|7)\$[A-Za-z0-9./+=,$-]{20,200}/g;

/** Marks password hashes in modular crypt format. */
export function findPasswordHashes(spans: RedactionSpans): void {
  for (const match of spans.text.matchAll(crypt)) spans.add(match.index, match.index + match[0].length);
}

const prose =
  /\b(password|passphrase|passcode|secret|token|credentials?|(?:api|access|secret|private|auth|signing)[ _-]?key|(?:one-time|verification|security|login|mfa|otp)[ ]code|otp|pin)s?(?:[ ](?:is|was|are|provided|used|given|supplied|sent|received|value|now|to|rejected|presented)){1,2}[ ]?[:=]?[ ]{1,2}(?=[^\s])|\b(password|passphrase|secret|token|credentials?|(?:api|access|secret|private|auth|signing)[ _-]key)s?[ ](?=[^\s:=])/gi;

/** Marks credentials that a sentence names: `the token is ...`, `Incorrect API key provided: ...`. */
export function findSpokenSecrets(spans: RedactionSpans): void {
  for (const match of spans.text.matchAll(prose)) {
    const value = valueAt(spans, match.index + match[0].length);
    if (isSpokenSecret((match[1] ?? match[2] ?? '').toLowerCase(), match[1] !== undefined, value.text)) {
      spans.add(value.start, value.end);
    }
  }
}

function isSpokenSecret(name: string, isStated: boolean, value: string): boolean {
  if (isStated && /(?:code|otp|pin|passcode)$/.test(name)) return /^[0-9]{4,10}[.!]?$/.test(value);
  if (isStated && name.startsWith('pass')) return looksLikeCredential(value, 6);
  return looksRandom(value, 20);
}

const accessKeyPair = /(?:AKIA|ASIA)[A-Z0-9]{16}[\s,:;|"'\\/]{1,8}([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/])/g;

/** Marks an AWS secret key that stands next to its key id. */
export function findAccessKeyPairs(spans: RedactionSpans): void {
  for (const match of spans.text.matchAll(accessKeyPair)) {
    const end = match.index + match[0].length;
    spans.add(end - 40, end);
  }
}

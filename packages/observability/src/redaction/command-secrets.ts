import { stickyEnd } from './field-value.ts';
import { contentEnd, valueQuote } from './quoted-text.ts';
import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder, looksLikeCredential, looksRandom } from './secret-guards.ts';
import { nameKind } from './secret-names.ts';

const word = /[^\s"'`\\,;&<>()[\]{}|]+/y;

function valueAt(spans: RedactionSpans, at: number): { start: number; end: number; text: string } {
  const quote = valueQuote(spans.text, at, spans.isJson, '');
  const start = quote?.contentStart ?? at;
  const end = quote === null ? stickyEnd(word, spans.text, at) : contentEnd(spans.text, quote, spans.isJson);
  return { start, end, text: spans.text.slice(start, end) };
}

const option = /(?:^|[\s"'`(,])--?([A-Za-z][A-Za-z0-9_-]{1,40})[ ]{1,3}(?=[^\s-])/g;

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

/** Programs that take a password as a short option, and which. */
const programs: readonly (readonly [string, RegExp])[] = [
  ['sshpass', /\s-p[ ]?(?=[^\s-])/y],
  ['redis-cli', /\s-a[ ](?=[^\s-])/y],
  ['mysql', /\s-p(?=[^\s-])/y],
  ['mariadb', /\s-p(?=[^\s-])/y],
  ['docker login', /\s-p[ ](?=[^\s-])/y],
];

/** How far behind the program's name its option is looked for. */
const maxCommandLength = 160;

/** Marks the password of `sshpass -p`, `redis-cli -a`, `mysql -p...` and their kin. */
export function findProgramPasswords(spans: RedactionSpans): void {
  const { text } = spans;
  if (!text.includes(' -')) return;
  for (const [program, pattern] of programs) {
    for (let found = text.indexOf(program); found !== -1; found = text.indexOf(program, found + program.length)) {
      const at = optionAfter(text, found, pattern);
      if (at === null) continue;
      const value = valueAt(spans, at);
      if (!isPlaceholder(value.text)) spans.add(value.start, value.end);
    }
  }
}

function optionAfter(text: string, start: number, pattern: RegExp): number | null {
  const limit = Math.min(text.length, start + maxCommandLength);
  for (let at = text.indexOf(' -', start); at !== -1 && at < limit; at = text.indexOf(' -', at + 2)) {
    const end = stickyEnd(pattern, text, at);
    if (end > at) return end;
  }
  return null;
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
  /(?:\bIDENTIFIED\s(?:WITH\s\S{1,40}\s)?BY|\bPASSWORD|\bSECRET|-SecureString)\s{1,4}(?=\\{0,15}['"])/gi;

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

const stated =
  /\b(password|passphrase|passcode|secret|token|credentials?|(?:api|access|secret|private|auth|signing)[ _-]?key|(?:one-time|verification|security|login|mfa|otp)[ ]code|otp|pin)s?(?:[ ](?:for|of)[ ][^\s:=]{1,64})?(?:[ ](?:is|was|are|provided|used|given|supplied|sent|received|value|now|to|rejected|presented)){0,2}[ ]?[:=]?[ ]{1,2}(?=[^\s:=])/gi;

/** Marks credentials that a sentence names: `the token is ...`, `Incorrect API key provided: ...`. */
export function findSpokenSecrets(spans: RedactionSpans): void {
  for (const match of spans.text.matchAll(stated)) {
    const value = valueAt(spans, match.index + match[0].length);
    const name = (match[1] ?? '').toLowerCase();
    if (isSpokenSecret(name, match[0].length > name.length + 2, value.text)) spans.add(value.start, value.end);
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

import { stickyEnd } from './field-value.ts';
import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder, looksLikeCredential, looksRandom } from './secret-guards.ts';

const authority = /[^\s"'`\\<>]{1,2048}/y;
const slashes = /:(?:\\{0,7}\/){2}/y;

/** Marks the password of `scheme://user:password@host`, and a generated text in the place of the user. */
export function findUrlCredentials(spans: RedactionSpans): void {
  const { text } = spans;
  if (!text.includes('@')) return;
  for (let index = text.indexOf('://'); index !== -1; index = text.indexOf('://', index + 3)) markAt(spans, index);
  for (let index = text.indexOf(':\\'); index !== -1; index = text.indexOf(':\\', index + 2)) markAt(spans, index);
}

/** Marks the password of Oracle's own form, `jdbc:oracle:thin:user/password@host`. */
export function findOracleCredentials(spans: RedactionSpans): void {
  const { text } = spans;
  for (let index = text.indexOf('jdbc:oracle:'); index !== -1; index = text.indexOf('jdbc:oracle:', index + 12)) {
    const end = stickyEnd(authority, text, index);
    const slash = text.indexOf('/', index);
    const at = text.indexOf('@', slash);
    if (slash !== -1 && at !== -1 && at < end) spans.add(slash + 1, at);
  }
}

const passFile =
  /(?<![^\s"'=(])[A-Za-z*][A-Za-z0-9.*_-]{0,128}:[0-9*]{1,5}:[^:\s"'\\]{1,64}:[^:\s"'\\]{1,64}:([^\s"'\\:]{6,128})/g;

/** Marks the password of a line of a pgpass file, `host:port:database:user:password`. */
export function findPassFileLines(spans: RedactionSpans): void {
  for (const match of spans.text.matchAll(passFile)) {
    const password = match[1] ?? '';
    const end = match.index + match[0].length;
    if (looksLikeCredential(password, 6)) spans.add(end - password.length, end);
  }
}

function markAt(spans: RedactionSpans, index: number): void {
  const { text } = spans;
  slashes.lastIndex = index;
  if (!slashes.test(text)) return;
  const start = slashes.lastIndex;
  authority.lastIndex = start;
  if (!authority.test(text)) return;
  const run = text.slice(start, authority.lastIndex);
  const at = userInfoEnd(run);
  if (at === -1) return;
  const divider = run.indexOf(':');
  if (divider === -1 || divider > at) {
    if (looksRandom(run.slice(0, at), 16)) spans.add(start, start + at);
    return;
  }
  if (!isPlaceholder(run.slice(divider + 1, at))) spans.add(start + divider + 1, start + at);
  if (looksRandom(run.slice(0, divider), 20)) spans.add(start, start + divider);
}

/**
 * Where the user information ends. By RFC 3986 it stands before the first `/`, `?` or `#`; a password that holds one of
 * these unencoded still ends at an `@`, unless what stands before is a host and its port.
 */
function userInfoEnd(run: string): number {
  const pathStart = run.search(/[/?#]/);
  const authorityEnd = pathStart === -1 ? run.length : pathStart;
  const regular = run.lastIndexOf('@', authorityEnd);
  if (regular !== -1 && regular < authorityEnd) return regular;
  const divider = run.indexOf(':');
  if (divider === -1 || divider > authorityEnd || /^[0-9]{0,5}$/.test(run.slice(divider + 1, authorityEnd))) return -1;
  return run.indexOf('@', authorityEnd);
}

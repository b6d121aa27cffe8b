import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder, looksRandom } from './secret-guards.ts';

const authority = /[^\s"'`\\<>]{1,2048}/y;
const slashes = /:(?:\\{0,7}\/){2}/y;

/** Marks the password of `scheme://user:password@host`, and a generated text in the place of the user. */
export function findUrlCredentials(spans: RedactionSpans): void {
  const { text } = spans;
  if (!text.includes('@')) return;
  for (let index = text.indexOf('://'); index !== -1; index = text.indexOf('://', index + 3)) markAt(spans, index);
  for (let index = text.indexOf(':\\'); index !== -1; index = text.indexOf(':\\', index + 2)) markAt(spans, index);
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

import type { ModelList } from './listed-model.ts';

/** Enough of a SHA-256 to find the list it belongs to; the whole stands in the overlay's `sources`. */
const shownDigits = 12;

const written = / sha256:[0-9a-f]{12}$/;

/** Where an entry was read, in one line. */
export function sourceText({ source, sha256 }: ModelList): string {
  return `${source} sha256:${sha256.slice(0, shownDigits)}`;
}

/** Whether an entry with this source was written from a list, and not by hand. */
export function isWrittenByUpdate(source: string | undefined): boolean {
  return source !== undefined && written.test(source);
}

/** Whether a text names the list with this digest as the source of something. */
export function isNamedIn(text: string, sha256: string): boolean {
  return text.includes(` sha256:${sha256.slice(0, shownDigits)}`);
}

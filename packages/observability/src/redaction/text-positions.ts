/**
 * Where words begin and end in a rendered line. A line is often JSON, a URL or a terminal's output, so the letter before
 * a word may be the end of an escape: `\n`, `\u0022`, `%3D`, or the `m` of a colour.
 */

const backslash = 92;
const percent = 37;

/** True for A-Z, a-z and 0-9. */
export function isAlphanumeric(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** True for 0-9, A-F and a-f. */
function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);
}

/** How many backslashes stand directly before `index`. */
export function backslashesBefore(text: string, index: number): number {
  let count = 0;
  while (text.charCodeAt(index - 1 - count) === backslash) count += 1;
  return count;
}

/** True when a word may begin at `index`: at the start, after anything but a letter or digit, or after an escape. */
export function isWordStart(text: string, index: number): boolean {
  if (index === 0 || !isAlphanumeric(text.charCodeAt(index - 1))) return true;
  return isEscapeEnd(text, index);
}

function isEscapeEnd(text: string, index: number): boolean {
  if (text.charCodeAt(index - 2) === backslash && 'nrtbfv'.includes(text.charAt(index - 1))) return true;
  if (text.charCodeAt(index - 3) === percent && areHexDigits(text, index - 2, index)) return true;
  if (text.charCodeAt(index - 5) === 117 && text.charCodeAt(index - 6) === backslash)
    return areHexDigits(text, index - 4, index);
  return text.charCodeAt(index - 1) === 109 && /\[[0-9;]{0,12}m$/.test(text.slice(Math.max(0, index - 15), index));
}

function areHexDigits(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (!isHexDigit(text.charCodeAt(index))) return false;
  return true;
}

/**
 * The first index from `start` on that is not inside an escape which began before it, so that cutting there leaves the
 * escape whole.
 */
export function skipEscape(text: string, start: number): number {
  if (backslashesBefore(text, start) % 2 === 1) return start + (text.charCodeAt(start) === 117 ? 5 : 1);
  if (text.charCodeAt(start - 1) === percent && areHexDigits(text, start, start + 2)) return start + 2;
  return start;
}

/** The last index up to `end` that is not inside an escape which ends after it. */
export function backOutOfEscape(text: string, end: number): number {
  if (backslashesBefore(text, end) % 2 === 1) return end - 1;
  const tail = text.slice(Math.max(0, end - 5), end).lastIndexOf('\\u');
  if (tail === -1) return end;
  const unicode = Math.max(0, end - 5) + tail;
  return backslashesBefore(text, unicode + 1) % 2 === 1 ? unicode : end;
}

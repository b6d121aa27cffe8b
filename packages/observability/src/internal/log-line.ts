import { redact } from '../redact.ts';

/**
 * Characters that JSON lets stand and a terminal or a viewer acts on: DEL and C1 controls (among them a one-character
 * escape), line and paragraph separators, and what hides or reorders text (Unicode TR 36).
 */
const unsafe = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A rendered line as it may be written: secrets removed, and nothing in it that could look like another line. */
export function sinkLine(line: string): string {
  return redact(line).replace(unsafe, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

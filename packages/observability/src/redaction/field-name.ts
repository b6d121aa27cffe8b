import { nameKind, type NameKind } from './secret-names.ts';
import { quoteEndingAt } from './quoted-text.ts';
import { isAlphanumeric } from './text-positions.ts';

/** A name that stands before a separator. */
export interface FieldName {
  readonly kind: NameKind;
  readonly start: number;
  /** The quote around it as it stands in the line; empty when it is bare. */
  readonly quote: string;
}

/** Longest name that is looked at; nobody writes longer ones by hand. */
const maxNameLength = 80;

/** The rest of a percent-encoded character, encoded once or more often. */
const encodedEnd = /^(?:25){0,3}[0-9A-Fa-f]{2}/;

/** A colour that a terminal's output ends a word with. */
const colour = /(?:\u001b|\\{1,15}(?:u001b|x1b|e|033))\[[0-9;]{0,12}m$/;

/** The rest of a colour that a word begins after. */
const colourStart = /^[0-9;]{1,12}m/;

/** Spaces between a name and its separator at most. */
const maxGap = 4;

/** Reads backwards from a separator at `index`; `null` when no name that says anything stands there. */
export function fieldNameBefore(text: string, index: number): FieldName | null {
  let end = index;
  while (end > 0 && index - end < maxGap && isBlank(text.charCodeAt(end - 1))) end -= 1;
  if (text.charCodeAt(end - 1) === 109) end -= colour.exec(text.slice(Math.max(0, end - 40), end))?.[0].length ?? 0;
  if (text.charCodeAt(end - 1) === 93) end -= 1;
  else if (text.charCodeAt(end - 1) === 68 && text.endsWith('%5D', end)) end -= 3;
  const quote = quoteEndingAt(text, end);
  end -= quote.length;
  const start = nameStart(text, end);
  if (start === end) return null;
  const kind = nameKind(text.slice(start, end));
  const spaced = quote === '' && (kind === null || kind === 'pair-name') ? spacedKind(text, start, end) : null;
  const found = spaced === 'secret' || spaced === 'code' ? spaced : kind;
  return found === null ? null : { kind: found, start, quote };
}

function nameStart(text: string, end: number): number {
  const limit = Math.max(0, end - maxNameLength);
  let start = end;
  while (start > limit && isNameCode(text.charCodeAt(start - 1))) start -= 1;
  const before = text.charCodeAt(start - 1);
  if (before === 91) return start + (colourStart.exec(text.slice(start, end))?.[0].length ?? 0);
  if (before === 37 && end - start > 2) return start + (encodedEnd.exec(text.slice(start, end))?.[0].length ?? 0);
  if (before === 92 && end - start > 1) {
    const first = text.charCodeAt(start);
    if (first === 117 && /^u[0-9a-fA-F]{4}/.test(text.slice(start, start + 5))) return Math.min(end, start + 5);
    if (first === 110 || first === 114 || first === 116) return start + 1;
  }
  return start;
}

/** `API key: ...`, `one-time code: ...`: two words with a space between. */
function spacedKind(text: string, start: number, end: number): NameKind | null {
  const word = text.slice(start, end).toLowerCase();
  if (word !== 'key' && word !== 'keys' && word !== 'code' && word !== 'codes' && word !== 'phrase') return null;
  if (text.charCodeAt(start - 1) !== 32) return null;
  const previous = nameStart(text, start - 1);
  if (previous === start - 1) return null;
  return nameKind(`${text.slice(previous, start - 1)} ${word}`);
}

function isNameCode(code: number): boolean {
  return isAlphanumeric(code) || code === 95 || code === 45 || code === 46 || code === 36;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

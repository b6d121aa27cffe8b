import type { GuideName, GuideWord } from './guide-source.ts';

/** A part of a line: its text, and the column at which it begins, from 1. */
export interface TextSpan {
  readonly text: string;
  readonly column: number;
}

/** A span without the space around it. */
export function trimSpan({ text, column }: TextSpan): TextSpan {
  return { text: text.trim(), column: column + text.length - text.trimStart().length };
}

/** The parts of a span between separators. */
export function splitSpan(span: TextSpan, separator: RegExp): readonly TextSpan[] {
  const parts: TextSpan[] = [];
  let from = 0;
  for (const { index, 0: found } of span.text.matchAll(separator)) {
    parts.push({ text: span.text.slice(from, index), column: span.column + from });
    from = index + found.length;
  }
  return [...parts, { text: span.text.slice(from), column: span.column + from }].map(trimSpan);
}

/** A name of a model, marked up or not: `name`, **name**, [name](address), name. */
const namePattern = /(`+)\s*([^`]+?)\s*\1|(\*\*|__)([^\s*_]+)\3|\[`?([^\]`\s]+)`?\]\([^)\s]*\)|[^\s,;`]+/uy;

/** What was read of a list of names. */
export interface ReadNames {
  readonly names: readonly GuideName[];
  /** What could not be read as names, and why. */
  readonly faults: readonly { readonly word: GuideWord; readonly message: string }[];
}

/**
 * Reads `name, name - reason`: names of models with commas between them, and at the end the reason behind a dash, a colon or
 * in brackets.
 */
export function readNames(span: TextSpan, placeOf: (column: number) => string): ReadNames {
  const { text, column } = span;
  const names: GuideWord[] = [];
  const fault = (at: number, found: string, message: string): ReadNames => ({
    names: names.map((name) => ({ ...name, reason: null })),
    faults: [{ word: { text: found, place: placeOf(column + at) }, message }],
  });
  let at = skipSpace(text, 0);
  while (at < text.length) {
    namePattern.lastIndex = at;
    const found = namePattern.exec(text);
    if (found === null) return fault(at, text.slice(at), 'is not a name of a model.');
    const marked = found[2] ?? found[4] ?? found[5];
    const name = marked ?? found[0].replace(/:$/, '');
    names.push({ text: name, place: placeOf(column + at + found[0].indexOf(name)) });
    const colon = marked === undefined && found[0].endsWith(':');
    at = skipSpace(text, at + found[0].length);
    if (text[at] === ',') {
      at = skipSpace(text, at + 1);
      continue;
    }
    if (at >= text.length) break;
    const reason = colon ? text.slice(at) : reasonAt(text, at);
    if (reason !== null) return { names: names.map((one) => ({ ...one, reason: reason.trim() })), faults: [] };
    const rest = text.slice(at).trim();
    return fault(at, rest, 'stands behind a name: put a comma before another name, a dash before a reason.');
  }
  return { names: names.map((name) => ({ ...name, reason: null })), faults: [] };
}

function reasonAt(text: string, at: number): string | null {
  const rest = text.slice(at);
  const dash = /^(?:[-\u2010-\u2015]{1,3}|:)\s+(.*)$/u.exec(rest);
  if (dash !== null) return dash[1] ?? '';
  return /^\((.*)\)\.?$/u.exec(rest.trim())?.[1] ?? null;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] ?? '')) at += 1;
  return at;
}

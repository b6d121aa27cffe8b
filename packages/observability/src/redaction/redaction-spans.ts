import { backOutOfEscape, backslashesBefore, skipEscape } from './text-positions.ts';

/** What stands in the place of a secret. */
export const redactionMark = '[REDACTED]';

interface Span {
  readonly start: number;
  readonly end: number;
  /** Stands around the mark where a JSON number gives way to a string. */
  readonly quote: string;
}

/** The places of a text that hold secrets. Finders add to it in any order; places may overlap. */
export class RedactionSpans {
  readonly text: string;
  /** True for what begins like an object of JSON. */
  readonly isJson: boolean;
  readonly #spans: Span[] = [];

  constructor(text: string) {
    this.text = text;
    this.isJson = text.charCodeAt(0) === 123 && /^\{\s{0,16}"/.test(text);
  }

  /** Marks `[start, end)`, without the escapes it would cut. */
  add(start: number, end: number, quote = ''): void {
    const from = skipEscape(this.text, start);
    const to = backOutOfEscape(this.text, end);
    if (from >= to || this.text.startsWith(redactionMark, from)) return;
    this.#spans.push({ start: from, end: to, quote });
  }

  /** The text with every place replaced; overlapping places become one. Valid JSON stays valid. */
  apply(): string {
    if (this.#spans.length === 0) return this.text;
    const spans = this.#spans.sort((left, right) => left.start - right.start || right.end - left.end);
    return replaceSpans(this.text, this.isJson ? withinStrings(this.text, spans) : spans);
  }
}

function replaceSpans(text: string, spans: readonly Span[]): string {
  let result = '';
  let done = 0;
  for (const { start, end, quote } of spans) {
    if (start >= done) result += text.slice(done, start) + quote + redactionMark + quote;
    done = Math.max(done, end);
  }
  return result + text.slice(done);
}

/**
 * The same places cut to the JSON string in which each begins. A place outside every string is a number with quotes
 * given to it, else it was misread. What is no JSON although it looked like it has no such bounds.
 */
function withinStrings(text: string, spans: readonly Span[]): readonly Span[] {
  const bounded: Span[] = [];
  let quoteAt = -1;
  let isInside = false;
  for (const span of spans) {
    let next = nextStructuralQuote(text, quoteAt + 1);
    while (next < span.start) {
      quoteAt = next;
      isInside = !isInside;
      next = nextStructuralQuote(text, quoteAt + 1);
    }
    if (isInside === (span.quote !== '"')) bounded.push({ ...span, end: Math.min(span.end, next) });
  }
  const isUnchanged = bounded.length === spans.length && bounded.every((span, index) => span.end === spans[index]?.end);
  return isUnchanged || isValidJson(text) ? bounded : spans;
}

function nextStructuralQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    if (backslashesBefore(text, at) % 2 === 0) return at;
  }
  return text.length;
}

function isValidJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

import { skipEscape } from './text-positions.ts';

/** What stands in the place of a secret. */
export const redactionMark = '[REDACTED]';

interface Span {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** The places of a text that hold secrets. Finders add to it in any order; places may overlap. */
export class RedactionSpans {
  readonly text: string;
  /** True for a line of JSON: a place must then stay inside one string of it. */
  readonly isJson: boolean;
  readonly #spans: Span[] = [];

  constructor(text: string) {
    this.text = text;
    this.isJson = text.charCodeAt(0) === 123;
  }

  /** Marks `[start, end)`. `quote` surrounds the mark where a JSON number gives way to a string. */
  add(start: number, end: number, quote = ''): void {
    const from = skipEscape(this.text, start);
    if (from >= end || this.text.startsWith(redactionMark, from)) return;
    this.#spans.push({ start: from, end, replacement: quote + redactionMark + quote });
  }

  /** The text with every place replaced; overlapping places become one. */
  apply(): string {
    if (this.#spans.length === 0) return this.text;
    const spans = this.#spans.sort((left, right) => left.start - right.start || right.end - left.end);
    let result = '';
    let done = 0;
    for (const { start, end, replacement } of spans) {
      if (start >= done) result += this.text.slice(done, start) + replacement;
      done = Math.max(done, end);
    }
    return result + this.text.slice(done);
  }
}

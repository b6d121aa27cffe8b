const fence = '```';

/** A line that opens a fence names a language at most. */
const maxFenceLine = 24;

/**
 * Takes the code fence off a text that comes in pieces: models that are asked for JSON in words put it into one although
 * they are asked not to. A text without a fence passes unchanged.
 */
export class FenceTrimmer {
  #form: 'unknown' | 'plain' | 'fenced' = 'unknown';
  #held = '';

  /** The next piece; gives what is known to belong to the text. */
  push(piece: string): string {
    if (this.#form === 'plain') return piece;
    this.#held += piece;
    if (this.#form === 'unknown') this.#recognise();
    return this.#form === 'unknown' ? '' : this.#release();
  }

  /** What was held back and turned out to be text. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#form === 'fenced' && ['', fence].includes(rest.trim()) ? '' : rest;
  }

  #recognise(): void {
    const text = this.#held.trimStart();
    if (fence.startsWith(text)) return;
    const lineEnd = text.indexOf('\n');
    if (text.startsWith(fence) && lineEnd < 0 && text.length <= maxFenceLine) return;
    const isFenced = text.startsWith(fence) && lineEnd >= 0 && lineEnd <= maxFenceLine;
    this.#form = isFenced ? 'fenced' : 'plain';
    if (isFenced) this.#held = text.slice(lineEnd + 1);
  }

  /** Inside a fence, what may be its end waits for more. */
  #release(): string {
    const held = this.#held;
    const tail = this.#form === 'fenced' ? (/\s*`{0,3}\s*$/.exec(held)?.[0] ?? '') : '';
    this.#held = tail;
    return held.slice(0, held.length - tail.length);
  }
}

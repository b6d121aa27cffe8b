import { SseParser, type Frame, type FrameParser } from '@lattice-lock/provider-kit';
import { JsonObjectParser } from './json-object-parser.ts';

const lineFeed = 10;
const carriageReturn = 13;
const openBracket = 91;
const openBrace = 123;

/**
 * Cuts a streamed answer into its chunks. Usually they are server-sent events; without `alt=sse` the vendor, and
 * whatever is asked for some proxies, send one JSON array. When a stream breaks the error may follow the events as
 * plain JSON, which no event of this wire begins with.
 */
export class GeminiFrameParser implements FrameParser {
  #parser: FrameParser | undefined;
  /** Blanks and pieces of a byte order mark, before it is known which form the body has. */
  #held: Uint8Array[] = [];
  #isSse = false;
  #isLineStart = false;

  push(chunk: Uint8Array): readonly Frame[] {
    if (chunk.length === 0) return [];
    if (this.#parser === undefined) {
      const first = firstMark(chunk);
      if (first === -1) {
        this.#held.push(chunk);
        return [];
      }
      this.#isSse = !isJsonMark(chunk[first]);
      this.#parser = this.#isSse ? new SseParser() : new JsonObjectParser();
      // Held bytes make no frame of their own.
      for (const held of this.#held) this.#parser.push(held);
      this.#held = [];
    }
    if (!this.#isSse) return this.#parser.push(chunk);
    const json = this.#jsonStart(chunk);
    this.#isLineStart = isLineEnd(chunk[chunk.length - 1]);
    if (json === -1) return this.#parser.push(chunk);
    const events = [...this.#parser.push(chunk.subarray(0, json)), ...this.#parser.end()];
    this.#isSse = false;
    this.#parser = new JsonObjectParser();
    return [...events, ...this.#parser.push(chunk.subarray(json))];
  }

  end(): readonly Frame[] {
    return this.#parser?.end() ?? [];
  }

  /** Where a line begins with JSON; -1 when none does. */
  #jsonStart(chunk: Uint8Array): number {
    if (this.#isLineStart && isJsonMark(chunk[0])) return 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, end + 1)) {
      if (isJsonMark(chunk[end + 1])) return end + 1;
    }
    return -1;
  }
}

/** The first byte that is neither blank nor of a byte order mark; -1 when there is none. */
function firstMark(chunk: Uint8Array): number {
  return chunk.findIndex((byte) => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf);
}

function isJsonMark(byte: number | undefined): boolean {
  return byte === openBrace || byte === openBracket;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

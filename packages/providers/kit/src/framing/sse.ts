import { LatticeError } from '@lattice-lock/contract';
import { defaultMaxFrameLength, type Frame, type FrameParser } from './frame.ts';

/** A server-sent event (WHATWG HTML, section 9.2). */
export interface SseEvent extends Frame {
  readonly id: string | null;
}

/** Bounds of a stream of server-sent events. */
export interface SseOptions {
  /** Longest event in UTF-16 units, default 16 Mi. */
  readonly maxEventLength?: number;
}

/**
 * Parses server-sent events: CRLF, LF or CR, a byte order mark, comments, a colon with or without a space, UTF-8 and
 * events cut anywhere. Unlike a browser it delivers a last event that no blank line ends, because servers send those.
 */
export class SseParser implements FrameParser {
  readonly #decoder = new TextDecoder();
  readonly #maxLength: number;
  #rest = '';
  #event: string | null = null;
  #id: string | null = null;
  #data: string | null = null;
  #skipLineFeed = false;

  constructor(options: SseOptions = {}) {
    this.#maxLength = options.maxEventLength ?? defaultMaxFrameLength;
  }

  push(chunk: Uint8Array): SseEvent[] {
    return this.#read(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): SseEvent[] {
    const events = this.#read(this.#decoder.decode());
    if (this.#rest !== '') {
      this.#line(this.#rest, events);
      this.#rest = '';
    }
    this.#dispatch(events);
    return events;
  }

  #read(arrived: string): SseEvent[] {
    const events: SseEvent[] = [];
    if (arrived === '') return events;
    let text = arrived;
    // A CR at the end of a chunk has ended its line already; the LF that may follow belongs to it.
    if (this.#skipLineFeed && text.startsWith('\n')) text = text.slice(1);
    this.#skipLineFeed = false;
    if (this.#rest !== '') text = this.#rest + text;
    const hasReturns = text.includes('\r');
    let start = 0;
    for (;;) {
      const end = hasReturns ? endOfLine(text, start) : text.indexOf('\n', start);
      if (end === -1) break;
      this.#line(text.slice(start, end), events);
      start = end + 1;
      if (hasReturns && text[end] === '\r') {
        if (start === text.length) this.#skipLineFeed = true;
        else if (text[start] === '\n') start += 1;
      }
    }
    this.#rest = start === 0 ? text : text.slice(start);
    this.#checkLength(this.#rest.length);
    return events;
  }

  #line(line: string, events: SseEvent[]): void {
    if (line === '') {
      this.#dispatch(events);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') {
      this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
      this.#checkLength(this.#data.length);
    } else if (field === 'event') {
      this.#event = value;
    } else if (field === 'id') {
      this.#id = value;
    }
  }

  #dispatch(events: SseEvent[]): void {
    if (this.#data !== null) events.push({ event: this.#event, data: this.#data, id: this.#id });
    this.#event = null;
    this.#data = null;
  }

  #checkLength(length: number): void {
    if (length <= this.#maxLength) return;
    throw new LatticeError(
      'LATTICE_TOO_LARGE',
      `A server-sent event is longer than ${this.#maxLength} characters; the stream was given up.`,
    );
  }
}

function endOfLine(text: string, start: number): number {
  for (let index = start; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit === 10 || unit === 13) return index;
  }
  return -1;
}

/**
 * Reads server-sent events from a body.
 *
 * @throws LatticeError `LATTICE_TOO_LARGE` when one event exceeds its bound, and whatever the body throws.
 */
export async function* readSse(
  body: AsyncIterable<Uint8Array>,
  options: SseOptions = {},
): AsyncGenerator<SseEvent, void, undefined> {
  const parser = new SseParser(options);
  for await (const chunk of body) yield* parser.push(chunk);
  yield* parser.end();
}

import { LatticeError } from '@lattice-lock/contract';
import { defaultMaxFrameLength, type Frame, type FrameParser } from './frame.ts';

/** Bounds of a stream of JSON lines. */
export interface NdjsonOptions {
  /** Longest line in UTF-16 units, default 16 Mi. */
  readonly maxLineLength?: number;
}

/** Cuts a body into its non-blank lines, LF or CRLF, UTF-8 cut anywhere, last line with or without its end. */
export class NdjsonParser implements FrameParser {
  readonly #decoder = new TextDecoder();
  readonly #maxLength: number;
  #rest = '';

  constructor(options: NdjsonOptions = {}) {
    this.#maxLength = options.maxLineLength ?? defaultMaxFrameLength;
  }

  push(chunk: Uint8Array): Frame[] {
    return this.#read(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): Frame[] {
    return this.#read(`${this.#decoder.decode()}\n`);
  }

  #read(arrived: string): Frame[] {
    const frames: Frame[] = [];
    const text = this.#rest + arrived;
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = text.slice(start, end).trim();
      if (line !== '') frames.push({ event: null, data: line });
      start = end + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > this.#maxLength) {
      throw new LatticeError(
        'LATTICE_TOO_LARGE',
        `A JSON line is longer than ${this.#maxLength} characters; the stream was given up.`,
      );
    }
    return frames;
  }
}

/**
 * Reads JSON lines from a body.
 *
 * @throws LatticeError `LATTICE_MALFORMED_RESPONSE` naming the line (from 1, blank lines not counted) that is not JSON,
 * `LATTICE_TOO_LARGE`, and whatever the body throws.
 */
export async function* readNdjson(
  body: AsyncIterable<Uint8Array>,
  options: NdjsonOptions = {},
): AsyncGenerator<unknown, void, undefined> {
  const parser = new NdjsonParser(options);
  let count = 0;
  const parse = ({ data }: Frame): unknown => {
    count += 1;
    try {
      return JSON.parse(data);
    } catch (cause) {
      throw new LatticeError('LATTICE_MALFORMED_RESPONSE', `Line ${count} of the stream is not JSON.`, { cause });
    }
  };
  for await (const chunk of body) for (const frame of parser.push(chunk)) yield parse(frame);
  for (const frame of parser.end()) yield parse(frame);
}

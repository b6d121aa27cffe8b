import { defaultMaxFrameLength, type Frame, type FrameParser } from '@lattice-lock/provider-kit';
import { LatticeError } from '@lattice-lock/contract';

const quote = 34;
const backslash = 92;
const openBrace = 123;
const closeBrace = 125;

/**
 * Cuts a text into its outermost JSON objects, whatever stands between them: the items of one array, as
 * `streamGenerateContent` sends them without `alt=sse`, one document, or one object a line.
 */
export class JsonObjectParser implements FrameParser {
  readonly #decoder = new TextDecoder();
  #rest = '';
  /** Where in `#rest` the scan goes on. */
  #position = 0;
  #depth = 0;
  #start = -1;
  #isInString = false;
  #hasFrames = false;

  push(chunk: Uint8Array): Frame[] {
    return this.#read(this.#decoder.decode(chunk, { stream: true }));
  }

  /** A text that ends inside its first object was a stream too: an object without fields stands for the lost one. */
  end(): Frame[] {
    const frames = this.#read(this.#decoder.decode());
    return this.#hasFrames || this.#start === -1 ? frames : [{ event: null, data: '{}' }];
  }

  #read(arrived: string): Frame[] {
    const frames: Frame[] = [];
    const text = this.#rest + arrived;
    let position = this.#position;
    for (; position < text.length; position += 1) {
      const unit = text.charCodeAt(position);
      if (this.#isInString) {
        if (unit === backslash) position += 1;
        else if (unit === quote) this.#isInString = false;
      } else if (unit === quote) {
        this.#isInString = this.#depth > 0;
      } else if (unit === openBrace) {
        if (this.#depth === 0) this.#start = position;
        this.#depth += 1;
      } else if (unit === closeBrace && this.#depth > 0) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        frames.push({ event: null, data: text.slice(this.#start, position + 1) });
        this.#start = -1;
      }
    }
    const kept = this.#start === -1 ? text.length : this.#start;
    this.#rest = text.slice(kept);
    // An escape at the end of a chunk lets the position stand one beyond it: the unit that follows is passed over.
    this.#position = position - kept;
    if (this.#start !== -1) this.#start = 0;
    if (frames.length > 0) this.#hasFrames = true;
    if (this.#rest.length > defaultMaxFrameLength) throw tooLong();
    return frames;
  }
}

function tooLong(): LatticeError {
  return new LatticeError(
    'LATTICE_TOO_LARGE',
    `A JSON object of the stream is longer than ${defaultMaxFrameLength} characters; the stream was given up.`,
  );
}

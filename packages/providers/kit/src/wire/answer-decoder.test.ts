import { createUsage, LatticeError, type ChatEvent } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import type { FrameParser } from '../framing/frame.ts';
import { AnswerDecoder } from './answer-decoder.ts';
import type { ChatCodec, EmitEvent } from './wire-spec.ts';

const context = { provider: 'tiny', model: 'm', warnings: [], rateLimit: null, upstreamRequestId: null };
const secret = 'tiny-secret-key';

/** Text in `t`, tokens in `usage`, an error of the codec's own in `boom`; `f` is the terminal event, told at the end. */
const codec = (framing: ChatCodec['framing']): ChatCodec => {
  const add = (data: Parameters<ChatCodec['decodeBody']>[0], emit: EmitEvent) => {
    if (typeof data['t'] === 'string') emit({ type: 'text-delta', index: 0, text: data['t'] });
    if (typeof data['usage'] === 'number') {
      emit({ type: 'usage', usage: createUsage({ outputTokens: data['usage'] }) });
    }
    if (typeof data['boom'] === 'string')
      emit({ type: 'error', error: new LatticeError('LATTICE_QUOTA', data['boom']) });
  };
  const finish = { type: 'finish', finishReason: 'stop', rawFinishReason: 'end' } as const;
  return {
    framing,
    encode: () => ({ path: '/', body: {}, warnings: [] }),
    decodeBody: (body, _context, emit) => {
      add(body, emit);
      emit(finish);
    },
    createStreamDecoder: () => {
      let isEnded = false;
      return {
        decode: (data, _event, emit) => {
          add(data, emit);
          isEnded ||= data['f'] === true;
        },
        end: (emit) => {
          if (isEnded) emit(finish);
        },
      };
    },
  };
};

function decode(framing: ChatCodec['framing'], feed: (decoder: AnswerDecoder) => void): readonly ChatEvent[] {
  const seen: ChatEvent[] = [];
  const emit = (event: ChatEvent) => seen.push(event);
  feed(new AnswerDecoder({ codec: codec(framing), context, headers: {}, secrets: [secret], nowMs: 0, emit }));
  return seen;
}

const push = (text: string) => (decoder: AnswerDecoder) => {
  decoder.push(Buffer.from(text));
  decoder.end();
};

/** Frames of a zero, a byte that tells the length, and so many bytes of JSON. */
const lengthFraming = (): FrameParser => {
  let held = Buffer.alloc(0);
  return {
    isBinary: true,
    push: (chunk) => {
      held = Buffer.concat([held, chunk]);
      const frames = [];
      for (let size = held[1]; size !== undefined && held.length >= size + 2; size = held[1]) {
        frames.push({ event: null, data: held.subarray(2, size + 2).toString() });
        held = held.subarray(size + 2);
      }
      return frames;
    },
    end: () => [],
  };
};
const framed = (text: string) => `\0${String.fromCharCode(text.length)}${text}`;

describe('AnswerDecoder', () => {
  it('takes an answer as whole whose connection breaks after its terminal event, and only then', () => {
    const broken = new LatticeError('LATTICE_STREAM_INTERRUPTED', 'broke off', { retryable: true });
    const after = (text: string) =>
      decode('sse', (decoder) => {
        decoder.push(Buffer.from(text));
        decoder.fail(broken);
      }).at(-1);
    expect(after('data: {"t":"x"}\n\ndata: {"f":true}\n\n')).toMatchObject({ type: 'finish' });
    expect(after('data: {"t":"x"}\n\n')).toMatchObject({ type: 'error', error: { message: 'broke off' } });
  });

  it('does not take a cancelled answer as whole', () => {
    const events = decode('sse', (decoder) => {
      decoder.push(Buffer.from('data: {"f":true}\n\n'));
      decoder.fail(new LatticeError('LATTICE_ABORTED', 'cancelled'));
    });
    expect(events).toMatchObject([{ type: 'error', error: { code: 'LATTICE_ABORTED' } }]);
  });

  it('reads binary frames, and a document where a binary stream was asked for', () => {
    const frames = framed('{"t":"one"}') + framed('{"f":true}');
    expect(decode(lengthFraming, push(frames)).map(({ type }) => type)).toEqual(['text-delta', 'finish']);
    expect(decode(lengthFraming, push('{"t":"one"}')).map(({ type }) => type)).toEqual(['text-delta', 'finish']);
    expect(decode(lengthFraming, push('<html>no</html>'))).toMatchObject([
      { type: 'error', error: { code: 'LATTICE_MALFORMED_RESPONSE' } },
    ]);
    expect(decode(lengthFraming, push(framed('{"t":"one"}').slice(0, 5)))).toMatchObject([
      { type: 'error', error: { code: 'LATTICE_STREAM_INTERRUPTED' } },
    ]);
  });

  it('counts the tokens of an answer that is an error, streamed or not', () => {
    const body = '{"usage":7,"error":{"code":429,"message":"busy"}}';
    const expected = [
      { type: 'usage' },
      { type: 'error', error: { code: 'LATTICE_RATE_LIMIT', partial: { usage: { outputTokens: 7 } } } },
    ];
    expect(decode('sse', (decoder) => decoder.readWhole(body))).toMatchObject(expected);
    expect(decode('sse', push(`data: ${body}\n\n`))).toMatchObject(expected);
  });

  it("masks credentials in errors of the codec's own", () => {
    const [event] = decode('sse', push(`data: {"boom":"key ${secret} has no money"}\n\n`));
    if (event?.type !== 'error') return expect.unreachable('an error was expected');
    expect(event.error).toMatchObject({ code: 'LATTICE_QUOTA', message: 'key *** has no money' });
    return expect(event.error.stack).not.toContain(secret);
  });
});

import fc from 'fast-check';
import type { Frame } from '@lattice-lock/provider-kit';
import { describe, expect, it } from 'vitest';
import { event, eventStreamMessage, exception, rawMessage, textHeader } from '../__fixtures__/event-stream-wire.ts';
import { EventStreamParser } from './event-stream-parser.ts';

function parse(chunks: readonly Uint8Array[]): Frame[] {
  const parser = new EventStreamParser();
  return [...chunks.flatMap((chunk) => parser.push(chunk)), ...parser.end()];
}

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { minLength: 1, maxLength: 8 });
const malformed = expect.objectContaining({ code: 'LATTICE_MALFORMED_RESPONSE' }) as Error;

describe('EventStreamParser', () => {
  it('reads events, exceptions and errors', () => {
    const headers = { ':message-type': 'error', ':error-code': 'internalServerException', ':error-message': 'Böse.' };
    const frames = parse([
      Buffer.concat([event('messageStop', { stopReason: 'end_turn' }), exception('throttlingException', 'Slow down.')]),
      eventStreamMessage(headers, ''),
      eventStreamMessage({ ':message-type': 'exception', ':exception-type': 'x' }, 'plain words'),
    ]);
    expect(frames.map(({ event: name, data }) => [name, JSON.parse(data)])).toEqual([
      ['messageStop', { stopReason: 'end_turn' }],
      ['throttlingException', { error: { type: 'throttlingException', message: 'Slow down.' } }],
      ['internalServerException', { error: { type: 'internalServerException', message: 'Böse.' } }],
      ['x', { error: { type: 'x', message: 'plain words' } }],
    ]);
  });

  it('reads the same frames wherever the messages are cut', () => {
    fc.assert(
      fc.property(texts, fc.infiniteStream(fc.integer({ min: 1, max: 30 })), (payloads, sizes) => {
        const bytes = Buffer.concat(payloads.map((text) => event('contentBlockDelta', { text })));
        const chunks: Buffer[] = [];
        for (let from = 0; from < bytes.length;) {
          const to = from + (sizes.next().value as number);
          chunks.push(bytes.subarray(from, to));
          from = to;
        }
        const expected = payloads.map((text) => ({ event: 'contentBlockDelta', data: JSON.stringify({ text }) }));
        expect(parse(chunks)).toEqual(expected);
      }),
    );
  });

  it('notices any bit that is flipped', () => {
    const whole = Buffer.concat([
      event('messageStart', { role: 'assistant' }),
      event('messageStop', { stopReason: 'x' }),
    ]);
    const frames = parse([whole]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(7), (at, bit) => {
        const damaged = Buffer.from(whole);
        damaged.writeUInt8(damaged.readUInt8(at) ^ (1 << bit), at);
        expect(() => parse([damaged])).toThrow(malformed);
        expect(frames).toHaveLength(2);
      }),
      { numRuns: 500 },
    );
  });

  it('gives what came before the damage, in whatever chunks', () => {
    const good = event('contentBlockDelta', { text: 'good' });
    const damaged = Buffer.from(event('contentBlockDelta', { text: 'bad' }));
    damaged.writeUInt8(damaged.readUInt8(damaged.length - 1) ^ 1, damaged.length - 1);
    for (const chunks of [[Buffer.concat([good, damaged])], [good, damaged]]) {
      const parser = new EventStreamParser();
      expect(parser.push(chunks[0] ?? good)).toEqual([{ event: 'contentBlockDelta', data: '{"text":"good"}' }]);
      expect(() => (chunks[1] === undefined ? parser.end() : parser.push(chunks[1]))).toThrow(malformed);
    }
  });

  it('skips headers of other types and refuses those that do not add up', () => {
    const named = textHeader(':event-type', 'e');
    const others = [
      [0],
      [1],
      [2, 1],
      [3, 0, 1],
      [4, 0, 0, 0, 1],
      [5, ...Buffer.alloc(8)],
      [6, 0, 2, 1, 1],
      [8, ...Buffer.alloc(8)],
      [9, ...Buffer.alloc(16)],
    ].map((value) => Buffer.from([1, 0x61, ...value]));
    expect(parse([rawMessage(Buffer.concat([...others, named]), Buffer.from('{}'))])).toEqual([
      { event: 'e', data: '{}' },
    ]);
    const bad = [Buffer.from([1, 0x61, 10]), Buffer.from([9, 0x61]), Buffer.from([1, 0x61, 7, 0]), others[0]];
    for (const headers of bad) {
      expect(() => parse([rawMessage(headers ?? named, Buffer.from('{}'))])).toThrow(malformed);
    }
    expect(() => parse([rawMessage(named.subarray(0, -1), Buffer.alloc(0))])).toThrow(malformed);
  });

  it('gives up on a message that is too long before it has come', () => {
    const parser = new EventStreamParser({ maxMessageLength: 100 });
    const long = event('contentBlockDelta', { text: 'x'.repeat(200) });
    const tooLarge = expect.objectContaining({ code: 'LATTICE_TOO_LARGE' }) as Error;
    expect(() => parser.push(long.subarray(0, 12))).toThrow(tooLarge);
  });

  it('gives no frame for a message that the end cut off', () => {
    const whole = event('messageStop', { stopReason: 'end_turn' });
    for (let length = 0; length < whole.length; length += 1) expect(parse([whole.subarray(0, length)])).toEqual([]);
  });
});

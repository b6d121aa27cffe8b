import type { LatticeError } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSse, SseParser, type SseEvent } from './sse.ts';

const parse = (text: string, cuts: readonly number[] = []): SseEvent[] => {
  const bytes = Buffer.from(text);
  const parser = new SseParser();
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const events: SseEvent[] = [];
  let start = 0;
  for (const place of [...places, bytes.length]) {
    events.push(...parser.push(bytes.subarray(start, place)));
    start = place;
  }
  return [...events, ...parser.end()];
};
const data = (text: string) => parse(text).map((event) => event.data);

describe('SseParser', () => {
  it('reads LF, CRLF and CR lines alike', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      expect(data(`data: one${end}${end}data: two${end}${end}`)).toEqual(['one', 'two']);
    }
  });

  it('takes a byte order mark, comments, and a colon without a space', () => {
    expect(data('\uFEFFdata:one\n\n: ping\n\n:\ndata:  two\n\n')).toEqual(['one', ' two']);
  });

  it('joins data lines, keeps event and id, and forgets the event name after it', () => {
    expect(parse('event: a\nid: 7\nretry: 10\ndata: 1\ndata: 2\n\ndata: 3\n\n')).toEqual([
      { event: 'a', data: '1\n2', id: '7' },
      { event: null, data: '3', id: '7' },
    ]);
  });

  it('delivers a last event that no blank line ends', () => {
    expect(data('data: one\n\ndata: two\n')).toEqual(['one', 'two']);
    expect(data('data: one\n\ndata: two')).toEqual(['one', 'two']);
  });

  it('gives no event for a block without data', () => {
    expect(parse('event: ping\n\nfoo\n\n')).toEqual([]);
    expect(data('data\n\n')).toEqual(['']);
  });

  it('refuses an event without end', () => {
    const parser = new SseParser({ maxEventLength: 100 });
    expect(() => parser.push(Buffer.from(`data: ${'x'.repeat(200)}`))).toThrow(
      expect.objectContaining({ code: 'LATTICE_TOO_LARGE' }) as LatticeError,
    );
  });

  it('gives the same events wherever the bytes are cut', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
      fc.constantFrom('', '', ': comment', 'event: x', 'id: 1', 'data', 'data:{"a":"ü€😀"}'),
    );
    const body = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 12 });
    fc.assert(
      fc.property(body, fc.array(fc.nat(), { maxLength: 20 }), (lines, cuts) => {
        const text = lines.map(([content, end]) => content + end).join('');
        expect(parse(text, cuts)).toEqual(parse(text));
      }),
    );
  });
});

describe('readSse', () => {
  it('reads a body of chunks', async () => {
    async function* body() {
      yield Buffer.from('data: é'.slice(0, 6));
      yield Buffer.from([0xc3]);
      yield Buffer.from([0xa9, 10]);
      yield Buffer.from('\ndata: b');
    }
    const events: string[] = [];
    for await (const event of readSse(body())) events.push(event.data);
    expect(events).toEqual(['é', 'b']);
  });
});

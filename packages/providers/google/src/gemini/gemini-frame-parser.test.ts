import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GeminiFrameParser } from './gemini-frame-parser.ts';
import { JsonObjectParser } from './json-object-parser.ts';

function cut(text: string, size: number, parser = new GeminiFrameParser()): string[] {
  const bytes = Buffer.from(text);
  const frames = [];
  for (let from = 0; from < bytes.length; from += size) frames.push(...parser.push(bytes.subarray(from, from + size)));
  return [...frames, ...parser.end()].map(({ data }) => data);
}

describe('frames of a stream', () => {
  it('are the same wherever the bytes are cut, in every form', () => {
    const objects = fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), {
      minLength: 1,
      maxLength: 5,
    });
    const form = fc.constantFrom('array', 'pretty', 'lines', 'events', 'bom');
    fc.assert(
      fc.property(objects, form, fc.integer({ min: 1, max: 9 }), (values, kind, size) => {
        const texts = values.map((value) => JSON.stringify(value));
        const bodies = {
          array: `\r\n [${texts.join(',\r\n')}]`,
          pretty: JSON.stringify(values, null, 2),
          lines: texts.join('\n'),
          events: texts.map((text) => `data: ${text}\r\n\r\n`).join(''),
          bom: `\uFEFF: comment\n\n${texts.map((text) => `data:${text}\n\n`).join('')}`,
        };
        expect(cut(bodies[kind], size).map((data) => JSON.parse(data) as unknown)).toEqual(
          texts.map((text) => JSON.parse(text) as unknown),
        );
      }),
    );
  });

  it('may be JSON after events', () => {
    for (let size = 1; size < 30; size += 1) {
      expect(cut('data: {"a":1}\n\n{"error":{"code":503}}\n', size)).toEqual(['{"a":1}', '{"error":{"code":503}}']);
    }
  });

  it('of nothing are none', () => {
    expect(cut('', 1)).toEqual([]);
    expect(cut(' \r\n', 1)).toEqual([]);
    expect(cut('[]', 1)).toEqual([]);
  });
});

describe('a body without an end', () => {
  it('is given up before it fills the memory', () => {
    const parser = new JsonObjectParser();
    parser.push(Buffer.from('[{"a":"'));
    const block = Buffer.alloc(1024 * 1024, 'x');
    const feed = () => {
      for (let megabytes = 0; megabytes < 20; megabytes += 1) parser.push(block);
    };
    expect(feed).toThrow(expect.objectContaining({ code: 'LATTICE_TOO_LARGE' }) as Error);
  });
});

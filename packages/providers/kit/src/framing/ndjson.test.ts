import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NdjsonParser, readNdjson } from './ndjson.ts';

async function* chunked(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

async function read(text: string, size = 1000): Promise<unknown[]> {
  const values: unknown[] = [];
  for await (const value of readNdjson(chunked(text, size))) values.push(value);
  return values;
}

describe('readNdjson', () => {
  it('reads LF and CRLF lines, skips blank ones, and takes a last line without its end', async () => {
    expect(await read('{"a":1}\r\n\n  \n{"b":"é"}\n[3]')).toEqual([{ a: 1 }, { b: 'é' }, [3]]);
  });

  it('names the line that is not JSON', async () => {
    await expect(read('{"a":1}\n\n{"b":\n{"c":3}\n')).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
      message: expect.stringContaining('Line 2') as string,
    });
  });

  it('gives the same values wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue(), { maxLength: 6 }),
        fc.integer({ min: 1, max: 9 }),
        async (values, size) => {
          const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
          expect(await read(text, size)).toEqual(JSON.parse(`[${values.map((v) => JSON.stringify(v)).join(',')}]`));
        },
      ),
    );
  });

  it('refuses a line without end', () => {
    const parser = new NdjsonParser({ maxLineLength: 10 });
    expect(() => parser.push(Buffer.from('"xxxxxxxxxxxxxxxxxxx'))).toThrow(/longer than 10/);
  });
});

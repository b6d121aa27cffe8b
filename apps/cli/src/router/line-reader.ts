import { StringDecoder } from 'node:string_decoder';
import { UsageError } from '../usage-error.ts';

/** A line of a JSONL stream, with its number from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly text: string;
}

/** 32 MiB of UTF-16 units: longer than any prompt that a model takes. */
const maxLineUnits = 32 * 1024 * 1024;

/**
 * The lines of a stream, those that are not blank. The stream is read as fast as the lines are taken, no faster.
 *
 * @throws UsageError when a line is longer than 32 MiB
 */
export async function* readLines(
  stream: AsyncIterable<Uint8Array | string>,
  name: string,
): AsyncGenerator<NumberedLine> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let number = 0;
  for await (const chunk of stream) {
    const text =
      rest +
      (typeof chunk === 'string'
        ? chunk
        : decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      number += 1;
      const line = text.slice(start, end);
      start = end + 1;
      if (line.trim() !== '') yield { number, text: line };
    }
    rest = text.slice(start);
    if (rest.length > maxLineUnits) throw new UsageError(`${name}, line ${number + 1} is longer than 32 MiB.`);
  }
  rest += decoder.end();
  if (rest.trim() !== '') yield { number: number + 1, text: rest };
}

/**
 * A line as a JSON object.
 *
 * @throws UsageError naming the line
 */
export function parseLine({ text, number }: NumberedLine, name: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(number === 1 ? text.replace(/^\uFEFF/, '') : text);
  } catch (error) {
    throw new UsageError(
      `${name}, line ${number} is no JSON: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new UsageError(`${name}, line ${number} must be a JSON object, one a line.`);
  }
  return value as Readonly<Record<string, unknown>>;
}

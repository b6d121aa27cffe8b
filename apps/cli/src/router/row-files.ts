import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../usage-error.ts';
import { readLines, type NumberedLine } from './line-reader.ts';

/** The endings of files that hold rows, one JSON object a line. */
export const rowFileSuffix = /\.jsonl(\.gz)?$/;

/**
 * A file, or every `*.jsonl` and `*.jsonl.gz` of a folder by name. `place` is what the user wrote, for messages.
 *
 * @throws UsageError when there is none
 */
export async function rowFilesAt(place: string, cwd: string): Promise<readonly string[]> {
  const target = path.resolve(cwd, place);
  try {
    if (!(await stat(target)).isDirectory()) return [target];
    const names = (await readdir(target)).filter((name) => rowFileSuffix.test(name)).sort();
    if (names.length > 0) return names.map((name) => path.join(target, name));
  } catch (error) {
    throw unreadable(place, error);
  }
  throw new UsageError(`${place} holds no *.jsonl or *.jsonl.gz files.`);
}

/** The lines of a file, unpacked where its name says so. @throws UsageError when it cannot be read */
export async function* readRowFile(file: string): AsyncGenerator<NumberedLine> {
  const name = path.basename(file);
  const bytes = createReadStream(file);
  const plain = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  bytes.on('error', (error) => plain.destroy(error));
  try {
    yield* readLines(plain, name);
  } catch (error) {
    throw error instanceof UsageError ? error : unreadable(name, error);
  }
}

function unreadable(name: string, error: unknown): UsageError {
  return new UsageError(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
    cause: error,
  });
}

import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LatticeError, SecurityConfigurationError } from '@lattice-lock/contract';
import type { RecordedExchange } from './recorded-exchange.ts';
import type { SecretMask } from './secret-mask.ts';

/** The first line of every recording. */
const header = { format: 'lattice-lock-recording', version: 1 };

/**
 * Reads a recording; `null` when there is no such file.
 *
 * @throws LatticeError `LATTICE_CONFIG` for a file that is no recording, naming the line
 */
export async function readRecording(file: string): Promise<readonly RecordedExchange[] | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new LatticeError('LATTICE_CONFIG', `The recording ${file} cannot be read.`, { cause: error });
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const values = lines.map((line, index) => parseLine(line, file, index + 1));
  const first = values.shift() as Partial<typeof header> | undefined;
  if (first?.format !== header.format || first.version !== header.version) {
    const message = `${file} is no recording of version ${header.version}: its first line must be ${JSON.stringify(header)}. Record again with LATTICE_RECORD=1.`;
    throw new LatticeError('LATTICE_CONFIG', message);
  }
  return values as readonly RecordedExchange[];
}

function parseLine(line: string, file: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new LatticeError('LATTICE_CONFIG', `Line ${number} of the recording ${file} is not JSON.`, { cause: error });
  }
}

/**
 * Writes a recording: whole or not at all, and never with a secret that the mask knows.
 *
 * @throws SecurityConfigurationError when a secret would be written; nothing is
 */
export async function writeRecording(
  file: string,
  exchanges: readonly RecordedExchange[],
  mask: SecretMask,
): Promise<void> {
  const text = [header, ...exchanges].map((value) => `${JSON.stringify(value)}\n`).join('');
  if (mask.text(text) !== text) {
    const message = `The recording ${file} would hold a secret, in a form that could not be masked. Nothing was written.`;
    throw new SecurityConfigurationError(message);
  }
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new LatticeError('LATTICE_STORAGE', `The recording ${file} cannot be written.`, { cause: error });
  }
}

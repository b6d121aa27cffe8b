import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { LatticeError, type ErrorCode } from '@lattice-lock/contract';
import type { CliContext } from '../cli-context.ts';
import { UsageError } from '../usage-error.ts';

/** The list that models of every vendor are in: https://github.com/anomalyco/models.dev (MIT). */
export const defaultListUrl = 'https://models.dev/api.json';

/** Far above any list, far below what would fill the memory. */
const largestBytes = 64 * 1024 * 1024;

/** Lists are a few megabytes; a server that takes longer than this says nothing, ms. */
const patienceMs = 60_000;

/** A list as it came. */
export interface ListSource {
  readonly bytes: Uint8Array;
  /** What is written down as its source: a URL without credentials, or the name of the file. */
  readonly source: string;
  /** The day it was read from its server, or the file was last changed: `YYYY-MM-DD`. */
  readonly readOn: string;
}

const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Reads a list from a URL or a file. @throws LatticeError what was wrong on the way, and how to do without the network */
export async function readListSource(from: string, context: CliContext): Promise<ListSource> {
  if (/^https?:\/\//i.test(from)) return download(from, context.clock.now());
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(from)) throw new UsageError(`--from ${from}: give a file or an http(s) URL.`);
  const file = path.resolve(context.cwd, from);
  try {
    const { size, mtimeMs } = await stat(file);
    if (size > largestBytes) throw new UsageError(`--from ${from} is larger than ${largestBytes} bytes.`);
    return { bytes: await readFile(file), source: path.basename(file), readOn: dayOf(mtimeMs) };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`--from ${from} cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`, {
      cause,
    });
  }
}

async function download(from: string, nowMs: number): Promise<ListSource> {
  if (!URL.canParse(from)) throw new UsageError(`--from ${from} is not a URL.`);
  const { protocol, host, pathname } = new URL(from);
  const source = `${protocol}//${host}${pathname}`;
  try {
    const response = await fetch(from, {
      signal: AbortSignal.timeout(patienceMs),
      headers: { accept: 'application/json' },
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new LatticeError('LATTICE_UPSTREAM', `${source} answered with status ${response.status}.${advice}`, {
        status: response.status,
      });
    }
    return { bytes: await readBounded(response, source), source, readOn: dayOf(nowMs) };
  } catch (cause) {
    throw LatticeError.isInstance(cause) ? cause : unreachable(source, cause);
  }
}

async function readBounded(response: Response, source: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > largestBytes) {
      throw new LatticeError('LATTICE_TOO_LARGE', `${source} is larger than ${largestBytes} bytes.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const advice = ' Download the list where there is a network, and give the file: lattice catalog update --from api.json';

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOTFOUND: 'LATTICE_DNS',
  EAI_AGAIN: 'LATTICE_DNS',
  ECONNREFUSED: 'LATTICE_CONNECTION_REFUSED',
  ECONNRESET: 'LATTICE_CONNECTION_RESET',
  UND_ERR_SOCKET: 'LATTICE_CONNECTION_RESET',
};

function unreachable(source: string, cause: unknown): LatticeError {
  const inner = cause instanceof Error && cause.cause !== undefined ? cause.cause : cause;
  const name = (inner as { readonly name?: string }).name;
  const code = (inner as NodeJS.ErrnoException).code ?? name ?? 'unknown';
  const known = name === 'TimeoutError' ? 'LATTICE_TIMEOUT' : (codes[String(code)] ?? 'LATTICE_UPSTREAM');
  return new LatticeError(known, `${source} cannot be read (${String(code)}).${advice}`, { cause, retryable: true });
}

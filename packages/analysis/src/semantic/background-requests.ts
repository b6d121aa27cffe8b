import { readFile } from 'node:fs/promises';
import { LatticeError } from '@lattice-lock/contract';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../data/background-requests.json', import.meta.url));

/** The everyday requests that come with the package: what routes should leave alone. */
export async function readBackgroundRequests(): Promise<readonly string[]> {
  const { requests } = JSON.parse(await readFile(file, 'utf8')) as { readonly requests?: unknown };
  if (Array.isArray(requests) && requests.every((one) => typeof one === 'string')) return requests;
  throw new LatticeError('LATTICE_CONFIG', `${file} holds no list of requests: install the package again.`);
}

import { readFileSync } from 'node:fs';

/** A provider of this house, installed or not. */
export interface KnownProvider {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly package: string;
  readonly apiKeyEnv: readonly string[];
}

let known: readonly KnownProvider[] | undefined;

/** The table in `data/known-providers.json`, read when a name is first in doubt. */
export function knownProviders(): readonly KnownProvider[] {
  known ??= JSON.parse(readFileSync(tableFile(), 'utf8')) as readonly KnownProvider[];
  return known;
}

/** `data/` stands beside `dist/`, where the code is one file, and beside `src/`, where it is not. */
function tableFile(): URL {
  const isSource = import.meta.url.endsWith('.ts');
  return new URL(`${isSource ? '../' : ''}../data/known-providers.json`, import.meta.url);
}

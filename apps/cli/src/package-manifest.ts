import { readFileSync } from 'node:fs';

/** What this package says of itself. */
export interface PackageManifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** Reads it. In this folder and no deeper: `../package.json` must be the same seen from src and from dist. */
export function readPackageManifest(): PackageManifest {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as PackageManifest;
}

import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The URL that `import` of a package means in a folder. @throws TypeError when it is not installed there */
export async function importUrlOf(name: string, folder: string): Promise<string> {
  const manifest = findPackageJSON(name, join(folder, 'index.js'));
  if (manifest === undefined) throw new TypeError(`${name} is not installed in ${folder}`);
  const { exports: doors, main } = JSON.parse(await readFile(manifest, 'utf8')) as { exports?: unknown; main?: string };
  return pathToFileURL(join(dirname(manifest), entryOf(doors) ?? main ?? 'index.js')).href;
}

/** The file an exports map names for `import`. */
function entryOf(doors: unknown): string | undefined {
  if (typeof doors === 'string') return doors;
  if (typeof doors !== 'object' || doors === null) return undefined;
  const map = doors as Readonly<Record<string, unknown>>;
  for (const condition of ['.', 'node', 'import', 'default']) {
    const found = entryOf(map[condition]);
    if (found !== undefined) return found;
  }
  return undefined;
}

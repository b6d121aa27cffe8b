import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What must not be committed: credentials, and the data directory with the books. */
const kept = ['.env', '.lattice'] as const;

function repositoryOf(folder: string): string | null {
  if (existsSync(path.join(folder, '.git'))) return folder;
  const parent = path.dirname(folder);
  return parent === folder ? null : repositoryOf(parent);
}

function foldersBetween(inner: string, outer: string): readonly string[] {
  return inner === outer ? [inner] : [inner, ...foldersBetween(path.dirname(inner), outer)];
}

/** Patterns of .gitignore files as they are usually written; a rare one costs a second line, never a leak. */
function ignores(lines: readonly string[], name: string): boolean {
  const patterns = [name, `/${name}`, `**/${name}`, `${name}/`, `/${name}/`, `${name}*`];
  return lines.some((line) => patterns.includes(line)) && !lines.includes(`!${name}`);
}

/**
 * Adds `.env` and `.lattice` to the folder's `.gitignore` where the folder lies in a repository that does not ignore
 * them yet.
 *
 * @returns the file that was written, and `null` when nothing had to be
 */
export async function ignoreSecrets(folder: string): Promise<string | null> {
  const root = repositoryOf(folder);
  if (root === null) return null;
  const texts = await Promise.all(
    foldersBetween(folder, root).map((one) => readFile(path.join(one, '.gitignore'), 'utf8').catch(() => '')),
  );
  const lines = texts.flatMap((text) => text.split(/\r?\n/).map((line) => line.trim()));
  const missing = kept.filter((name) => !ignores(lines, name));
  if (missing.length === 0) return null;
  const file = path.join(folder, '.gitignore');
  const [own = ''] = texts;
  const gap = own === '' || own.endsWith('\n') ? '' : '\n';
  await writeFile(file, `${own}${gap}${missing.join('\n')}\n`);
  return file;
}

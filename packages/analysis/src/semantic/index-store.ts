import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LatticeError, type KeyValueStore } from '@lattice-lock/contract';

/**
 * Values as files of a folder, each written beside and then renamed, so that none is ever there half. Values do not expire:
 * `ttlMs` is not looked at. The folder is made with the first value.
 *
 * @throws LatticeError `LATTICE_STORAGE` when a file cannot be read or written
 */
export function createFolderStore(folder: string): KeyValueStore {
  const fileOf = (key: string) => path.join(folder, `${key.replace(/[^\w-]/g, '_')}.json`);
  return {
    async get(key) {
      try {
        return await readFile(fileOf(key), 'utf8');
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw failed('read', fileOf(key), cause);
      }
    },
    async set(key, value) {
      const file = fileOf(key);
      const beside = `${file}.${randomUUID()}.part`;
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(beside, value);
        await rename(beside, file);
      } catch (cause) {
        await rm(beside, { force: true });
        throw failed('written', file, cause);
      }
    },
    async delete(key) {
      await rm(fileOf(key), { force: true });
    },
  };
}

function failed(what: string, file: string, cause: unknown): LatticeError {
  const reason = (cause as NodeJS.ErrnoException).code ?? 'for an unknown reason';
  return new LatticeError('LATTICE_STORAGE', `${file} cannot be ${what} (${reason}).`, { cause });
}

/** Where the index of a file of routes lies: a folder beside it, `routes.index` of `routes.yaml`. */
export function indexFolderOf(routesFile: string): string {
  return path.join(path.dirname(routesFile), `${path.basename(routesFile, path.extname(routesFile))}.index`);
}

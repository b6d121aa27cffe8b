import { existsSync } from 'node:fs';
import type { AppConfig } from '@lattice-lock/config';
import { openStorage, type Storage } from '@lattice-lock/storage';

/** Opens the store of the data directory. A module of its own: commands that keep nothing do not load the database. */
export function openCommandStorage(config: AppConfig): Promise<Storage> {
  return openStorage({ dataDir: config.dataDir });
}

/** Whether anything can have been kept yet: a look at the books must not begin new ones. */
export function hasStorage(config: AppConfig): boolean {
  return existsSync(config.dataDir);
}

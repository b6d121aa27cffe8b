import type { AppConfig } from '@lattice-lock/config';
import type { Logger } from '@lattice-lock/contract';
import { openStorage, type Storage } from '@lattice-lock/storage';

export { hasStorage } from './kept-data.ts';

/**
 * Opens the store: Postgres where the configuration names one, else the data directory's own file. A module of its own:
 * commands that keep nothing do not load the database.
 */
export function openCommandStorage({ dataDir, storage }: AppConfig, logger?: Logger): Promise<Storage> {
  const { databaseUrl, durability } = storage;
  const told = logger === undefined ? {} : { logger };
  return openStorage(databaseUrl === null ? { dataDir, durability, ...told } : { databaseUrl, ...told });
}

import { existsSync } from 'node:fs';
import type { AppConfig } from '@lattice-lock/config';

/** Whether anything can have been kept yet: a look at the books must not begin new ones. */
export function hasStorage({ dataDir, storage }: AppConfig): boolean {
  return storage.databaseUrl !== null || existsSync(dataDir);
}

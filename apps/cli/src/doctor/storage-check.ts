import { existsSync } from 'node:fs';
import { access, constants, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AppConfig } from '@lattice-lock/config';
import { toLatticeError } from '@lattice-lock/contract';
import { hasStorage, openCommandStorage } from '../command-storage.ts';
import type { Finding } from './finding.ts';

const otherFolder =
  'Give Lattice Lock the right to write there, or name another folder with --data-dir or LATTICE_DATA_DIR.';

/** Whether what is used can be written down: the data directory takes files, its database opens and has this schema. */
export async function checkStorage(config: AppConfig): Promise<readonly Finding[]> {
  const folder = await checkFolder(config.dataDir);
  if (folder.state === 'problem') return [folder];
  return [folder, await checkDatabase(config)];
}

async function checkFolder(dataDir: string): Promise<Finding> {
  const finding = { check: 'data directory', details: { dataDir } };
  try {
    if (existsSync(dataDir)) await writeProbe(dataDir);
    else await access(nearestFolder(dataDir), constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    const reason = code === 'EACCES' || code === 'EROFS' ? 'cannot be written' : `cannot be used (${code})`;
    return { ...finding, state: 'problem', message: `${dataDir} ${reason}.`, remedy: otherFolder };
  }
  const message = existsSync(dataDir) ? `${dataDir} can be written` : `${dataDir} will be made at first use`;
  return { ...finding, state: 'ok', message, remedy: null };
}

/** Rights alone do not tell: the disk may be full or mounted for reading only. */
async function writeProbe(folder: string): Promise<void> {
  const file = path.join(folder, `.doctor-${process.pid}`);
  await writeFile(file, 'probe\n', { flag: 'wx', mode: 0o600 });
  await unlink(file);
}

function nearestFolder(folder: string): string {
  return existsSync(folder) || path.dirname(folder) === folder ? folder : nearestFolder(path.dirname(folder));
}

async function checkDatabase(config: AppConfig): Promise<Finding> {
  const check = 'database';
  if (!hasStorage(config)) {
    return { check, state: 'ok', message: 'none yet; made with the first request or key', remedy: null };
  }
  try {
    const storage = await openCommandStorage(config);
    try {
      const keys = await storage.apiKeys.list();
      const active = keys.filter(({ revokedAtMs }) => revokedAtMs === null).length;
      const message = `${storage.file} opens, its schema is current; ${active} API ${active === 1 ? 'key' : 'keys'}`;
      return { check, state: 'ok', message, remedy: null, details: { file: storage.file, activeKeys: active } };
    } finally {
      await storage.close();
    }
  } catch (error) {
    const remedy =
      config.storage.databaseUrl === null
        ? 'Do what the message says, or move the file away: a new database is then begun, without the old books.'
        : 'Check DATABASE_URL (storage.databaseUrl), and that the database server runs and lets this user in.';
    return { check, state: 'problem', message: toLatticeError(error).message, remedy };
  }
}

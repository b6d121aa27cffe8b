import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The rivals, with the versions the published figures were measured with. */
const dependencies = {
  '@ai-sdk/azure': '4.0.85',
  '@ai-sdk/openai-compatible': '3.0.92',
  '@ai-sdk/xai': '5.0.12',
  ai: '7.0.173',
  openai: '7.55.0',
  zod: '4.6.7',
} as const;

/** The folder of the installed rivals, installed now if they are not; never part of this repository's own tree. */
export async function installRivals(benchFolder: string): Promise<string> {
  const folder = join(benchFolder, 'rivals');
  if (Object.keys(dependencies).every((name) => existsSync(join(folder, 'node_modules', name)))) return folder;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }, null, 2),
  );
  process.stderr.write(`installing the rivals into ${folder}\n`);
  await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
  return folder;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runCommand } from './command.ts';

/** The oldest major that the packages promise; its binary comes from npm, as that of Node 24 does. */
const olderNode = '22.23.3';

/** The path of an older Node, fetched once into `.nx`; null where the registry has none for this platform. */
export function fetchOlderNode(workspace: string): string | null {
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = join(workspace, '.nx', `node-${olderNode}`);
  const binary = join(folder, 'node_modules', packageName, 'bin', 'node');
  if (existsSync(binary)) return binary;
  const wanted = `${packageName}@${olderNode}`;
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--prefer-offline', wanted];
  return runCommand('npm', args).status === 0 && existsSync(binary) ? binary : null;
}

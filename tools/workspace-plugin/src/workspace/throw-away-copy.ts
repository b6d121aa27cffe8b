import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { runCommand } from './command.ts';
import { readRooms } from './rooms.ts';

/** A copy of the workspace that may be spoilt. */
export interface ThrowAwayCopy {
  readonly root: string;
  remove(): void;
}

/**
 * Copies what git knows of the workspace (and what it would, changes included) into a temporary folder. Installed
 * packages are linked; those of the workspace lead into the copy.
 */
export function makeThrowAwayCopy(workspace: string): ThrowAwayCopy {
  // The system's temporary folder may be a link; tools answer with real paths.
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lattice-canary-')));
  const listed = runCommand('git', ['ls-files', '-co', '--exclude-standard'], { cwd: workspace }).stdout;
  for (const file of listed.split('\n').filter(Boolean)) {
    if (!existsSync(join(workspace, file))) continue;
    mkdirSync(dirname(join(root, file)), { recursive: true });
    cpSync(join(workspace, file), join(root, file));
  }
  linkInstalled(join(workspace, 'node_modules'), join(root, 'node_modules'));
  // Versions that differ from the root's are installed in their room.
  for (const { folder } of readRooms(workspace)) {
    const own = join(workspace, folder, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(root, folder, 'node_modules'));
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function linkInstalled(from: string, to: string): void {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    if (entry.name === '.cache') continue;
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), join(to, entry.name));
    else if (entry.name.startsWith('@')) linkInstalled(source, join(to, entry.name));
    else symlinkSync(resolve(source), join(to, entry.name));
  }
}

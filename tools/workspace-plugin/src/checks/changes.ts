import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readRooms, type Room } from '../workspace/rooms.ts';

const changesetFolder = '.changeset';

/** What the sources are compared with, and in words. */
interface Base {
  /** The commit for a room. */
  of(room: Room): string | null;
  /** Whether a changeset counts: on a branch only one that came with the branch. */
  isCounted(file: string): boolean;
  readonly words: string;
}

/**
 * A package whose sources changed has a changeset that names it. On a branch the sources are compared with where it left
 * origin/main; on main itself, without a remote or in a clone, with the last commit that gave the package a version
 * (changesets are consumed there). A clone without that history has nothing to compare, and says so.
 */
export function checkChanges(workspace: string): GateResult {
  const git = (...args: string[]) => runCommand('git', args, { cwd: workspace });
  const base = branchBase(git) ?? releaseBase(git);
  const named = namedPackages(workspace, base);
  const changed = readRooms(workspace).filter((room) => room.isPublished && hasChanged(git, room, base.of(room)));
  const problems = changed
    .filter(({ name }) => !named.has(name))
    .map(({ name, folder }) => `${name}: ${folder} changed and no changeset names it: npx changeset`);
  return { problems, summary: `compared with ${base.words}; ${changed.length} packages changed` };
}

type Git = (...args: string[]) => { readonly status: number; readonly stdout: string };

function branchBase(git: Git): Base | null {
  const left = git('merge-base', 'HEAD', 'origin/main');
  const commit = left.stdout.trim();
  if (left.status !== 0 || commit === git('rev-parse', 'HEAD').stdout.trim()) return null;
  const added = new Set(linesOf(git('diff', '--name-only', commit, '--', changesetFolder).stdout));
  for (const file of untracked(git, changesetFolder)) added.add(file);
  return {
    of: () => commit,
    isCounted: (file) => added.has(`${changesetFolder}/${file}`),
    words: `${commit.slice(0, 8)}, where this branch left origin/main`,
  };
}

function releaseBase(git: Git): Base {
  const isShallow = git('rev-parse', '--is-shallow-repository').stdout.trim() === 'true';
  return {
    of: ({ folder }) => git('log', '-1', '--format=%H', '-G"version":', '--', `${folder}/package.json`).stdout.trim(),
    isCounted: () => true,
    words: `the commit that gave each package its version${isShallow ? ' (a shallow clone: as far as it reaches)' : ''}`,
  };
}

function hasChanged(git: Git, { folder }: Room, commit: string | null): boolean {
  const sources = `${folder}/src`;
  const tracked =
    commit === null || commit === '' ? [] : linesOf(git('diff', '--name-only', commit, '--', sources).stdout);
  return [...tracked, ...untracked(git, sources)].some((file) => !/\.test(-d)?\.ts$|\/__fixtures__\//.test(file));
}

function untracked(git: Git, path: string): readonly string[] {
  return linesOf(git('ls-files', '--others', '--exclude-standard', '--', path).stdout);
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}

function namedPackages(workspace: string, base: Base): ReadonlySet<string> {
  const folder = join(workspace, changesetFolder);
  if (!existsSync(folder)) return new Set();
  const files = readdirSync(folder).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const heads = files.filter((file) => base.isCounted(file)).map((file) => readFileSync(join(folder, file), 'utf8'));
  return new Set(heads.flatMap((text) => namesOf(text)));
}

/** The packages that the head of a changeset names. */
function namesOf(changeset: string): readonly string[] {
  const head = /^---\n([\s\S]*?)\n---/.exec(changeset)?.[1] ?? '';
  return [...head.matchAll(/^['"]?([^'":\s]+)['"]?: (?:major|minor|patch)$/gm)].map(([, name = '']) => name);
}

if (isProgram(import.meta.url)) report('changes', checkChanges(workspaceRoot));

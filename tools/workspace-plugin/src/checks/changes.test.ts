import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../workspace/command.ts';
import { checkChanges } from './changes.ts';

describe('the changeset check', () => {
  let root = '';
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
    expect(runCommand('git', [...identity, ...args], { cwd: root })).toMatchObject({ status: 0 });
  };
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  };
  const commit = () => {
    git('add', '.');
    git('commit', '-q', '-m', 'change');
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'lattice-changes-'));
    git('init', '-q', '-b', 'main');
    write('package.json', '{ "workspaces": ["packages/*"] }');
    write('packages/a/package.json', '{\n  "name": "a",\n  "version": "0.1.0"\n}\n');
    write('packages/a/src/index.ts', 'export const one = 1;\n');
    commit();
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is red for a change since the version was given, until a changeset names the package', () => {
    expect(checkChanges(root).problems).toEqual([]);
    write('packages/a/src/index.ts', 'export const one = 2;\n');
    expect(checkChanges(root).problems).toHaveLength(1);
    commit();
    expect(checkChanges(root).problems).toHaveLength(1);
    write('.changeset/other.md', "---\n'b': minor\n---\n\nB.\n");
    expect(checkChanges(root).problems).toHaveLength(1);
    write('.changeset/a.md', "---\n'a': minor\n---\n\nA.\n");
    expect(checkChanges(root).problems).toEqual([]);
  });

  it('asks for none for tests, and sees files that git does not know yet', () => {
    write('packages/a/src/index.test.ts', 'export {};\n');
    expect(checkChanges(root).problems).toEqual([]);
    write('packages/a/src/new.ts', 'export {};\n');
    expect(checkChanges(root).problems).toHaveLength(1);
  });

  it('on a branch counts only changesets that came with the branch', () => {
    write('.changeset/a.md', "---\n'a': minor\n---\n\nA.\n");
    commit();
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    write('packages/a/src/index.ts', 'export const one = 3;\n');
    commit();
    expect(checkChanges(root).problems).toHaveLength(1);
    expect(checkChanges(root).summary).toContain('where this branch left origin/main');
    write('.changeset/b.md', "---\n'a': patch\n---\n\nA again.\n");
    expect(checkChanges(root).problems).toEqual([]);
  });
});

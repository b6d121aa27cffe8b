import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace/gate.ts';
import { checkEval } from './eval.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lattice-eval-planted-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const shipped = join(workspaceRoot, 'apps/cli/data/eval/lattice-own.jsonl');

describe('the gate of the shipped routing set', () => {
  it('is red when labels and levels no longer fit what the router says', () => {
    const rows = readFileSync(shipped, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { label: string; level: string; domain: string });
    const turned = { small: 'large', medium: 'medium', large: 'small' } as Readonly<Record<string, string>>;
    const planted = rows.map(({ level, ...row }, at) => {
      const other = rows[(at + 60) % rows.length];
      return { ...row, label: other?.label, domain: other?.domain, level: turned[level] };
    });
    const file = join(folder, 'planted.jsonl');
    writeFileSync(file, planted.map((row) => JSON.stringify(row)).join('\n'));
    const { problems } = checkEval(workspaceRoot, undefined, file);
    for (const figure of ['task accuracy', 'task macro-F1', 'domain accuracy', 'APGR large over small']) {
      expect(problems).toContainEqual(expect.stringContaining(`${figure} fell to`));
    }
  });

  it('is red when rows are gone, a figure is missing, or the set cannot be read', () => {
    const file = join(folder, 'short.jsonl');
    writeFileSync(file, '{"prompt": "Translate to French: cat", "label": "translation"}\n');
    const { problems } = checkEval(workspaceRoot, { rows: 200, 'domain accuracy': 0.1 }, file);
    expect(problems).toEqual([
      expect.stringContaining('rows fell to 1.000'),
      expect.stringContaining('domain accuracy has a floor (0.1) and was not measured'),
    ]);
    writeFileSync(file, 'no row\n');
    expect(checkEval(workspaceRoot, {}, file).problems).toEqual([expect.stringContaining('line 1')]);
  });
});

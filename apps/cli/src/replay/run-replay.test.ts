import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

const run = (...args: readonly string[]) => runInProcess(args, { cwd: place.folder });

interface Report {
  readonly decisions: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly impossible: number;
  readonly inexact: number;
  readonly before: { readonly usd: string; readonly unknown: number };
  readonly after: { readonly usd: string; readonly unknown: number };
  readonly changes: readonly {
    readonly before: string;
    readonly after: string | null;
    readonly reason: string;
    readonly cost: { readonly by: string; readonly beforeUsd: string | null; readonly afterUsd: string | null };
  }[];
}

async function replayed(...args: readonly string[]): Promise<Report> {
  const { exitCode, out, err } = await run('replay', '--json', ...args);
  expect(exitCode, err).toBe(exitCodes.ok);
  return JSON.parse(out) as Report;
}

async function askSome(): Promise<string> {
  for (const prompt of [
    'Translate to French: good morning',
    'Write a function that sorts a list',
    'Why is the sky blue?',
  ]) {
    expect((await run('ask', prompt)).exitCode).toBe(exitCodes.ok);
  }
  const { out } = await run('route', 'Why is the sky blue?', '--json');
  const { chosen } = JSON.parse(out) as { chosen: { provider: string; model: string } };
  return `${chosen.provider}/${chosen.model}`;
}

describe('lattice replay', () => {
  it('changes nothing under the configuration of then', async () => {
    await askSome();
    const report = await replayed();
    expect(report).toMatchObject({ decisions: 3, unchanged: 3, changed: 0, impossible: 0, inexact: 0, changes: [] });
    expect(report.after).toEqual(report.before);
    expect(report.before.usd).toMatch(/^0\.\d+$/);
  });

  it('says what another configuration would have chosen, why, and at what cost', async () => {
    const usual = await askSome();
    writeFileSync(place.path('new.yaml'), `routing: { constraints: { deny: [${usual}] } }\n`);
    const report = await replayed('--config', 'new.yaml');
    const changed = report.changes.filter((one) => one.before === usual);
    expect(changed.length).toBeGreaterThan(0);
    for (const one of changed) {
      expect(one).toMatchObject({ reason: `${usual} is denied by "${usual.toLowerCase()}"`, cost: { by: 'usage' } });
      expect(one.after).not.toBe(usual);
      expect(one.cost.beforeUsd).toMatch(/^0\.\d+$/);
    }
    const { out } = await run('replay', '--config', 'new.yaml');
    expect(out).toContain(`3 decisions: ${report.changed} would change; ${report.unchanged} stay.`);
    expect(out).toContain('is denied by');
  });

  it('follows a guide, and counts what no model could have answered', async () => {
    await askSome();
    writeFileSync(place.path('models.md'), '## Tasks\n- translation: anthropic/claude-haiku-4-5\n');
    writeFileSync(place.path('guided.yaml'), 'routing: { guide: models.md }\n');
    const guided = await replayed('--config', 'guided.yaml');
    expect(guided.changes).toEqual([
      expect.objectContaining({
        after: 'anthropic/claude-haiku-4-5',
        reason: 'the guide picks "anthropic/claude-haiku-4-5" (models.md:2:16)',
      }),
    ]);
    writeFileSync(place.path('none.yaml'), 'routing: { constraints: { maxCostUsd: 0 , allow: [openai/*] } }\n');
    expect(await replayed('--config', 'none.yaml')).toMatchObject({ changed: 3, impossible: 3, after: { unknown: 3 } });
  });

  it('looks at a time, and at no more than it is told', async () => {
    await askSome();
    expect(await replayed('--since', '1h', '--limit', '2')).toMatchObject({ decisions: 2 });
    expect(await replayed('--until', '2026-01-01')).toMatchObject({ decisions: 0 });
    expect(await run('replay', '--since', 'yesterday')).toMatchObject({ exitCode: exitCodes.usage });
  });

  it('has nothing to say before anything was asked', async () => {
    const { exitCode, out, err } = await run('replay');
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.ok, out: '' });
    expect(err).toContain('no decisions to replay');
  });
});

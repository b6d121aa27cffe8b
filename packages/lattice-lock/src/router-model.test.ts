import { createTaskAnalyzer } from '@lattice-lock/analysis';
import { textFigureNames } from '@lattice-lock/analysis/training';
import { trainQualityModel } from '@lattice-lock/scoring/training';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLattice, readRouterModel } from './index.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'router-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const messages = [{ role: 'user', content: 'What does the statute say about the verdict and the plaintiff?' }] as const;

/** A router that saw gpt-4.1 fail and gpt-5-nano do well on questions of law. */
async function learntQuality() {
  const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
  const words = ['contract', 'statute', 'plaintiff', 'verdict', 'tort', 'appeal', 'jury', 'lease'];
  const rows = Array.from({ length: 120 }, (_unused, at) => {
    const prompt = `What does the ${words[at % 8]} say about the ${words[(at * 3 + 1) % 8]} in case ${at}?`;
    return {
      dataset: 'exam',
      category: at % 2 === 0 ? 'law' : 'courts',
      cluster: String(at),
      outcomes: { 'gpt-4.1': { score: 0 }, 'gpt-5-nano': { score: 1 } },
      profile: analyzer.analyze({ messages: [{ role: 'user', content: prompt }] }),
    };
  });
  return trainQualityModel(rows, { denseNames: textFigureNames, seed: 1 }).model;
}

function write(name: string, value: unknown): string {
  const file = path.join(folder, name);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const envelope = { format: 'lattice-router', version: 1, createdAt: '2026-11-20T00:00:00.000Z', provenance: {} };

describe('routing.model', () => {
  it('decides by what was learnt, and says so', async () => {
    const file = write('router.json', { ...envelope, quality: await learntQuality() });
    expect(statSync(file).size).toBeLessThan(5_000_000);
    write(
      'lattice.yaml',
      'routing: { model: router.json, constraints: { allow: [openai/gpt-4.1, openai/gpt-5-nano] } }\n',
    );
    const lattice = createLattice({ cwd: folder, env: { OPENAI_API_KEY: 'k' } });
    try {
      const decision = await lattice.route({ messages, model: 'auto:best', constraints: { minQuality: 0.5 } });
      expect(decision.chosen.model).toBe('gpt-5-nano');
      const [first] = decision.candidates;
      expect(first).toMatchObject({
        status: 'ranked',
        quality: { source: expect.stringContaining('lattice train') },
        terms: [{ name: 'fit', detail: expect.stringMatching(/learnt 0\.\d\d \+- 0\.\d\d/) }, {}, {}, {}],
      });
      const out = decision.candidates.find(({ model }) => model.model === 'gpt-4.1');
      expect(out).toMatchObject({ status: 'filtered', filter: 'quality-too-low' });
    } finally {
      await lattice.close();
    }
  });

  it.each([
    ['none.json', undefined, /none\.json cannot be read/],
    ['text.json', 'no JSON', /text\.json cannot be read/],
    ['other.json', {}, /other\.json is no router model/],
    ['later.json', { ...envelope, version: 2 }, /later\.json is of version 2/],
    ['damaged.json', { ...envelope, quality: { version: 1, domains: [] } }, /damaged\.json: .*quality\./],
    ['task.json', { ...envelope, task: { version: 1 } }, /task\.json: .*task\./],
    ['large.json', ' '.repeat(5_000_001), /large\.json has 5000001 bytes/],
  ])('names what is wrong with %s', async (name, value, message) => {
    if (value !== undefined) write(name, value);
    await expect(readRouterModel(path.join(folder, name), name)).rejects.toMatchObject({
      code: 'LATTICE_CONFIG',
      message: expect.stringMatching(message),
    });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLattice } from './index.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'guide-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const env = { OPENAI_API_KEY: 'sk-0123456789abcdef', ANTHROPIC_API_KEY: 'sk-ant-0123456789abcdef' };
const messages = [{ role: 'user', content: 'Translate to French: good morning' }] as const;

function open(config: string, guide = '') {
  writeFileSync(path.join(folder, 'lattice.yaml'), config);
  writeFileSync(path.join(folder, 'models.md'), guide);
  return createLattice({ cwd: folder, env });
}

describe("the configuration's guide, data policies and weights", () => {
  it('decide what is chosen, and block every path', async () => {
    const lattice = open(
      'routing: { guide: models.md }\naliases: { mine: openai/gpt-4.1 }\n',
      '## Tasks\n- translation: anthropic/claude-haiku-4-5\n## Blocked\n- gpt-4.1\n',
    );
    try {
      const decision = await lattice.route({ messages });
      expect(decision).toMatchObject({
        chosen: { provider: 'anthropic', model: 'claude-haiku-4-5' },
        guide: [{ rule: 'pick', place: 'models.md:2:16' }],
      });
      for (const model of ['openai/gpt-4.1', 'gpt-4.1', 'mine']) {
        await expect(lattice.route({ messages, model })).rejects.toThrow(/is blocked by "gpt-4\.1" in the guide/);
      }
    } finally {
      await lattice.close();
    }
  });

  it('decide beside the weights of the operator, which a request may override', async () => {
    const lattice = open('routing: { weights: { fit: 0, cost: 1, latency: 0, reliability: 0 } }\n');
    try {
      const decision = await lattice.route({ messages });
      expect(decision.weights).toEqual({ fit: 0, cost: 1, latency: 0, reliability: 0 });
      const own = await lattice.route({ messages, weights: { fit: 1, cost: 0 } });
      expect(own.weights).toEqual({ fit: 1, cost: 0, latency: 0, reliability: 0 });
      // The operator's are not the caller's: a replay under other settings takes those.
      expect([decision.basis?.weights, own.basis?.weights]).toEqual([undefined, { fit: 1, cost: 0 }]);
    } finally {
      await lattice.close();
    }
  });

  it('is refused with every problem where it is wrong', async () => {
    const lattice = open('routing: { guide: models.md }\n', '## Blocked\n- openai/gpt-4.11\n- nobody/*\n');
    await expect(lattice.ready()).rejects.toThrow(/2 problems[\s\S]*models\.md:2:3[\s\S]*models\.md:3:3/);
    await lattice.close();
  });

  it('say what is known of providers: the rest is refused', async () => {
    const lattice = open(
      'providers: { openai: { dataPolicy: { regions: [eu] } } }\nrouting: { constraints: { data: { allowRegions: [eu] } } }\n',
    );
    try {
      const decision = await lattice.route({ messages });
      expect(new Set(decision.chain.map(({ provider }) => provider))).toEqual(new Set(['openai']));
      const claude = decision.candidates.find(({ model }) => model.model === 'claude-haiku-4-5');
      expect(claude).toMatchObject({ filter: 'data-policy-unknown' });
    } finally {
      await lattice.close();
    }
  });
});

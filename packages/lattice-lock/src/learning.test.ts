import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLattice, type Lattice, type LatticeOptions } from './index.ts';

const [favourite, underdog] = ['openai/gpt-5', 'openai/gpt-4.1-mini'] as const;
const messages = [{ role: 'user', content: 'Why is the sky blue?' }] as const;

let folder: string;
let simulator: Simulator;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-learning-'));
});
afterEach(async () => {
  for (const one of opened.splice(0).toReversed()) await one.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(learning = '{}', options: LatticeOptions = {}): Promise<Lattice> {
  const lines = [
    `providers: { openai: { apiKey: test-key, baseUrl: "${simulator.baseUrl('openai-chat')}" } }`,
    'routing:',
    '  preset: best',
    `  constraints: { allow: [${favourite}, ${underdog}] }`,
    `  learning: ${learning}`,
  ];
  await writeFile(join(folder, 'lattice.yaml'), lines.join('\n'));
  const lattice = createLattice({ cwd: folder, env: {}, ...options });
  opened.push(lattice);
  return lattice;
}

async function openStore(): Promise<Storage> {
  const storage = await openStorage({ dataDir: folder });
  opened.push(storage);
  return storage;
}

async function judge(lattice: Lattice, model: string, score: number, times = 12): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const { requestId } = await lattice.chat({ messages, model });
    await lattice.feedback({ requestId, score });
  }
}

const chosenBy = async (lattice: Lattice) => `openai/${(await lattice.route({ messages })).chosen.model}`;
const fitDetail = async (lattice: Lattice) => {
  const { candidates } = await lattice.route({ messages, model: favourite });
  const [first] = candidates;
  return first?.status === 'ranked' ? (first.terms[0]?.detail ?? '') : '';
};

describe('lattice.feedback()', () => {
  it('turns later choices without any storage, for as long as the process lives', async () => {
    const lattice = await open();
    expect(await chosenBy(lattice)).toBe(favourite);
    await judge(lattice, favourite, 0);
    expect(await chosenBy(lattice)).toBe(underdog);
    expect(await fitDetail(lattice)).toContain(
      'learned 0.00 from 12 outcomes, 1 key: counts 28 %, one key at most 28 %',
    );
    expect(await chosenBy(await open())).toBe(favourite);
  });

  it('is known after a restart, and to other processes on the same storage after a moment', async () => {
    const first = await openStore();
    const stores = { ledger: first.ledger, decisions: first.decisions, outcomes: first.outcomes };
    const lattice = await open('{}', stores);
    const other = await open('{ refreshMs: 100 }', { outcomes: (await openStore()).outcomes });
    expect(await chosenBy(other)).toBe(favourite);
    await judge(lattice, favourite, 0);
    await expect.poll(() => chosenBy(other), { timeout: 20_000 }).toBe(underdog);
    const restarted = await open('{}', stores);
    expect(await chosenBy(restarted)).toBe(underdog);
    expect(await fitDetail(restarted)).toBe(await fitDetail(lattice));
  });

  it('goes nowhere where learning is off, and is kept all the same where there is a storage', async () => {
    const lattice = await open('{ enabled: false }');
    const { requestId } = await lattice.chat({ messages });
    await expect(lattice.feedback({ requestId, score: 0 })).rejects.toMatchObject({ code: 'LATTICE_UNSUPPORTED' });
    const { ledger, decisions, outcomes } = await openStore();
    const kept = await open('{ enabled: false }', { ledger, decisions, outcomes });
    await judge(kept, favourite, 0);
    expect(await outcomes.list()).toHaveLength(12);
    expect(await chosenBy(kept)).toBe(favourite);
    expect(await fitDetail(kept)).not.toContain('learned');
  });

  it('may be bounded further, and models tried, by the configuration', async () => {
    const bounded = await open('{ maxKeyShare: 0.1 }');
    await judge(bounded, favourite, 0);
    expect(await chosenBy(bounded)).toBe(favourite);
    expect(await fitDetail(bounded)).toContain('one key at most 8 %');
    const trying = await open('{ explore: true, exploreFloor: 0, exploreMargin: 1 }');
    const tried = await Promise.all(Array.from({ length: 60 }, () => chosenBy(trying)));
    expect(new Set(tried)).toEqual(new Set([favourite, underdog]));
    // A model that the caller names is not up for trying.
    expect(await fitDetail(trying)).not.toContain('tried');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createUsage, LatticeError, systemClock } from '@lattice-lock/contract';
import { assertBillingIntegrity } from '@lattice-lock/execution';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providerLineUp, providersYaml } from './__fixtures__/provider-line-up.ts';
import { createLattice, type Answer, type Lattice, type RunRequest, type RunTool } from './index.ts';

const apiKey = 'test-key-of-every-vendor';

let folder: string;
let simulator: Simulator;
let storage: Storage;
let lattice: Lattice;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-every-provider-'));
  simulator = await startSimulator({ acceptedApiKeys: [apiKey] });
  storage = await openStorage({ dataDir: folder });
  await writeFile(join(folder, 'lattice.yaml'), providersYaml(simulator, providerLineUp, apiKey));
  lattice = createLattice({
    cwd: folder,
    env: {},
    ledger: storage.ledger,
    decisions: storage.decisions,
    clock: { ...systemClock, sleep: async () => undefined },
  });
});

afterAll(async () => {
  await lattice.close();
  await storage.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => simulator.reset());

const usage = createUsage({ inputTokens: 1200, outputTokens: 34 });
const messages: RunRequest['messages'] = [{ role: 'user', content: 'How warm is it in Oslo?' }];
const weather: RunTool = {
  name: 'weather',
  description: 'The weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: ({ city }) => `7 degrees in ${String(city)}`,
};

function run(request: RunRequest, isStreamed: boolean): Promise<Answer> {
  return isStreamed ? lattice.stream(request).answer : lattice.chat(request);
}

const ways = [false, true].flatMap((isStreamed) =>
  providerLineUp.map((entry) => ({ ...entry, isStreamed, way: isStreamed ? 'streamed' : 'buffered' })),
);
const withTools = ways.filter(({ hasTools = true }) => hasTools);
const withoutTools = providerLineUp.filter(({ hasTools = true }) => !hasTools);
const withAlias = providerLineUp.flatMap(({ model, alias }) => (alias === undefined ? [] : [{ model, alias }]));

describe('every provider', () => {
  it.each(ways)('$provider answers $way, and the ledger holds what it reported', async (entry) => {
    const { provider, model, wire, isPriced, isStreamed } = entry;
    simulator.enqueue({ answer: { text: 'Seven degrees.', usage } });
    const answer = await run({ model, messages }, isStreamed);
    expect(answer).toMatchObject({ provider, text: 'Seven degrees.', finishReason: 'stop', usage });
    expect(await simulator.whenServed(1)).toMatchObject([{ wire, stream: isStreamed, usageReported: usage }]);
    const entries = await storage.ledger.entries({ requestId: answer.requestId });
    expect(entries).toMatchObject([{ provider, status: 'ok', usage, simulated: false }]);
    expect(entries[0]?.costNanoUsd).toEqual(isPriced ? expect.any(BigInt) : null);
  });

  it.each(withTools)('$provider calls tools $way and goes on with what they found', async ({ model, isStreamed }) => {
    simulator.enqueue(
      { answer: { toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }], usage } },
      { answer: { text: 'It is 7 degrees.', usage } },
    );
    const answer = await run({ model, messages, tools: [weather] }, isStreamed);
    expect(answer.text).toBe('It is 7 degrees.');
    const served = await simulator.whenServed(2);
    expect(JSON.stringify(served[1]?.chat?.messages)).toContain('7 degrees in Oslo');
    const entries = await storage.ledger.entries({ requestId: answer.requestId });
    assertBillingIntegrity(
      entries,
      served.map((one) => ({ usage: one.usageReported })),
    );
    expect(entries.map((one) => one.turn)).toEqual([1, 2]);
  });

  it.each(withoutTools)('$provider refuses tools instead of leaving them out', async ({ model }) => {
    const refused = lattice.chat({ model, messages, tools: [weather] });
    await expect(refused).rejects.toMatchObject({ message: expect.stringMatching(/tools/) as string });
    expect(simulator.served()).toEqual([]);
  });

  it.each(withAlias)('$model goes by $alias too', async ({ model, alias }) => {
    const { chosen } = await lattice.route({ model: alias, messages });
    expect(`${chosen?.provider}/${chosen?.model}`).toBe(model);
  });

  it.each(providerLineUp)(
    '$provider gives way to another vendor when it is down, and takes over from one',
    async (entry) => {
      const other = entry.provider === 'anthropic' ? 'openai/gpt-5-mini' : 'anthropic/claude-sonnet-4-5';
      const orders = [
        [entry.model, other],
        [other, entry.model],
      ] as const;
      for (const [first, second] of orders) {
        simulator.reset();
        const down = { fault: { type: 'status', status: 503 } } as const;
        simulator.enqueue(down, down, { answer: { text: 'I am here.', usage } });
        const answer = await lattice.chat({ model: first, fallbacks: [second], messages });
        expect(answer.text).toBe('I am here.');
        const tried = answer.attempts.map((one) => [`${one.model.provider}/${one.model.model}`, one.status]);
        expect(tried).toEqual([
          [first, 'failed'],
          [first, 'failed'],
          [second, 'ok'],
        ]);
      }
    },
  );

  it('is asked for probabilities: it gives them, refuses, or says that it has none', async () => {
    const outcomes = new Set<string>();
    for (const { model } of providerLineUp) {
      const answer = await lattice.chat({ model, messages, topLogprobs: 1 }).catch((error: unknown) => error);
      if (LatticeError.isInstance(answer)) {
        expect(answer.message).toMatch(/probabilit|logprob/i);
        outcomes.add('refused');
        continue;
      }
      const { logprobs, warnings } = answer as Answer;
      expect(logprobs !== null || warnings.some((warning) => /probabilit|logprob/i.test(warning)), model).toBe(true);
      outcomes.add(logprobs === null ? 'warned' : 'given');
    }
    expect(outcomes).toContain('given');
  });

  it('proves its credential at no token cost', async () => {
    const statuses = await lattice.health();
    const available = statuses.filter((status) => status.state === 'available').map((status) => status.provider);
    expect(available.toSorted()).toEqual(providerLineUp.map((entry) => entry.provider).toSorted());
    expect(simulator.served()).toEqual([]);
  });
});

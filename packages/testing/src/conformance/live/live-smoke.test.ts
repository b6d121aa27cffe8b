import { specVersion, type ProviderDefinition } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCostBudget } from '../../budget/index.ts';
import { startSimulator, type Simulator, type SimulatorReply } from '../../simulator/index.ts';
import { ReferenceProvider } from '../__fixtures__/reference-provider.ts';
import { RecordingLogger, SteppedClock } from '../provider/specimen-parts.ts';
import { liveChecks } from './live-checks.ts';
import { missingForLive, runLiveSmoke, type LiveSetup } from './live-smoke.ts';

const parts = { clock: new SteppedClock(), logger: new RecordingLogger() };
const create = (baseUrl: string, apiKey: string) => new ReferenceProvider(baseUrl, apiKey, parts);
const definition: ProviderDefinition = {
  specVersion,
  id: 'sea-chat',
  displayName: 'Sea',
  packageName: 'sea',
  aliases: [],
  env: { apiKey: ['SEA_KEY', 'SEA_API_KEY'], baseUrl: ['SEA_URL'] },
  needsApiKey: true,
  defaultBaseUrl: 'https://sea.example/v1',
  wire: 'openai-chat',
  capabilities: create('', '').capabilities,
  models: [],
  create: ({ baseUrl = '', apiKey = '' }) => create(baseUrl, apiKey),
};
const prices = { priceAt: () => ({ inputPicoUsd: 250_000n, outputPicoUsd: 2_000_000n }) };
const budget = createCostBudget({ prices });

describe('without what it takes', () => {
  const missing = (environment: Record<string, string>, more: Partial<ProviderDefinition> = {}) =>
    missingForLive({ definition: { ...definition, ...more }, model: null, budget, environment });

  it('a live suite is skipped and says what is missing', () => {
    expect(missing({ SEA_KEY: 'k' })).toBe('LATTICE_LIVE is not 1');
    expect(missing({ LATTICE_LIVE: '1', SEA_KEY: '' })).toBe('SEA_KEY or SEA_API_KEY is not set');
    expect(missing({ LATTICE_LIVE: '1', SEA_API_KEY: 'k' })).toBe('LATTICE_LIVE_MODEL_SEA_CHAT is not set');
    expect(missing({ LATTICE_LIVE: '1', SEA_API_KEY: 'k', LATTICE_LIVE_MODEL_SEA_CHAT: 'm' })).toBeNull();
    expect(missing({ LATTICE_LIVE: '1' }, { needsApiKey: false })).toBe('SEA_URL is not set');
    expect(missing({ LATTICE_LIVE: '1', SEA_KEY: 'k' }, { defaultBaseUrl: null })).toBe('SEA_URL is not set');
  });

  runLiveSmoke({ definition, model: 'm', budget, environment: {} });
});

describe('the live checks', () => {
  const apiKey = 'sk-live-0123456789abcdef';
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ acceptedApiKeys: [apiKey] });
  });
  afterEach(() => simulator.close());

  const good: Readonly<Record<string, readonly SimulatorReply[]>> = {
    'live-health': [],
    'live-wrong-key': [],
    'live-answer': [{ answer: { text: 'That is the tide.' } }],
    'live-stream': [{ answer: { text: 'That is the tide.' } }],
    'live-tool': [
      { answer: { toolCalls: [{ name: 'get_tide', arguments: { port: 'Brest' } }] } },
      { answer: { text: 'High water is at 17:42.' } },
    ],
    'live-schema': [{ answer: { text: '{"name":"Baikal","depthMetres":1642,"isSea":false}' } }],
  };
  const bad: Readonly<Record<string, SimulatorReply>> = {
    'live-answer': { answer: { text: 'The tide.', usage: null } },
    'live-stream': { answer: { text: 'That is the tide.' }, fault: { type: 'cut', afterEvents: 3 } },
    'live-tool': { answer: { toolCalls: [{ name: 'get_tide', arguments: { city: 'Brest' } }] } },
    'live-schema': { answer: { text: '{"name":"Baikal"}' } },
  };

  function setUp(): LiveSetup {
    const baseUrl = simulator.baseUrl('openai-chat') ?? '';
    budget.startTest();
    return {
      provider: budget.wrap(create(baseUrl, apiKey)),
      model: 'gpt-5-mini',
      apiKey,
      withKey: (key) => create(baseUrl, key),
    };
  }

  it.each(liveChecks)('$id passes for a vendor as it should be', async (check) => {
    simulator.enqueue(...(good[check.id] ?? []));
    await check.run(setUp());
    expect(simulator.served()).toHaveLength(good[check.id]?.length ?? 0);
  });

  it.each(liveChecks.filter(({ id }) => bad[id] !== undefined))('$id fails for one that is not', async (check) => {
    simulator.enqueue(bad[check.id] ?? {});
    await expect(check.run(setUp())).rejects.toThrow();
  });

  it('fail where the credential is not taken, or any is', async () => {
    const [health, wrongKey] = liveChecks;
    const open = await startSimulator();
    try {
      const baseUrl = open.baseUrl('openai-chat') ?? '';
      await expect(wrongKey?.run({ ...setUp(), withKey: (key) => create(baseUrl, key) })).rejects.toThrow(
        /unauthorized/,
      );
      const stranger = create(simulator.baseUrl('openai-chat') ?? '', 'sk-other');
      await expect(health?.run({ ...setUp(), provider: stranger })).rejects.toThrow();
    } finally {
      await open.close();
    }
  });

  it('are paid from the budget, and not made when it is used up', async () => {
    const poor = createCostBudget({ prices, perTestUsd: 0.001 });
    const setup = { ...setUp(), provider: poor.wrap(create(simulator.baseUrl('openai-chat') ?? '', apiKey)) };
    await expect(liveChecks[2]?.run(setup)).rejects.toMatchObject({ code: 'LATTICE_BUDGET' });
    expect(simulator.served()).toEqual([]);
  });
});

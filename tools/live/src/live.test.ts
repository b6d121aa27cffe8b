import { loadCatalog } from '@lattice-lock/catalog';
import type { ProviderDefinition } from '@lattice-lock/contract';
import { anthropic } from '@lattice-lock/provider-anthropic';
import { azure } from '@lattice-lock/provider-azure';
import { bedrock } from '@lattice-lock/provider-bedrock';
import { dial } from '@lattice-lock/provider-dial';
import { google } from '@lattice-lock/provider-google';
import { local } from '@lattice-lock/provider-local';
import { openai } from '@lattice-lock/provider-openai';
import { xai } from '@lattice-lock/provider-xai';
import { createCostBudget } from '@lattice-lock/testing/budget';
import { missingForLive, runLiveSmoke } from '@lattice-lock/testing/conformance';
import { beforeAll, describe, expect, it } from 'vitest';
import { livePrices, pricedAsVariable } from './live-prices.ts';

interface LiveVendor {
  readonly definition: ProviderDefinition;
  /** Cheap and current; `null` where its operator names the models. */
  readonly model: string | null;
  readonly variables?: readonly (readonly string[])[];
}

/** Deployments have names of their own: their address, and the model whose price they have, must be given. */
function deployments(definition: ProviderDefinition): LiveVendor {
  const { id, env } = definition;
  return { definition, model: null, variables: [env.apiKey, env.baseUrl, [pricedAsVariable(id)]] };
}

const vendors: readonly LiveVendor[] = [
  { definition: openai, model: 'gpt-5-mini' },
  { definition: anthropic, model: 'claude-haiku-4-5' },
  { definition: google, model: 'gemini-2.5-flash' },
  { definition: xai, model: 'grok-4.20-0309-non-reasoning' },
  deployments(azure),
  { definition: bedrock, model: 'amazon.nova-lite-v1:0', variables: [bedrock.env.apiKey, ['AWS_REGION']] },
  deployments(dial),
  { definition: local, model: null },
];

const catalog: { current: Awaited<ReturnType<typeof loadCatalog>> | undefined } = { current: undefined };
beforeAll(async () => {
  catalog.current = await loadCatalog();
});
const prices = livePrices({ priceAt: (ref, atMs) => catalog.current?.priceAt(ref, atMs) ?? null }, process.env);
/** Ten cents a test, two dollars a night. */
const budget = createCostBudget({ prices });

for (const vendor of vendors) runLiveSmoke({ ...vendor, budget });

describe('the live tier', () => {
  it('calls nobody without being asked to, and no vendor without its key', () => {
    for (const vendor of vendors) {
      const { id } = vendor.definition;
      expect(missingForLive({ ...vendor, budget, environment: {} }), id).toBe('LATTICE_LIVE is not 1');
      const missing = missingForLive({ ...vendor, budget, environment: { LATTICE_LIVE: '1' } });
      expect(missing, id).toMatch(/^[A-Z][A-Z_ or]+ is not set$/);
    }
  });

  it('has a price for every model it calls, and takes the one that a deployment is said to be', () => {
    for (const { definition, model } of vendors) {
      if (model === null) continue;
      expect(prices.priceAt({ provider: definition.id, model }, Date.now()), definition.id).not.toBeNull();
    }
    const said = livePrices(prices, { LATTICE_LIVE_PRICED_AS_AZURE: 'openai/gpt-5-mini' });
    const { priceAt } = prices;
    const mini = priceAt({ provider: 'openai', model: 'gpt-5-mini' }, Date.now());
    expect(said.priceAt({ provider: 'azure', model: 'our-deployment' }, Date.now())).toEqual(mini);
    expect(priceAt({ provider: 'azure', model: 'our-deployment' }, Date.now())).toBeNull();
    const wrong = livePrices(prices, { LATTICE_LIVE_PRICED_AS_DIAL: 'gpt' });
    expect(() => wrong.priceAt({ provider: 'dial', model: 'x' }, 0)).toThrow(/LATTICE_LIVE_PRICED_AS_DIAL is "gpt"/);
  });
});

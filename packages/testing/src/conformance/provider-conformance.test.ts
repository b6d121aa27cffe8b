import type { ProviderCapabilities } from '@lattice-lock/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { flaws, type Flaw } from './__fixtures__/reference-flaws.ts';
import { ReferenceEmbeddings } from './__fixtures__/reference-embeddings.ts';
import { ReferenceMessages, type ProofFlaw } from './__fixtures__/reference-messages.ts';
import { ReferenceProvider } from './__fixtures__/reference-provider.ts';
import { noticedBy } from './__fixtures__/noticed-flaws.ts';
import {
  providerChecks,
  registerChecks,
  runProviderCheck,
  runProviderConformance,
  type ProviderSpecimen,
} from './index.ts';

runProviderConformance({
  name: 'the reference provider',
  wire: 'openai-chat',
  createProvider: (baseUrl, apiKey, parts) => new ReferenceProvider(baseUrl, apiKey, parts),
  createEmbeddings: (baseUrl, apiKey) => new ReferenceEmbeddings(baseUrl, apiKey),
  skip: {
    close: 'the connections belong to the global fetch',
  },
});

function flawed(flaw: Flaw): ProviderSpecimen {
  return {
    wire: 'openai-chat',
    createProvider: (baseUrl, apiKey, parts) => new ReferenceProvider(baseUrl, apiKey, parts, flaw),
    createEmbeddings: (baseUrl, apiKey) => new ReferenceEmbeddings(baseUrl, apiKey, flaw),
    // Checks run side by side here: what is looked for is whether the socket closes, not how soon.
    abortWithinMs: 1200,
  };
}

/** The checks that a provider with a flaw fails; side by side, since most of the time is waiting. */
async function failedChecks(flaw: Flaw): Promise<readonly string[]> {
  const waiting = providerChecks.filter((check) => check.id !== 'close');
  const failed: string[] = [];
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      // What must fail may fail by hanging; nothing else is hurried, on the busiest machine.
      const timeoutMs = noticedBy[flaw].includes(check.id) ? 2500 : 60_000;
      const [outcome] = await Promise.allSettled([runProviderCheck(flawed(flaw), check, timeoutMs)]);
      if (outcome.status === 'rejected') failed.push(check.id);
    }
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return failed;
}

describe('the provider suite notices', () => {
  afterEach(() => {
    for (const name of Object.keys(globalThis)) {
      if (name.startsWith('referenceCall')) Reflect.deleteProperty(globalThis, name);
    }
  });

  it.each(flaws)('a provider that %s, by exactly the checks that are for it', { timeout: 180_000 }, async (flaw) => {
    const failed = await failedChecks(flaw);
    expect([...failed].sort()).toEqual([...noticedBy[flaw]].sort());
  });
});

describe('the checks of the proofs of reasoning', () => {
  const failed = async (flaw?: ProofFlaw) => {
    const specimen: ProviderSpecimen = {
      wire: 'anthropic-messages',
      createProvider: (baseUrl, apiKey, parts) => new ReferenceMessages(baseUrl, apiKey, parts, flaw),
    };
    const ids = ['reasoning-signature', 'reasoning-redacted'];
    const checks = providerChecks.filter(({ id }) => ids.includes(id));
    const outcomes = await Promise.allSettled(checks.map((check) => runProviderCheck(specimen, check)));
    return checks.filter((_check, index) => outcomes[index]?.status === 'rejected').map(({ id }) => id);
  };

  it('pass where they go back, and notice each that does not', async () => {
    expect(await failed()).toEqual([]);
    expect(await failed('drops-signatures')).toEqual(['reasoning-signature']);
    expect(await failed('drops-sealed-reasoning')).toEqual(['reasoning-redacted']);
  });
});

describe('the table of skips', () => {
  const run = () => Promise.resolve(undefined);
  it('names checks that exist, and gives reasons', () => {
    expect(() => registerChecks('suite', providerChecks, { txet: 'a typing mistake' }, run)).toThrow(/"txet".*text/);
    for (const reason of [' ', 'TODO', 'unknown', 'n/a', 'flaky.', 'skipped']) {
      expect(() => registerChecks('suite', providerChecks, { text: reason }, run)).toThrow(/needs a reason/);
    }
  });

  it('refers to ids that are unique', () => {
    expect(new Set(providerChecks.map((check) => check.id)).size).toBe(providerChecks.length);
  });
});

describe('a wire', () => {
  it('that the suite does not know is told so, with those it knows', async () => {
    const specimen = { ...flawed('drops-options'), wire: 'morse' as ProviderSpecimen['wire'] };
    const [check] = providerChecks;
    if (check === undefined) expect.fail('there is no check');
    await expect(runProviderCheck(specimen, check)).rejects.toThrow(/knows no wire "morse".*bedrock-converse/);
  });
});

describe('what a provider does not promise', () => {
  const cases: readonly (readonly [string, Partial<ProviderCapabilities>, Flaw, string])[] = [
    ['files', { files: false }, 'drops-files', 'files'],
    ['probabilities', { logprobs: false }, 'drops-the-wish-for-logprobs', 'logprobs'],
    ['tools', { tools: false }, 'drops-tools', 'tool-refusal'],
    // It is sent, but no warning says that nobody enforces it.
    ['schemas', { structuredOutput: 'none' }, 'loses-a-batch', 'structured-output-fallback'],
  ];

  it.each(cases)('must not be dropped in silence: %s', async (_name, promised, flaw, id) => {
    const check = providerChecks.find((candidate) => candidate.id === id);
    if (check === undefined) expect.fail(`There is no check "${id}".`);
    const createProvider: ProviderSpecimen['createProvider'] = (baseUrl, apiKey, parts) => {
      const provider = new ReferenceProvider(baseUrl, apiKey, parts, flaw);
      return Object.assign(provider, { capabilities: { ...provider.capabilities, ...promised } });
    };
    await expect(runProviderCheck({ wire: 'openai-chat', createProvider }, check)).rejects.toThrow();
  });
});

describe('a check that does not apply', () => {
  it('says why, and never for what the provider says it can do', async () => {
    const reasons = new Map<string, string>();
    for (const check of providerChecks.filter(({ notApplicable }) => notApplicable !== undefined)) {
      const createProvider: ProviderSpecimen['createProvider'] = (baseUrl, apiKey, parts) =>
        new ReferenceProvider(baseUrl, apiKey, parts);
      const createEmbeddings = (baseUrl: string, apiKey: string) => new ReferenceEmbeddings(baseUrl, apiKey);
      const reason = await runProviderCheck({ wire: 'openai-chat', createProvider, createEmbeddings }, check);
      if (reason !== undefined) reasons.set(check.id, reason);
    }
    expect(Object.fromEntries(reasons)).toMatchObject({
      batches: expect.stringContaining('streamBatches') as string,
      'reasoning-signature': expect.stringContaining('proofs') as string,
      'structured-output-fallback': expect.stringContaining('itself') as string,
      'tool-refusal': 'the provider has tools',
    });
    expect(reasons.has('structured-output')).toBe(false);
  });
});

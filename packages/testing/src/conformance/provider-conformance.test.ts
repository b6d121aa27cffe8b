import { describe, expect, it } from 'vitest';
import type { Flaw } from './__fixtures__/reference-flaws.ts';
import { ReferenceProvider } from './__fixtures__/reference-provider.ts';
import { providerChecks, registerChecks, runProviderCheck, runProviderConformance } from './index.ts';

runProviderConformance({
  name: 'the reference provider',
  wire: 'openai-chat',
  createProvider: (baseUrl, apiKey) => new ReferenceProvider(baseUrl, apiKey),
  skip: { close: 'the connections belong to the global fetch' },
});

/** Each flaw, and the checks that must notice it. */
const noticedBy: Readonly<Record<Flaw, readonly string[]>> = {
  'merges-arguments-by-arrival': ['tool-deltas'],
  'swallows-cut-streams': ['cut', 'cut-at-once', 'usage-cut', 'cut-tool-call'],
  'gathers-deltas': ['stream-order'],
  'decodes-chunks-apart': ['unicode'],
  'counts-one-token-too-many': ['usage-buffered', 'usage-streamed', 'usage-sums'],
  'takes-unknown-for-zero': ['usage-unknown'],
  'believes-any-count': ['usage-nonsense'],
  'asks-for-no-usage': ['usage-streamed', 'buffered-equals-streamed'],
  'drops-history': ['history', 'tool-round-trip'],
  'drops-options': ['options'],
  'drops-tool-results': ['tool-round-trip'],
  're-encodes-images': ['images'],
  'mistakes-every-error': ['status-400', 'status-401', 'status-429', 'status-500', 'context-length', 'quota'],
  'retries-by-itself': ['status-500', 'status-503', 'status-529'],
  'tells-the-key': ['credential-hidden'],
  'follows-redirects': ['redirect'],
  'reads-lines-of-one-kind': ['framing'],
  'ignores-the-signal': ['abort-stream', 'abort-chat', 'abort-before'],
  'never-times-out': ['stalled', 'first-byte-timeout'],
  'throws-from-the-stream': ['cut', 'status-400', 'abort-stream'],
  'is-always-healthy': ['health-unauthorized', 'health-failing', 'health-unreachable', 'health-available'],
  'forgets-its-health': ['health-cached', 'health-shared'],
};

describe('the provider suite notices', () => {
  const cases = Object.entries(noticedBy).flatMap(([flaw, ids]) => ids.map((id) => [flaw as Flaw, id] as const));
  it.each(cases)('a provider that %s: %s', async (flaw, id) => {
    const check = providerChecks.find((candidate) => candidate.id === id);
    if (check === undefined) expect.fail(`There is no check "${id}".`);
    const createProvider = (baseUrl: string, apiKey: string) => new ReferenceProvider(baseUrl, apiKey, flaw);
    await expect(runProviderCheck({ wire: 'openai-chat', createProvider }, check, 1500)).rejects.toThrow();
  });
});

describe('the table of skips', () => {
  const run = () => Promise.resolve();
  it('names checks that exist, and gives reasons', () => {
    expect(() => registerChecks('suite', providerChecks, { txet: 'a typing mistake' }, run)).toThrow(/"txet".*text/);
    expect(() => registerChecks('suite', providerChecks, { text: ' ' }, run)).toThrow(/needs a reason/);
  });

  it('refers to ids that are unique', () => {
    expect(new Set(providerChecks.map((check) => check.id)).size).toBe(providerChecks.length);
  });
});

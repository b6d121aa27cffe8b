import {
  formatModelRef,
  LatticeError,
  parseModelRef,
  type Decision,
  type FilterName,
  type ModelInfo,
  type ModelRef,
  type ProviderState,
  type SelectionConstraints,
  type TaskNeeds,
} from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  guideLine,
  SampleCatalog,
  sampleGuide,
  sampleInput,
  sampleModel,
  sampleProfile,
  usd,
} from './__fixtures__/sample-catalog.ts';
import { ModelSelector, type SelectionInput } from './index.ts';
import { filterOrder } from './selection-filters.ts';

const now = Date.parse('2026-11-20T12:00:00Z');
const clock = { now: () => now, monotonic: () => 0, sleep: async () => undefined };
const selectorOf = (models: readonly ModelInfo[]) => new ModelSelector({ catalog: new SampleCatalog(models), clock });
const ref = (name: string): ModelRef => parseModelRef(name) ?? { provider: '', model: '' };
const names = (refs: readonly ModelRef[]) => refs.map(formatModelRef);
const needs = (more: Partial<TaskNeeds>) => sampleProfile({ needs: { ...sampleProfile().needs, ...more } });
const illness = (state: ProviderState, checkedAt = new Date(now - 5000).toISOString()) => ({
  last: (provider: string) =>
    provider === 'one'
      ? { provider, state, checkedAt, latencyMs: 1, models: null, errorCode: null, message: 'no answer', remedy: null }
      : undefined,
});
const explicit = (name: string, more: Partial<SelectionInput> = {}) =>
  sampleInput({ requested: name, target: { mode: 'explicit', model: ref(name) }, ...more });

function thrownBy(act: () => unknown): LatticeError {
  try {
    act();
  } catch (error) {
    if (LatticeError.isInstance(error)) return error;
    throw error;
  }
  throw new TypeError('nothing was thrown');
}

function filterOfModel(decision: Decision, name: string): { filter: FilterName; reason: string } | null {
  const found = decision.candidates.find((one) => formatModelRef(one.model) === name);
  return found?.status === 'filtered' ? { filter: found.filter, reason: found.reason } : null;
}

describe('a hard filter', () => {
  const other = sampleModel('two/fine', {
    released: '2026-10-01',
    reasoning: true,
    input: ['text', 'image', 'pdf'],
    contextTokens: 1_000_000,
    maxOutputTokens: 900_000,
  });
  const cases: readonly [FilterName, ModelInfo, Partial<SelectionInput>, RegExp][] = [
    ['not-allowed', sampleModel('one/a'), { constraints: { allow: ['two/*'] } }, /not on the list/],
    ['denied', sampleModel('one/a'), { constraints: { deny: ['one/*'] } }, /denied by "one\/\*"/],
    ['denied', sampleModel('one/a'), { constraints: { deny: ['ONE/A'] } }, /denied/],
    ['denied', sampleModel('one/a', { aliases: ['nick'] }), { constraints: { deny: ['nick'] } }, /"nick"/],
    [
      'provider-not-configured',
      sampleModel('one/a'),
      { isConfigured: (id) => id === 'two' },
      /one is not configured \(set its credential\)/,
    ],
    ['provider-unhealthy', sampleModel('one/a'), { health: illness('unreachable') }, /one is unreachable: no answer/],
    ['deprecated', sampleModel('one/a', { status: 'deprecated' }), {}, /deprecated/],
    ['output-not-text', sampleModel('one/a', { output: ['image'] }), {}, /gives image/],
    ['output-not-text', sampleModel('one/a', { input: ['audio'] }), {}, /takes audio/],
    ['needs-vision', sampleModel('one/a'), { profile: needs({ vision: true }) }, /images/],
    ['needs-files', sampleModel('one/a'), { profile: needs({ files: true }) }, /documents/],
    ['needs-tools', sampleModel('one/a', { tools: false }), { profile: needs({ tools: true }) }, /no tools/],
    [
      'needs-structured-output',
      sampleModel('one/a', { structuredOutput: false }),
      { profile: needs({ json: 'schema' }) },
      /does not bind/,
    ],
    [
      'needs-structured-output',
      sampleModel('one/a', { structuredOutput: null }),
      { profile: needs({ json: 'schema' }) },
      /not known/,
    ],
    [
      'context-too-small',
      sampleModel('one/a'),
      { profile: sampleProfile({ inputTokens: 99_900 }) },
      /holds 100,000 tokens; about 99,900/,
    ],
    ['context-too-small', sampleModel('one/a', { maxInputTokens: 500 }), {}, /takes 500 tokens of input; about 1,000/],
    ['context-too-small', sampleModel('one/a', { contextTokens: 3000 }), { maxOutputTokens: 2500 }, /2,500 of output/],
    ['output-too-small', sampleModel('one/a'), { maxOutputTokens: 40_000 }, /at most 32,000 tokens; 40,000/],
    [
      'price-unknown',
      sampleModel('one/a', {}, null),
      { constraints: { maxCostUsd: 1 } },
      /no known price; at most \$1 /,
    ],
    [
      'too-expensive',
      sampleModel('one/a', {}, usd(10, 50)),
      { constraints: { maxCostUsd: 0.02 } },
      /cost \$0\.025; at most \$0\.02/,
    ],
    ['blocked', sampleModel('one/blocked-b'), {}, /blocked by "\*blocked\*" in the guide \(guide\.md:7:3\)/],
    [
      'region-not-allowed',
      sampleModel('one/a'),
      { constraints: { data: { allowRegions: ['eu'] } } },
      /served from us; only eu/,
    ],
    [
      'region-not-allowed',
      sampleModel('one/a'),
      { constraints: { data: { denyRegions: ['us-east-1'] } } },
      /"us-east-1"/,
    ],
    [
      'data-retained',
      sampleModel('one/a'),
      { constraints: { data: { maxRetentionDays: 7 } } },
      /up to 30 days; at most 7/,
    ],
    ['data-retained', sampleModel('one/a'), { constraints: { data: { allowTraining: false } } }, /train models/],
    [
      'data-policy-unknown',
      sampleModel('three/a'),
      { operatorConstraints: { data: { denyRegions: ['cn'], allowTraining: false } } },
      /not known where it is served from, nor whether data trains models/,
    ],
    ['over-budget', sampleModel('one/a', {}, usd(10, 50)), { budgetUsd: 0.02 }, /cost \$0\.025; \$0\.02 are left/],
    [
      'quality-too-low',
      sampleModel('one/a', { released: '2022-01-01' }, usd(0.01, 0.01)),
      { operatorConstraints: { minQuality: 0.7 } },
      /predicted quality of 0\.\d+; at least 0\.7/,
    ],
  ];
  const policies = {
    one: { regions: ['us'], retentionDays: 30, training: true },
    two: { regions: ['eu-west-1'], retentionDays: 0, training: false },
  };
  const guide = sampleGuide({ blocked: [guideLine('*blocked*', 7)] });

  it.each(cases)('fires with its figures: %s', (filter, model, more, reason) => {
    const catalog = new SampleCatalog([model, other], policies);
    const decision = new ModelSelector({ catalog, clock, guide }).select(sampleInput(more));
    const found = filterOfModel(decision, formatModelRef(model));
    expect(found).toMatchObject({ filter, reason: expect.stringMatching(reason) as string });
    expect(formatModelRef(decision.chosen)).toBe('two/fine');
    expect(names(decision.chain)).toEqual(['two/fine']);
  });

  it('has a case for every name', () => {
    expect(new Set(cases.map(([filter]) => filter))).toEqual(new Set(filterOrder));
  });

  it.each([
    ['an old illness', { health: illness('unreachable', '2026-11-20T11:58:00Z') }],
    ['a healthy provider', { health: illness('available') }],
    ['JSON without a schema', { profile: needs({ json: 'json' }) }],
    ['a price at the bound', { constraints: { maxCostUsd: 0.0025 } }],
    ['an allowed provider', { constraints: { allow: ['one/*'] } }],
    ['an allowed id', { constraints: { allow: ['a'] } }],
    ['no bound', { constraints: { maxCostUsd: Infinity } }],
  ] as readonly [string, Partial<SelectionInput>][])('does not fire on %s', (_name, more) => {
    const model = sampleModel('one/a', { structuredOutput: null });
    expect(selectorOf([model]).selectBestModel(sampleInput(more))).toEqual({ provider: 'one', model: 'a' });
  });

  it('does not fire where the catalog does not know a limit', () => {
    const model = sampleModel('one/a', { contextTokens: null, maxOutputTokens: null });
    const input = sampleInput({ profile: sampleProfile({ inputTokens: 9_000_000 }), maxOutputTokens: 500_000 });
    expect(selectorOf([model]).selectBestModel(input).model).toBe('a');
  });

  it('lets deprecated models in where that is allowed', () => {
    const model = sampleModel('one/a', { status: 'deprecated' });
    const input = sampleInput({ constraints: { allowDeprecated: true } });
    expect(selectorOf([model]).selectBestModel(input).model).toBe('a');
  });

  it("holds for the operator's constraints beside the caller's, which can only narrow them", () => {
    const models = ['one/a', 'one/b', 'two/a', 'two/b'].map((name) => sampleModel(name));
    const out = (operatorConstraints: SelectionConstraints, constraints: SelectionConstraints) => {
      const input = sampleInput({ operatorConstraints, constraints });
      return selectorOf(models)
        .select(input)
        .candidates.flatMap((one) => (one.status === 'filtered' ? [`${formatModelRef(one.model)} ${one.filter}`] : []));
    };
    expect(out({ allow: ['one/*'] }, { allow: ['a'] })).toEqual([
      'one/b not-allowed',
      'two/a not-allowed',
      'two/b not-allowed',
    ]);
    expect(out({ deny: ['one/*'] }, { deny: ['a'] })).toEqual(['one/a denied', 'one/b denied', 'two/a denied']);
    expect(thrownBy(() => out({ maxCostUsd: 0.001 }, { maxCostUsd: 5 })).message).toContain('4 by too-expensive');
    const old = selectorOf([sampleModel('one/a', { status: 'deprecated' }), sampleModel('one/b')]);
    const narrowed = sampleInput({
      operatorConstraints: { allowDeprecated: false },
      constraints: { allowDeprecated: true },
    });
    expect(filterOfModel(old.select(narrowed), 'one/a')?.filter).toBe('deprecated');
  });

  it('says what to do about a provider that is not configured', () => {
    const input = sampleInput({
      isConfigured: (id) => id === 'two',
      remedyFor: (id) => `set ${id.toUpperCase()}_API_KEY.`,
    });
    const decision = selectorOf([sampleModel('one/a'), sampleModel('two/b')]).select(input);
    expect(filterOfModel(decision, 'one/a')?.reason).toBe('provider one is not configured (set ONE_API_KEY)');
  });

  it('asks for a bound of the cost that is a number', () => {
    for (const maxCostUsd of [-1, Number.NaN]) {
      const error = thrownBy(() =>
        selectorOf([sampleModel('one/a')]).select(sampleInput({ constraints: { maxCostUsd } })),
      );
      expect(error).toMatchObject({ code: 'LATTICE_INVALID_REQUEST', issues: [{ path: 'constraints.maxCostUsd' }] });
    }
  });
});

describe('when every model is out', () => {
  it('the error counts the filters that fired and says what to change', () => {
    const models = [sampleModel('one/a'), sampleModel('one/b'), sampleModel('two/c', { tools: false })];
    const input = sampleInput({ profile: needs({ tools: true }), isConfigured: (id) => id === 'two' });
    const error = thrownBy(() => selectorOf(models).select(input));
    expect(error.code).toBe('LATTICE_NO_CANDIDATE');
    expect(error.message).toContain('3 looked at: 2 by provider-not-configured (configure a provider');
    expect(error.message).toContain('1 by needs-tools');
    expect(error.issues.map((issue) => issue.path)).toEqual(['provider-not-configured', 'needs-tools']);
    expect(error.issues[0]?.message).toContain('one/a');
  });

  it('the error says so when there is none at all', () => {
    expect(thrownBy(() => selectorOf([]).select(sampleInput())).message).toContain('the catalog is empty');
  });

  it('the error says why a named model is out', () => {
    const error = thrownBy(() =>
      selectorOf([sampleModel('one/a', { tools: false })]).select(
        explicit('one/a', { profile: needs({ tools: true }) }),
      ),
    );
    expect(error).toMatchObject({ code: 'LATTICE_NO_CANDIDATE', provider: 'one', model: 'a' });
    expect(error.message).toContain('one/a calls no tools; the request offers some');
  });
});

describe('a choice', () => {
  const cheap = sampleModel('one/nano', { released: '2025-06-01' }, usd(0.1, 0.4));
  const strong = sampleModel('two/opus', { released: '2026-06-01', reasoning: true }, usd(10, 50));

  it('ranks by score and says by how much', () => {
    const decision = selectorOf([strong, cheap]).select(sampleInput());
    const ranked = decision.candidates.filter((one) => one.status === 'ranked');
    expect(ranked.map((one) => [formatModelRef(one.model), one.rank])).toEqual([
      ['one/nano', 1],
      ['two/opus', 2],
    ]);
    expect(decision.margin).toBeCloseTo((ranked[0]?.score ?? 0) - (ranked[1]?.score ?? 0), 12);
    expect(decision).toMatchObject({
      mode: 'selected',
      preset: 'balanced',
      chosen: { provider: 'one', model: 'nano' },
    });
    expect(ranked.map((one) => one.expectedCostUsd)).toEqual(['0.00022', '0.025']);
  });

  it('follows preset, weights and difficulty', () => {
    const selector = selectorOf([strong, cheap]);
    const best = (more: Partial<SelectionInput>) => selector.selectBestModel(sampleInput(more)).model;
    expect(best({ target: { mode: 'auto', preset: 'best' } })).toBe('opus');
    expect(best({ target: { mode: 'auto', preset: 'cheap' } })).toBe('nano');
    expect(best({ weights: { cost: 0, latency: 0, reliability: 0 } })).toBe('opus');
    expect(best({ weights: { fit: 1 }, profile: sampleProfile({ difficulty: 1 }) })).toBe('opus');
  });

  it('avoids a model that fails', () => {
    const failing = { successes: 0, failures: 200, firstTokenMs: null, outputTokensPerSecond: null };
    const signals = { get: (one: ModelRef) => (one.model === 'a' ? failing : undefined) };
    const models = [sampleModel('one/a'), sampleModel('one/b')];
    expect(selectorOf(models).selectBestModel(sampleInput()).model).toBe('a');
    expect(selectorOf(models).selectBestModel(sampleInput({ signals })).model).toBe('b');
  });

  it('takes the price in force at the moment', () => {
    const period = (from: string | null, until: string | null, output: number) => ({
      from,
      until,
      price: usd(1, output),
      source: 'test',
      asOf: '2026-01-01',
    });
    const model = sampleModel('one/a', {
      prices: [period(null, '2026-11-20T13:00:00Z', 1), period('2026-11-20T13:00:00Z', null, 1000)],
    });
    let time = now;
    const selector = new ModelSelector({ catalog: new SampleCatalog([model]), clock: { ...clock, now: () => time } });
    const cost = () => {
      const [first] = selector.select(sampleInput()).candidates;
      return first?.status === 'ranked' ? first.expectedCostUsd : null;
    };
    expect(cost()).toBe('0.0013');
    time += 2 * 3_600_000;
    expect(cost()).toBe('0.301');
    time -= 2 * 3_600_000;
    expect(cost()).toBe('0.0013');
  });

  it('sees a catalog that was reloaded', () => {
    const catalog = new SampleCatalog([cheap]);
    const selector = new ModelSelector({ catalog, clock });
    expect(selector.selectBestModel(sampleInput()).model).toBe('nano');
    catalog.models = [strong];
    expect(selector.selectBestModel(sampleInput()).model).toBe('opus');
  });

  it('is a decision that JSON carries whole', () => {
    const decision = selectorOf([strong, cheap, sampleModel('two/old', { status: 'deprecated' })]).select(
      sampleInput({ requestId: 'r1' }),
    );
    const copy = JSON.parse(JSON.stringify(decision)) as Decision;
    expect(copy.candidates).toHaveLength(3);
    expect(copy).toEqual({ ...decision });
    expect(copy).toMatchObject({
      requestId: 'r1',
      createdAt: '2026-11-20T12:00:00.000Z',
      simulated: false,
      attempts: [],
    });
    expect(decision.candidates).toBe(decision.candidates);
  });

  it('says what quality was predicted where it was asked for', () => {
    const decision = selectorOf([strong, cheap]).select(sampleInput({ constraints: { minQuality: 0.1 } }));
    for (const one of JSON.parse(JSON.stringify(decision.candidates)) as Decision['candidates']) {
      if (one.status !== 'ranked') continue;
      const fit = one.terms.find(({ name }) => name === 'fit');
      expect(one.quality).toEqual({ value: fit?.value, error: expect.closeTo(0.228), source: fit?.source });
    }
    expect(selectorOf([strong]).select(sampleInput()).candidates[0]).not.toHaveProperty('quality');
  });

  it('is explained as it was made, whatever happens to providers afterwards', () => {
    let configured = true;
    const input = sampleInput({ isConfigured: () => configured });
    const decision = selectorOf([cheap]).select(input);
    configured = false;
    expect(decision.candidates[0]?.status).toBe('ranked');
  });
});

describe('a chain', () => {
  const models = [
    sampleModel('one/a', { family: 'x' }, usd(0.1, 0.1)),
    sampleModel('one/a-dated', { family: 'x' }, usd(0.1, 0.1)),
    sampleModel('one/b', { family: 'y' }, usd(0.2, 0.2)),
    sampleModel('two/c', {}, usd(5, 5)),
    sampleModel('three/d', {}, usd(9, 9)),
    sampleModel('four/e', {}, usd(20, 20)),
  ];

  it('goes over different providers first, then other families, three models long', () => {
    expect(names(selectorOf(models).select(sampleInput()).chain)).toEqual(['one/a', 'two/c', 'three/d']);
    const alone = selectorOf(models.slice(0, 3)).select(sampleInput());
    expect(names(alone.chain)).toEqual(['one/a', 'one/b', 'one/a-dated']);
    expect(selectorOf(models).select(sampleInput({ chainLength: 5 })).chain).toHaveLength(5);
    expect(selectorOf(models).select(sampleInput({ chainLength: 1 })).chain).toHaveLength(1);
  });

  it('of a named model is the model and the fallbacks the caller gave', () => {
    const decision = selectorOf(models).select(
      explicit('three/d', { fallbacks: [ref('two/c'), ref('three/d'), ref('one/b')] }),
    );
    expect(decision).toMatchObject({ mode: 'explicit', margin: null });
    expect(names(decision.chain)).toEqual(['three/d', 'two/c', 'one/b']);
    expect(decision.candidates).toHaveLength(3);
  });

  it('skips named fallbacks that cannot take the request', () => {
    const blind = [
      sampleModel('one/a', { input: ['text', 'image'] }),
      sampleModel('two/b'),
      sampleModel('three/c', { input: ['text', 'image'] }),
    ];
    const input = explicit('one/a', { fallbacks: [ref('two/b'), ref('three/c')], profile: needs({ vision: true }) });
    expect(names(selectorOf(blind).select(input).chain)).toEqual(['one/a', 'three/c']);
    const first = explicit('two/b', { fallbacks: [ref('one/a')], profile: needs({ vision: true }) });
    expect(names(selectorOf(blind).select(first).chain)).toEqual(['one/a']);
  });
});

describe('a named model', () => {
  it('may be deprecated, on a provider that was ill, or a little over its context by our estimate', () => {
    const model = sampleModel('one/a', { status: 'deprecated' });
    const input = explicit('one/a', { health: illness('failing'), profile: sampleProfile({ inputTokens: 110_000 }) });
    expect(selectorOf([model]).selectBestModel(input).model).toBe('a');
    const far = explicit('one/a', { profile: sampleProfile({ inputTokens: 140_000 }) });
    expect(thrownBy(() => selectorOf([model]).select(far)).message).toContain('holds 100,000 tokens');
  });

  it('may be one the catalog does not know; nothing is claimed to be missing, but its price', () => {
    const decision = selectorOf([]).select(
      explicit('one/brand-new', { profile: needs({ vision: true, tools: true, json: 'schema' }) }),
    );
    expect(decision.candidates).toEqual([expect.objectContaining({ status: 'ranked', expectedCostUsd: null })]);
    const bounded = explicit('one/brand-new', { constraints: { maxCostUsd: 1 } });
    expect(thrownBy(() => selectorOf([]).select(bounded)).message).toContain('no known price');
  });

  it('is still bound by allow and deny', () => {
    for (const constraints of [{ deny: ['one/brand-new'] }, { deny: ['brand-new'] }, { allow: ['two/*'] }]) {
      expect(thrownBy(() => selectorOf([]).select(explicit('one/brand-new', { constraints }))).code).toBe(
        'LATTICE_NO_CANDIDATE',
      );
    }
  });
});

describe('fallbacks after a failure', () => {
  const models = [
    sampleModel('one/a', { contextTokens: 100_000 }, usd(0.1, 0.1)),
    sampleModel('two/b', { contextTokens: 50_000 }, usd(0.2, 0.2)),
    sampleModel('three/c', { contextTokens: 100_000 }, usd(0.3, 0.3)),
    sampleModel('one/d', { contextTokens: 400_000 }, usd(5, 5)),
    sampleModel('four/e', { contextTokens: 200_000 }, usd(9, 9)),
  ];
  const after = (code: Parameters<ModelSelector['getFallbackChain']>[1] extends infer T ? NonNullable<T> : never) => {
    const selector = selectorOf(models);
    return names(selector.getFallbackChain(selector.select(sampleInput()), code));
  };

  it('are the rest of the chain', () => {
    const selector = selectorOf(models);
    const decision = selector.select(sampleInput());
    expect(names(decision.chain)).toEqual(['one/a', 'two/b', 'three/c']);
    expect(names(selector.getFallbackChain(decision))).toEqual(['two/b', 'three/c']);
    expect(names(selector.getFallbackChain(sampleInput()))).toEqual(['two/b', 'three/c']);
    expect(after({ failed: ref('one/a'), code: 'LATTICE_UPSTREAM' })).toEqual(['two/b', 'three/c']);
    expect(after({ failed: ref('two/b'), code: 'LATTICE_UPSTREAM' })).toEqual(['three/c']);
    expect(after({ failed: ref('three/c'), code: 'LATTICE_UPSTREAM' })).toEqual([]);
  });

  it('hold more when the context was too small', () => {
    expect(after({ failed: ref('one/a'), code: 'LATTICE_CONTEXT_LENGTH' })).toEqual(['four/e', 'one/d']);
  });

  it('are of other providers when the credential or the connection is bad', () => {
    const selector = selectorOf(models.filter((one) => one.provider === 'one'));
    const decision = selector.select(sampleInput());
    expect(names(decision.chain)).toEqual(['one/a', 'one/d']);
    const next = (
      code: 'LATTICE_AUTHENTICATION' | 'LATTICE_CONNECTION_REFUSED' | 'LATTICE_OVERLOADED' | 'LATTICE_NOT_FOUND',
    ) => names(selector.getFallbackChain(decision, { failed: ref('one/a'), code }));
    expect(next('LATTICE_AUTHENTICATION')).toEqual([]);
    expect(next('LATTICE_CONNECTION_REFUSED')).toEqual([]);
    expect(next('LATTICE_OVERLOADED')).toEqual(['one/d']);
    expect(next('LATTICE_NOT_FOUND')).toEqual(['one/d']);
  });

  it('are none when the request is at fault or nobody waits', () => {
    expect(after({ failed: ref('one/a'), code: 'LATTICE_INVALID_REQUEST' })).toEqual([]);
    expect(after({ failed: ref('one/a'), code: 'LATTICE_ABORTED' })).toEqual([]);
  });

  it('are asked again by every filter, and another takes the place of one that fell out', () => {
    const ill = new Set<string>();
    const input = sampleInput({ isConfigured: (id) => !ill.has(id) });
    const selector = selectorOf(models);
    const decision = selector.select(input);
    ill.add('two');
    expect(names(selector.getFallbackChain(decision, { failed: ref('one/a'), code: 'LATTICE_UPSTREAM' }))).toEqual([
      'three/c',
      'four/e',
    ]);
  });

  it('of a decision that was read back are the rest of its chain', () => {
    const selector = selectorOf(models);
    const decision = JSON.parse(JSON.stringify(selector.select(sampleInput()))) as Decision;
    expect(names(selector.getFallbackChain(decision, { failed: ref('one/a'), code: 'LATTICE_TIMEOUT' }))).toEqual([
      'two/b',
      'three/c',
    ]);
    expect(
      names(selector.getFallbackChain(decision, { failed: ref('one/a'), code: 'LATTICE_CONTEXT_LENGTH' })),
    ).toEqual([]);
  });

  it('of a named model are its own alone', () => {
    const selector = selectorOf(models);
    const decision = selector.select(explicit('one/a', { fallbacks: [ref('two/b')] }));
    expect(names(selector.getFallbackChain(decision, { failed: ref('one/a'), code: 'LATTICE_UPSTREAM' }))).toEqual([
      'two/b',
    ]);
    expect(names(selector.getFallbackChain(decision, { failed: ref('two/b'), code: 'LATTICE_UPSTREAM' }))).toEqual([]);
  });
});

describe('no path', () => {
  const anyModel = fc
    .record({
      provider: fc.constantFrom('one', 'two', 'three'),
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      status: fc.constantFrom('current', 'deprecated', 'beta'),
      sees: fc.boolean(),
      tools: fc.boolean(),
      structuredOutput: fc.constantFrom(true, false, null),
      contextTokens: fc.constantFrom(null, 500, 5000, 50_000),
      maxOutputTokens: fc.constantFrom(null, 100, 10_000),
      output: fc.constantFrom(['text'], ['image'], ['text', 'image']),
      price: fc.option(fc.constantFrom(usd(0, 0), usd(1, 5), usd(50, 200))),
    } as const)
    .map(({ provider, id, sees, price, output, ...more }) =>
      sampleModel(
        `${provider}/${id}`,
        { ...more, output: [...output] as ModelInfo['output'], input: sees ? ['text', 'image'] : ['text'] },
        price,
      ),
    );
  const anyCatalog = fc.uniqueArray(anyModel, { selector: formatModelRef, maxLength: 15 });
  const anyEntry = fc.constantFrom('one/*', 'two/*', 'one/a', 'two/b', 'three/c', 'a', 'b', 'D', 'ONE/*');
  const anyConstraints = fc.record(
    {
      allow: fc.array(anyEntry, { maxLength: 3 }),
      deny: fc.array(anyEntry, { maxLength: 3 }),
      maxCostUsd: fc.constantFrom(0, 0.001, 0.01, 1),
      maxOutputTokens: fc.constantFrom(50, 5000),
      allowDeprecated: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const anyNeeds = fc.record({
    vision: fc.boolean(),
    tools: fc.boolean(),
    json: fc.constantFrom('none', 'schema'),
    inputTokens: fc.constantFrom(10, 1000, 20_000),
  } as const);
  const codes = fc.constantFrom(
    'LATTICE_UPSTREAM',
    'LATTICE_CONTEXT_LENGTH',
    'LATTICE_QUOTA',
    'LATTICE_NOT_FOUND',
    'LATTICE_RATE_LIMIT',
  );
  const providers = fc.subarray(['one', 'two', 'three']);
  const named = fc.option(fc.tuple(anyModel, fc.array(anyModel, { maxLength: 3 })));

  /** The filters once more, written down as plainly as they are promised. */
  function mayBeCalled(model: ModelInfo, input: SelectionInput, isNamed: boolean): boolean {
    const { allow, deny = [], maxCostUsd, maxOutputTokens, allowDeprecated } = input.constraints ?? {};
    const means = (list: readonly string[]) =>
      list.some((entry) => [formatModelRef(model), `${model.provider}/*`, model.model].includes(entry.toLowerCase()));
    const { needs: needed, inputTokens, expectedOutputTokens } = input.profile;
    const output = maxOutputTokens ?? expectedOutputTokens;
    const price = model.prices[0]?.price;
    const cost = price && inputTokens * Number(price.inputPicoUsd) + expectedOutputTokens * Number(price.outputPicoUsd);
    return (
      (allow === undefined || means(allow)) &&
      !means(deny) &&
      input.isConfigured(model.provider) &&
      (isNamed || allowDeprecated === true || model.status !== 'deprecated') &&
      model.output.includes('text') &&
      (!needed.vision || model.input.includes('image')) &&
      (!needed.tools || model.tools) &&
      (needed.json !== 'schema' || model.structuredOutput === true || (isNamed && model.structuredOutput === null)) &&
      (model.contextTokens === null || inputTokens * (isNamed ? 0.8 : 1) + output <= model.contextTokens) &&
      (maxOutputTokens === undefined || model.maxOutputTokens === null || maxOutputTokens <= model.maxOutputTokens) &&
      (maxCostUsd === undefined || (cost !== undefined && cost <= maxCostUsd * 1e12))
    );
  }

  it('leads to a model that a filter removes', () => {
    fc.assert(
      fc.property(
        anyCatalog,
        anyConstraints,
        anyNeeds,
        providers,
        named,
        codes,
        (models, constraints, task, configured, asked, code) => {
          const { inputTokens, ...needed } = task;
          const pool =
            asked === null
              ? models
              : [
                  ...models.filter(
                    (one) => ![asked[0], ...asked[1]].some((other) => formatModelRef(other) === formatModelRef(one)),
                  ),
                  ...new Map([...asked[1], asked[0]].map((one) => [formatModelRef(one), one])).values(),
                ];
          const catalog = new SampleCatalog(pool);
          const selector = new ModelSelector({ catalog, clock });
          const profile = sampleProfile({ inputTokens, needs: { ...sampleProfile().needs, ...needed } });
          const input = sampleInput({
            profile,
            constraints,
            isConfigured: (id) => configured.includes(id),
            ...(asked && { target: { mode: 'explicit', model: asked[0] } as const, fallbacks: asked[1] }),
          });
          const fine = (one: ModelRef) => mayBeCalled(catalog.get(one) as ModelInfo, input, asked !== null);
          let decision: Decision;
          try {
            decision = selector.select(input);
          } catch (error) {
            expect(error).toMatchObject({ code: 'LATTICE_NO_CANDIDATE' });
            const candidates = asked === null ? pool : [asked[0], ...asked[1]];
            expect(candidates.filter((one) => fine(one))).toEqual([]);
            return;
          }
          const stored = JSON.parse(JSON.stringify(decision)) as Decision;
          const paths = [
            [decision.chosen],
            decision.chain,
            [selector.selectBestModel(input)],
            selector.getFallbackChain(decision),
            selector.getFallbackChain(input),
            ...decision.chain.flatMap((failed) => [
              selector.getFallbackChain(decision, { failed, code }),
              selector.getFallbackChain(stored, { failed, code }),
            ]),
          ];
          expect(paths.flat().filter((one) => !fine(one))).toEqual([]);
          for (const one of decision.candidates) expect(one.status === 'ranked').toBe(fine(one.model));
          expect(decision.candidates).toHaveLength(
            asked === null ? pool.length : new Set([asked[0], ...asked[1]].map(formatModelRef)).size,
          );
        },
      ),
      { numRuns: 600 },
    );
  });
});

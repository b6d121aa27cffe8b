import { ModelPatternSet, modelSpellings, type DataPolicy, type ModelGuide } from '@lattice-lock/catalog';
import {
  formatModelRef,
  LatticeError,
  taskKinds,
  type DataConstraints,
  type Decision,
  type DecisionRoute,
  type ErrorCode,
  type ModelInfo,
  type ModelRef,
  type SelectionConstraints,
  type SelectionPreset,
  type TaskProfile,
} from '@lattice-lock/contract';
import { expectedCostPicoUsd, ModelScorer, type ModelSignal } from '@lattice-lock/scoring';
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
import { ModelSelector, replay, resolveTarget, type SelectionInput } from './index.ts';

const providers = ['one', 'two', 'three', 'four'] as const;
const ids = ['a', 'b', 'c-1', 'c-2', 'D', 'e'] as const;

/** Nothing three times in four: what narrows a choice must not leave nothing to look at. */
function seldom<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** Fields that are `undefined` left out. */
function given<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}

/** A model of a random provider, ability, size and price. */
const anyModel: fc.Arbitrary<ModelInfo> = fc
  .record({
    provider: fc.constantFrom(...providers),
    id: fc.constantFrom(...ids),
    status: fc.constantFrom('current', 'beta', 'deprecated'),
    contextTokens: fc.constantFrom(null, 500, 5000, 100_000),
    maxOutputTokens: fc.constantFrom(null, 100, 10_000),
    sees: fc.boolean(),
    tools: fc.boolean(),
    structuredOutput: fc.constantFrom(true, false, null),
    released: fc.constantFrom('2023-01-01', '2025-06-01', '2026-09-01'),
    reasoning: fc.boolean(),
    family: fc.constantFrom(null, 'x', 'y'),
    aliases: fc.constantFrom([], ['nick'], ['quick', 'small']),
    price: fc.constantFrom(null, usd(0, 0), usd(0.1, 0.4), usd(1, 5), usd(10, 50), usd(300, 900)),
  })
  .map(({ provider, id, sees, price, aliases, ...more }) =>
    sampleModel(
      `${provider}/${id}`,
      { ...more, aliases: [...aliases], input: sees ? ['text', 'image'] : ['text'] } as Partial<ModelInfo>,
      price,
    ),
  );

/** A catalog of up to 18 different models. */
const anyModels = fc.uniqueArray(anyModel, { selector: formatModelRef, minLength: 4, maxLength: 18 });

/** What a list may name models by: names, ids, aliases, globs, in any case. */
const anyEntry = fc.constantFrom(
  'one/*',
  'TWO/*',
  'one/a',
  'two/b',
  'three/c-1',
  'four/d',
  'a',
  'B',
  'nick',
  'small',
  'c-*',
  'one/c*',
  '*/e',
  '*-2',
  't*/a',
);

const anyLines = fc
  .uniqueArray(anyEntry, { maxLength: 2 })
  .map((texts) => texts.map((text, index) => guideLine(text, index + 2)));

/** A guide that blocks, prefers, picks, chains and bounds at random. */
const anyGuide: fc.Arbitrary<ModelGuide> = fc
  .record({
    blocked: anyLines,
    preferred: anyLines,
    tasks: fc.uniqueArray(fc.constantFrom(...taskKinds), { maxLength: 4 }),
    picks: anyLines,
    head: anyEntry,
    next: fc.array(fc.tuple(fc.constantFrom(...providers), fc.constantFrom(...ids)), { maxLength: 3 }),
    ceilings: seldom(
      fc.array(
        fc.record({ task: fc.constantFrom(null, 'qa', 'code'), maxCostUsd: fc.constantFrom(0.001, 0.01, 1) } as const),
        {
          maxLength: 2,
        },
      ),
    ),
  })
  .map(({ blocked, preferred, tasks, picks, head, next, ceilings }) =>
    sampleGuide({
      blocked,
      preferred,
      tasks: tasks.map((task) => ({ task, models: picks, place: 'guide.md:20:3' })),
      chains: [
        {
          head: guideLine(head, 30),
          next: next.map(([provider, model]) => ({
            ...guideLine(`${provider}/${model}`, 30),
            model: { provider, model },
          })),
          place: 'guide.md:30:3',
        },
      ],
      ceilings: (ceilings ?? []).map((one) => ({ ...one, text: String(one.maxCostUsd), place: 'guide.md:40:3' })),
    }),
  );

const anyData: fc.Arbitrary<DataConstraints> = fc.record(
  {
    allowRegions: fc.subarray(['eu', 'us', 'global', 'eu-west-1']),
    denyRegions: fc.subarray(['us', 'eu-west-1', 'cn']),
    maxRetentionDays: fc.constantFrom(0, 7, 30),
    allowTraining: fc.boolean(),
    unknown: fc.constantFrom('refuse', 'allow'),
  } as const,
  { requiredKeys: [] },
);

/** Constraints of every kind. */
const anyConstraints: fc.Arbitrary<SelectionConstraints> = fc
  .record({
    allow: seldom(fc.array(anyEntry, { minLength: 1, maxLength: 5 })),
    deny: seldom(fc.array(anyEntry, { maxLength: 2 })),
    maxCostUsd: seldom(fc.constantFrom(0, 0.001, 0.01, 1, Infinity)),
    maxOutputTokens: seldom(fc.constantFrom(50, 5000)),
    allowDeprecated: seldom(fc.boolean()),
    minQuality: seldom(fc.constantFrom(0, 0.4, 0.6, 0.9)),
    data: seldom(anyData),
  })
  .map((fields) => given(fields) as SelectionConstraints);

/** What is known of the providers' regions and keeping of data. */
const anyPolicies: fc.Arbitrary<Readonly<Record<string, Partial<DataPolicy>>>> = fc.dictionary(
  fc.constantFrom(...providers),
  fc.record(
    {
      regions: fc.constantFrom<readonly string[] | null>(null, ['eu'], ['us'], ['global'], ['eu-west-1', 'us-east-1']),
      retentionDays: fc.constantFrom(null, 0, 30),
      training: fc.constantFrom(null, true, false),
    },
    { requiredKeys: [] },
  ),
);

/** A profile of any kind and difficulty. */
const anyProfile: fc.Arbitrary<TaskProfile> = fc
  .record({
    kind: fc.constantFrom(...taskKinds),
    difficulty: fc.double({ min: 0, max: 1, noNaN: true }),
    inputTokens: fc.constantFrom(10, 1000, 20_000),
    needs: seldom(
      fc.record({ vision: fc.boolean(), tools: fc.boolean(), json: fc.constantFrom('none', 'schema') } as const),
    ),
  })
  .map(({ needs, ...more }) => sampleProfile({ ...more, needs: { ...sampleProfile().needs, ...needs } }));

/** Failures of every rule. */
const anyCode = fc.constantFrom<ErrorCode>(
  'LATTICE_UPSTREAM',
  'LATTICE_CONTEXT_LENGTH',
  'LATTICE_BUDGET',
  'LATTICE_QUOTA',
  'LATTICE_NOT_FOUND',
  'LATTICE_INVALID_REQUEST',
);

/** Which providers can be called. */
const anyProviders = fc.subarray([...providers], { minLength: 2 });

/** One of the presets. */
const anyPreset = fc.constantFrom<SelectionPreset>('balanced', 'cheap', 'best', 'fast');

/** What was seen of some models. */
const anySignals: fc.Arbitrary<ReadonlyMap<string, ModelSignal>> = fc
  .array(
    fc.tuple(
      fc.tuple(fc.constantFrom(...providers), fc.constantFrom(...ids)).map((parts) => parts.join('/')),
      fc.record({
        successes: fc.nat(100),
        failures: fc.nat(100),
        firstTokenMs: fc.constantFrom(null, 20, 3000),
        outputTokensPerSecond: fc.constantFrom(null, 10, 300),
      }),
    ),
    { maxLength: 8 },
  )
  .map((entries) => new Map(entries));

/** A semantic route that took the request. */
const anyRoute: fc.Arbitrary<DecisionRoute> = fc
  .record({
    model: fc.option(fc.record({ provider: fc.constantFrom(...providers), model: fc.constantFrom(...ids) }), {
      nil: undefined,
    }),
    preset: fc.option(anyPreset, { nil: undefined }),
    constraints: seldom(anyConstraints),
  })
  .map((action) => ({
    name: 'refunds',
    place: 'routes.yaml:3:5',
    score: 0.8,
    threshold: 0.4,
    example: 'I want my money back',
    embedder: 'local',
    action: given(action) as DecisionRoute['action'],
  }));

const now = Date.parse('2026-11-20T12:00:00Z');
const clock = { now: () => now, monotonic: () => 0, sleep: async () => undefined };

/** Everything a selection can be made of. */
const anySelection = fc.record({
  models: anyModels,
  policies: anyPolicies,
  guide: anyGuide,
  constraints: anyConstraints,
  operatorConstraints: seldom(anyConstraints),
  profile: anyProfile,
  providers: anyProviders,
  ill: seldom(fc.constantFrom('one', 'two')),
  preset: anyPreset,
  signals: anySignals,
  budgetUsd: seldom(fc.constantFrom(0.001, 1)),
  route: fc.option(anyRoute, { nil: undefined }),
  chainLength: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
  requested: fc.oneof(
    fc.constant('auto'),
    fc.constant('auto'),
    anyEntry.filter((entry) => !entry.includes('*')),
    fc.constantFrom('mine', 'four/unheard-of', 'one/E'),
  ),
  fallback: fc.option(
    fc.constantFrom<ModelRef>({ provider: 'two', model: 'b' }, { provider: 'four', model: 'unheard-of' }),
    {
      nil: undefined,
    },
  ),
});
type AnySelection = typeof anySelection extends fc.Arbitrary<infer Value> ? Value : never;

function made(any: AnySelection) {
  const catalog = new SampleCatalog(any.models, any.policies);
  const selector = new ModelSelector({ catalog, clock, guide: any.guide });
  const resolve = (requested: string) =>
    resolveTarget(requested, {
      catalog,
      aliases: { mine: 'one/a' },
      resolveProvider: (name) => name.toLowerCase(),
      passthrough: (provider) => provider === 'four',
      defaultPreset: any.preset,
    });
  const { budgetUsd, chainLength, operatorConstraints, fallback, route } = any;
  const inputOf = (): SelectionInput =>
    sampleInput({
      profile: any.profile,
      requested: any.requested,
      target: resolve(any.requested),
      constraints: any.constraints,
      isConfigured: (provider) => any.providers.some((one) => one === provider),
      signals: { get: (model) => any.signals.get(formatModelRef(model)) },
      health: {
        last: (provider) =>
          provider === any.ill
            ? {
                provider,
                state: 'failing',
                checkedAt: new Date(now - 1000).toISOString(),
                latencyMs: 1,
                models: null,
                errorCode: null,
                message: 'no answer',
                remedy: null,
              }
            : undefined,
      },
      ...(operatorConstraints && { operatorConstraints }),
      ...(budgetUsd === undefined ? {} : { budgetUsd }),
      ...(chainLength === undefined ? {} : { chainLength }),
      ...(fallback && { fallbacks: [fallback] }),
      ...(route && { route }),
    });
  return { catalog, selector, inputOf, resolve };
}

/** A decision, or nothing where no model can take the request or its name means none. */
function decided(any: AnySelection) {
  const parts = made(any);
  try {
    const input = parts.inputOf();
    return { ...parts, input, decision: parts.selector.select(input) };
  } catch (error) {
    if (!LatticeError.isInstance(error)) throw error;
    expect(['LATTICE_NO_CANDIDATE', 'LATTICE_UNKNOWN_MODEL']).toContain(error.code);
    return null;
  }
}

const stored = (decision: Decision) => JSON.parse(JSON.stringify(decision)) as Decision;
const spellingsOf = (catalog: SampleCatalog, ref: ModelRef) =>
  modelSpellings(catalog.get(ref) ?? { ...ref, aliases: [] });

describe('whatever is asked, allowed, blocked and failing', () => {
  it('never is a blocked model reached, by choice, name, alias, fallback or a decision that was read back', () => {
    let reached = 0;
    let blocked = 0;
    fc.assert(
      fc.property(anySelection, anyCode, anyGuide, (any, code, later) => {
        const found = decided(any);
        if (found === null) return;
        const { catalog, selector, decision, input } = found;
        const open = new ModelSelector({ catalog, clock });
        const stricter = new ModelSelector({ catalog, clock, guide: later });
        const paths = (one: ModelSelector, from: Decision) =>
          [from, stored(from)].flatMap((each) => [
            ...one.getFallbackChain(each),
            ...from.chain.flatMap((failed) => one.getFallbackChain(each, { failed, code })),
          ]);
        const isBlocked = (guide: typeof any.guide) => (ref: ModelRef) =>
          guide.blocked.some(({ patterns }) => new ModelPatternSet(patterns).has(spellingsOf(catalog, ref)));
        const all = [decision.chosen, ...decision.chain, ...paths(selector, decision), selector.selectBestModel(input)];
        expect(all.filter(isBlocked(any.guide))).toEqual([]);
        // A decision made before the guide was, is not followed to what the guide blocks now.
        expect(paths(stricter, open.select(input)).filter(isBlocked(later))).toEqual([]);
        reached += all.length;
        blocked += decision.candidates.filter((one) => one.status === 'filtered' && one.filter === 'blocked').length;
      }),
      { numRuns: 700 },
    );
    expect(reached).toBeGreaterThan(300);
    expect(blocked).toBeGreaterThan(50);
  });

  it('every constraint holds for the chosen model and on every hop', () => {
    fc.assert(
      fc.property(anySelection, anyCode, (any, code) => {
        const found = decided(any);
        if (found === null) return;
        const { catalog, selector, decision } = found;
        const hops = [decision, stored(decision)].flatMap((one) =>
          decision.chain.flatMap((failed) => selector.getFallbackChain(one, { failed, code })),
        );
        for (const ref of [...decision.chain, ...hops]) {
          const routes = decision.mode === 'selected' ? any.route?.action.constraints : undefined;
          for (const constraints of [any.constraints, any.operatorConstraints ?? {}, routes ?? {}]) {
            expectKept(ref, constraints, any, catalog);
          }
          const ceilings = any.guide.ceilings.filter(({ task }) => task === null || task === any.profile.kind);
          for (const { maxCostUsd } of ceilings) expectKept(ref, { maxCostUsd }, any, catalog);
          if (any.budgetUsd !== undefined) expectKept(ref, { maxCostUsd: any.budgetUsd }, any, catalog);
          expect(any.providers).toContain(ref.provider);
          if (decision.mode === 'selected') expect(ref.provider).not.toBe(any.ill);
        }
      }),
      { numRuns: 700 },
    );
  });

  it('the terms add up to the score, and the margin is the distance to the best of the others', () => {
    fc.assert(
      fc.property(anySelection, (any) => {
        const decision = decided(any)?.decision;
        const ranked = decision?.candidates.filter((one) => one.status === 'ranked') ?? [];
        for (const one of ranked) {
          const sum = one.terms.reduce((total, { contribution }) => total + contribution, 0);
          expect(sum).toBeCloseTo(one.score, 12);
          for (const { weight, value, contribution } of one.terms) expect(contribution).toBe(weight * value);
          if (any.constraints.minQuality !== undefined)
            expect(one.quality?.value).toBeGreaterThanOrEqual(any.constraints.minQuality);
        }
        if (decision?.mode !== 'selected') return;
        const [first, ...others] = ranked;
        expect(formatModelRef(decision.chosen)).toBe(formatModelRef((first as { model: ModelRef }).model));
        const margin = others.length === 0 ? null : (first?.score ?? 0) - Math.max(...others.map((one) => one.score));
        expect(decision.margin).toBe(margin);
        const named = decision.route?.action.model;
        const isRouted = named !== undefined && formatModelRef(named) === formatModelRef(decision.chosen);
        if ((margin ?? 0) < 0 && !isRouted) expect(decision.guide?.[0]?.rule).toBe('pick');
      }),
      { numRuns: 500 },
    );
  });

  it('a route is followed exactly as far as the filters let it, and only where the caller named no model', () => {
    const seen = { followed: 0, out: 0, named: 0 };
    fc.assert(
      fc.property(anySelection, anyRoute, (any, route) => {
        const decision = decided({ ...any, route })?.decision;
        if (decision === undefined) return;
        const { model, preset } = route.action;
        if (decision.mode === 'explicit') {
          expect(decision.route).toBeUndefined();
          expect(decision).toMatchObject({ chain: decided({ ...any, route: undefined })?.decision.chain });
          seen.named += 1;
          return;
        }
        expect(decision.route).toEqual(route);
        if (preset !== undefined) expect(decision.preset).toBe(preset);
        if (model === undefined) return;
        const explained = decision.candidates.find((one) => formatModelRef(one.model) === formatModelRef(model));
        const isIn = explained?.status === 'ranked';
        expect(formatModelRef(decision.chosen) === formatModelRef(model)).toBe(isIn);
        if (!isIn) expect(decision.chain.map(formatModelRef)).not.toContain(formatModelRef(model));
        seen[isIn ? 'followed' : 'out'] += 1;
      }),
      { numRuns: 1500 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(4);
  });

  it('a replay under an unchanged configuration changes nothing, though what was seen of the models is gone', () => {
    let replayed = 0;
    fc.assert(
      fc.property(anySelection, fc.boolean(), (any, isStill) => {
        const found = decided(any);
        if (found === null) return;
        const { catalog, decision, resolve } = found;
        const { operatorConstraints = {} } = any;
        const report = replay([decision, stored(decision)], {
          catalog,
          scorer: new ModelScorer(),
          guide: any.guide,
          operatorConstraints,
          resolve,
          ...(isStill && { isConfigured: (provider: string) => any.providers.some((one) => one === provider) }),
        });
        expect(report).toMatchObject({ unchanged: 2, changed: 0, impossible: 0 });
        for (const one of report.decisions) {
          expect(one.now?.chain).toEqual(decision.chain);
          expect(one.cost.after).toBe(one.cost.before);
          const ranks = (of: Decision | null) =>
            of?.candidates.flatMap((each) =>
              each.status === 'ranked' ? [[formatModelRef(each.model), each.score]] : [],
            );
          expect(ranks(one.now)).toEqual(ranks(decision));
        }
        replayed += 1;
      }),
      { numRuns: 500 },
    );
    expect(replayed).toBeGreaterThan(60);
  });
});

/** The constraints once more, written down as plainly as they are promised. */
function expectKept(
  ref: ModelRef,
  constraints: SelectionInput['constraints'],
  any: AnySelection,
  catalog: SampleCatalog,
) {
  const { allow, deny = [], maxCostUsd = Infinity, minQuality, data } = constraints ?? {};
  const spellings = spellingsOf(catalog, ref);
  if (allow !== undefined) expect(new ModelPatternSet(allow).has(spellings)).toBe(true);
  expect(new ModelPatternSet(deny).has(spellings)).toBe(false);
  if (maxCostUsd !== Infinity) {
    const cost = expectedCostPicoUsd(catalog.priceAt(ref, now), any.profile);
    expect(cost).not.toBeNull();
    expect(Number(cost)).toBeLessThanOrEqual(maxCostUsd * 1e12);
  }
  if (minQuality !== undefined) {
    const model = catalog.get(ref) as ModelInfo;
    const weights = { fit: 1, cost: 0, latency: 0, reliability: 0 };
    const [scored] = new ModelScorer().score({
      models: [model],
      profile: any.profile,
      weights,
      priceOf: () => catalog.priceAt(ref, now),
    });
    expect(scored?.terms.find(({ name }) => name === 'fit')?.value).toBeGreaterThanOrEqual(minQuality);
  }
  if (data === undefined) return;
  const { regions = null, retentionDays = null, training = null } = catalog.dataPolicyOf(ref) ?? {};
  const isLenient = data.unknown === 'allow';
  const within = (region: string, list: readonly string[]) => list.some((one) => `${region}-`.startsWith(`${one}-`));
  if (data.allowRegions !== undefined) {
    expect(regions === null ? isLenient : regions.every((one) => within(one, data.allowRegions ?? []))).toBe(true);
  }
  if (data.denyRegions !== undefined && data.denyRegions.length > 0) {
    expect(
      regions === null ? isLenient : !regions.some((one) => one === 'global' || within(one, data.denyRegions ?? [])),
    ).toBe(true);
  }
  if (data.maxRetentionDays !== undefined) {
    expect(retentionDays === null ? isLenient : retentionDays <= data.maxRetentionDays).toBe(true);
  }
  if (data.allowTraining === false) expect(training === null ? isLenient : !training).toBe(true);
}

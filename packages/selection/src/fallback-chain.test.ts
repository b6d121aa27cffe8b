import { formatModelRef, parseModelRef, type ErrorCode, type ModelInfo, type ModelRef } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { guideLine, SampleCatalog, sampleGuide, sampleInput, sampleModel, usd } from './__fixtures__/sample-catalog.ts';
import { formatDecision, ModelSelector, type ModelSelectorOptions, type SelectionInput } from './index.ts';

const clock = { now: () => Date.parse('2026-11-20T12:00:00Z'), monotonic: () => 0, sleep: async () => undefined };
const ref = (name: string): ModelRef => parseModelRef(name) ?? { provider: '', model: '' };
const selectorOf = (models: readonly ModelInfo[], more: Partial<ModelSelectorOptions> = {}) =>
  new ModelSelector({ catalog: new SampleCatalog(models), clock, ...more });

function after(
  models: readonly ModelInfo[],
  failed: string,
  code: ErrorCode,
  more: Partial<SelectionInput> = {},
  options: Partial<ModelSelectorOptions> = {},
): readonly string[] {
  const selector = selectorOf(models, options);
  const input = sampleInput({
    requested: failed,
    target: { mode: 'explicit', model: ref(failed) },
    fallbacks: models.map(({ provider, model }) => ({ provider, model })),
    ...more,
  });
  return selector.getFallbackChain(selector.select(input), { failed: ref(failed), code }).map(formatModelRef);
}

describe('after a failure', () => {
  const context = (contextTokens: number | null) => ({ contextTokens });
  const sized = [
    sampleModel('one/a', context(50_000)),
    sampleModel('one/small', context(20_000)),
    sampleModel('one/same', context(50_000)),
    sampleModel('one/large', context(200_000)),
    sampleModel('two/larger', context(1_000_000)),
    sampleModel('two/unknown', context(null)),
  ];

  it('of a context that was too small, only larger ones follow', () => {
    expect(after(sized, 'one/a', 'LATTICE_CONTEXT_LENGTH')).toEqual(['one/large', 'two/larger', 'two/unknown']);
  });

  it('of a context nobody knows, those follow that hold what was sent', () => {
    const models = [
      sampleModel('one/a', context(null)),
      sampleModel('one/b', context(900)),
      sampleModel('two/c', context(5000)),
    ];
    expect(after(models, 'one/a', 'LATTICE_CONTEXT_LENGTH', { maxOutputTokens: 10 })).toEqual(['two/c']);
  });

  const priced = [
    sampleModel('one/a', {}, usd(1, 5)),
    sampleModel('one/dear', {}, usd(10, 50)),
    sampleModel('one/same', {}, usd(1, 5)),
    sampleModel('two/cheap', {}, usd(0.1, 0.5)),
    sampleModel('two/unknown', {}, null),
    sampleModel('one/cheaper', {}, usd(0.01, 0.05)),
  ];

  it('of the budget, only models follow that are known to be cheaper', () => {
    expect(after(priced, 'one/a', 'LATTICE_BUDGET')).toEqual(['two/cheap', 'one/cheaper']);
    expect(after(priced, 'two/unknown', 'LATTICE_BUDGET', { chainLength: 9 })).not.toContain('two/unknown');
    expect(after(priced, 'one/cheaper', 'LATTICE_BUDGET')).toEqual([]);
  });

  it.each<[ErrorCode, readonly string[]]>([
    ['LATTICE_OVERLOADED', ['two/cheap', 'two/unknown', 'one/dear', 'one/same', 'one/cheaper']],
    ['LATTICE_RATE_LIMIT', ['two/cheap', 'two/unknown', 'one/dear', 'one/same', 'one/cheaper']],
    ['LATTICE_AUTHENTICATION', ['two/cheap', 'two/unknown']],
    ['LATTICE_QUOTA', ['two/cheap', 'two/unknown']],
    ['LATTICE_NOT_FOUND', ['one/dear', 'one/same', 'two/cheap', 'two/unknown', 'one/cheaper']],
    ['LATTICE_INVALID_REQUEST', []],
    ['LATTICE_ABORTED', []],
  ])('with %s, the other provider comes as it should', (code, expected) => {
    expect(after(priced, 'one/a', code)).toEqual(expected);
  });

  it('for auto, models beyond the chain take the places, other vendors first', () => {
    const selector = selectorOf([...sized, sampleModel('three/also', context(500_000))]);
    const decision = selector.select(sampleInput({ chainLength: 4 }));
    const next = selector.getFallbackChain(decision, { failed: decision.chosen, code: 'LATTICE_CONTEXT_LENGTH' });
    expect(next.length).toBeGreaterThan(1);
    expect(next[0]?.provider).not.toBe(decision.chosen.provider);
  });
});

describe('a guide', () => {
  const models = [
    sampleModel('one/cheap', {}, usd(0.1, 0.4)),
    sampleModel('one/other', {}, usd(0.2, 0.8)),
    sampleModel('two/mid', {}, usd(0.3, 1)),
    sampleModel('three/dear', {}, usd(20, 90)),
  ];
  const step = (name: string) => ({ ...guideLine(name, 9), model: ref(name) });
  const chain = {
    head: guideLine('one/cheap', 9),
    next: [step('one/other'), step('three/dear')],
    place: 'guide.md:9:3',
  };
  const names = (refs: readonly ModelRef[]) => refs.map(formatModelRef);

  it('says what to take for a task, and the decision says which line', () => {
    const guide = sampleGuide({
      tasks: [{ task: 'qa', models: [guideLine('gone/x', 4), guideLine('three/*', 5)], place: 'guide.md:3:3' }],
    });
    const decision = selectorOf(models, { guide }).select(sampleInput());
    expect(names(decision.chain)).toEqual(['three/dear', 'one/cheap', 'two/mid']);
    expect(decision.guide).toEqual([{ rule: 'pick', place: 'guide.md:5:3', text: 'three/*' }]);
    expect(decision.margin).toBeLessThan(0);
    const text = formatDecision(decision, { columns: 200 });
    expect(text).toMatch(
      /the guide picks "three\/\*" for qa \(guide\.md:5:3\); its score is 0\.\d{3}, 0\.\d{3} behind/,
    );
    const code = sampleInput({ profile: { ...sampleInput().profile, kind: 'code' } });
    expect(selectorOf(models, { guide }).select(code).guide).toBeUndefined();
  });

  it('prefers by a bonus that is a term of the score, and is named where it decided', () => {
    const open = selectorOf(models).select(sampleInput());
    const guide = sampleGuide({ preferred: [guideLine('two/mid', 6)] });
    const decision = selectorOf(models, { guide }).select(sampleInput());
    expect([formatModelRef(open.chosen), formatModelRef(decision.chosen)]).toEqual(['one/cheap', 'two/mid']);
    expect(decision.guide).toEqual([{ rule: 'preferred', place: 'guide.md:6:3', text: 'two/mid' }]);
    const [first] = decision.candidates;
    expect(first?.status === 'ranked' && first.terms.at(-1)).toMatchObject({
      name: 'guide',
      contribution: 0.05,
      source: 'guide.md:6:3',
    });
    expect(formatDecision(decision, { columns: 200 })).toContain('Models that the guide prefers get 0.05 more.');
    const strong = selectorOf(models, { guide: sampleGuide({ preferred: [guideLine('three/dear')] }) }).select(
      sampleInput(),
    );
    expect(formatModelRef(strong.chosen)).toBe('one/cheap');
    expect(strong.guide).toBeUndefined();
  });

  it('says what follows a model, for auto and for a name, and a failure still decides', () => {
    const selector = selectorOf(models, { guide: sampleGuide({ chains: [chain] }) });
    const auto = selector.select(sampleInput());
    expect(names(auto.chain)).toEqual(['one/cheap', 'one/other', 'three/dear']);
    expect(auto.guide).toEqual([
      { rule: 'chain', place: 'guide.md:9:3', text: 'one/cheap -> one/other -> three/dear' },
    ]);
    const failed = auto.chosen;
    expect(names(selector.getFallbackChain(auto, { failed, code: 'LATTICE_NOT_FOUND' }))).toEqual([
      'one/other',
      'three/dear',
    ]);
    expect(names(selector.getFallbackChain(auto, { failed, code: 'LATTICE_QUOTA' }))).toEqual([
      'three/dear',
      'two/mid',
    ]);
    const explicit = sampleInput({ target: { mode: 'explicit', model: ref('one/cheap') } });
    expect(names(selector.select(explicit).chain)).toEqual(['one/cheap', 'one/other', 'three/dear']);
    const own = selector.select({ ...explicit, fallbacks: [ref('two/mid')] });
    expect(names(own.chain)).toEqual(['one/cheap', 'two/mid']);
    expect(own.guide).toBeUndefined();
    const denied = selector.select(sampleInput({ constraints: { deny: ['one/other'] } }));
    expect(names(denied.chain)).toEqual(['one/cheap', 'three/dear', 'two/mid']);
  });

  it('bounds what a request may cost, the lowest bound of all', () => {
    const ceilings = [
      { task: null, maxCostUsd: 0.01, text: '0.01', place: 'guide.md:7:3' },
      { task: 'qa', maxCostUsd: 0.0003, text: '0.0003', place: 'guide.md:8:3' },
    ] as const;
    const selector = selectorOf(models, { guide: sampleGuide({ ceilings }) });
    const decision = selector.select(sampleInput({ constraints: { maxCostUsd: 5 } }));
    const out = decision.candidates.flatMap((one) => (one.status === 'filtered' ? [one.reason] : []));
    expect(out[0]).toMatch(/at most \$0\.0003 \(guide\.md:8:3\) may be spent/);
    expect(decision.guide).toEqual([{ rule: 'ceiling', place: 'guide.md:8:3', text: '$0.0003' }]);
    expect(() => selector.select(sampleInput({ constraints: { maxCostUsd: 0.0001 } }))).toThrow(/4 by too-expensive/);
  });
});

describe('a decision that was read back', () => {
  const models = [sampleModel('one/a'), sampleModel('two/b'), sampleModel('three/c')];

  it('is asked by every filter as things are now', () => {
    const made = selectorOf(models).select(sampleInput({ constraints: { maxCostUsd: 1 } }));
    const stored = JSON.parse(JSON.stringify(made)) as typeof made;
    expect(selectorOf(models).getFallbackChain(stored)).toHaveLength(2);
    const second = formatModelRef(made.chain[1] as ModelRef);
    const blocked = selectorOf(models, { guide: sampleGuide({ blocked: [guideLine(second)] }) });
    expect(blocked.getFallbackChain(stored).map(formatModelRef)).not.toContain(second);
    const dearer = models.map((one) =>
      formatModelRef(one) === second ? sampleModel(second, {}, usd(9000, 9000)) : one,
    );
    expect(selectorOf(dearer).getFallbackChain(stored).map(formatModelRef)).not.toContain(second);
    const gone = selectorOf(models).getFallbackChain(stored, undefined, {
      isConfigured: (provider) => provider === 'one',
    });
    expect(gone.every(({ provider }) => provider === 'one')).toBe(true);
  });
});

import { formatModelRef, LatticeError, type DecisionRoute, type ModelRef } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { guideLine, SampleCatalog, sampleGuide, sampleInput, sampleModel, usd } from './__fixtures__/sample-catalog.ts';
import { explainDifference, formatDecision, ModelSelector, type SelectionInput } from './index.ts';

const catalog = new SampleCatalog([
  sampleModel('one/best', { reasoning: true }, usd(0.1, 0.4)),
  sampleModel('two/picked', {}, usd(1, 5)),
  sampleModel('three/routed', {}, usd(3, 15)),
  sampleModel('four/dear', {}, usd(30, 90)),
]);

const ref = (name: string): ModelRef => {
  const [provider = '', model = ''] = name.split('/');
  return { provider, model };
};

const route = (action: DecisionRoute['action']): DecisionRoute => ({
  name: 'refunds',
  place: 'routes.yaml:4:5',
  score: 0.612,
  threshold: 0.27,
  example: 'I want my money back',
  embedder: 'local',
  action,
});

const guide = sampleGuide({ tasks: [{ task: 'qa', models: [guideLine('two/picked', 9)], place: 'guide.md:9:3' }] });
const decide = (more: Partial<SelectionInput>, guided = false) =>
  new ModelSelector({ catalog, ...(guided && { guide }) }).select(sampleInput(more));
const explained = (more: Partial<SelectionInput>) => formatDecision(decide(more), { columns: 100 });

describe('a semantic route', () => {
  it('puts its model first, before what scores better and what the guide picks, which follow', () => {
    const decision = decide({ route: route({ model: ref('three/routed') }) }, true);
    expect(decision.chain.map(formatModelRef)).toEqual(['three/routed', 'two/picked', 'one/best']);
    expect(decision.margin).toBeLessThan(0);
    expect(decision.guide).toBeUndefined();
    expect(decide({}, true).chain.map(formatModelRef)[0]).toBe('two/picked');
  });

  it('takes over the weights of its preset and bounds every hop', () => {
    const decision = decide({ route: route({ preset: 'cheap', constraints: { deny: ['one/*'], allow: ['*/*d*'] } }) });
    expect(decision).toMatchObject({ preset: 'cheap', requested: 'auto' });
    expect(decision.chain.map(formatModelRef)).toEqual(['two/picked', 'three/routed', 'four/dear']);
  });

  it('says so where its bounds leave nothing', () => {
    const bounded = () => decide({ route: route({ constraints: { allow: ['nobody/*'] } }) });
    expect(bounded).toThrow(LatticeError);
    expect(bounded).toThrow(/The route "refunds" \(routes\.yaml:4:5\) takes it, whose bounds hold too\./);
  });

  it('is explained: what it asks for, how near the request is, and why its model is out', () => {
    const text = explained({ route: route({ model: ref('three/routed'), preset: 'best' }) });
    expect(text).toMatch(
      /^three\/routed\nChosen for auto \(best\): the route "refunds" names it; its score is 0\.\d{3}/,
    );
    expect(text).toContain('Route      refunds (routes.yaml:4:5): three/routed, preset best\n');
    expect(text).toContain('0.612 near "I want my money back"; from 0.270 on it is taken (local)');
    const out = explained({ route: route({ model: ref('three/routed') }), constraints: { deny: ['three/*'] } });
    expect(out).toMatch(/^one\/best\nChosen for auto \(balanced\) with the best score/);
    expect(out).toContain('its model is out: it is denied by "three/*"');
  });

  it('is the reason for which decisions differ', () => {
    const [without, with_] = [decide({}), decide({ route: route({ model: ref('three/routed') }) })];
    expect(explainDifference(without, with_)).toBe('the route "refunds" takes the request (routes.yaml:4:5)');
    expect(explainDifference(with_, without)).toBe('the route "refunds" no longer takes the request');
  });
});

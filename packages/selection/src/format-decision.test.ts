import type { AttemptRecord, Decision, ModelInfo } from '@lattice-lock/contract';
import { unknownUsage } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SampleCatalog, sampleInput, sampleModel, sampleProfile, usd } from './__fixtures__/sample-catalog.ts';
import { formatDecision, ModelSelector, type SelectionInput } from './index.ts';
import { displayWidth } from './text-width.ts';

const models = [
  sampleModel('one/nano', {}, usd(0.1, 0.4)),
  sampleModel('two/opus', { reasoning: true }, usd(10, 50)),
  sampleModel('three/unpriced', {}, null),
  sampleModel('four/old', { status: 'deprecated' }),
  sampleModel('four/older', { status: 'deprecated' }),
  sampleModel('five/painter', { output: ['image'] }),
];

function decide(list: readonly ModelInfo[] = models, more: Partial<SelectionInput> = {}): Decision {
  return new ModelSelector({ catalog: new SampleCatalog(list) }).select(sampleInput(more));
}

const widest = (text: string) => Math.max(...text.split('\n').map(displayWidth));

describe('formatDecision', () => {
  const text = formatDecision(decide(), { columns: 100 });

  it('begins with the chosen model and why in one sentence', () => {
    const [first, second] = text.split('\n');
    expect(first).toBe('one/nano');
    expect(second).toMatch(/^Chosen for auto \(balanced\) with the best score, 0\.\d{3}: 0\.\d{3} ahead of /);
    expect(text).toMatch(/mostly by cost\s\(\$0\.00022 expected against /);
  });

  it('shows the task with its evidence', () => {
    expect(text).toContain('Task       qa 55%, ');
    expect(text).toContain('Difficulty 0.30 of 1');
    expect(text).toContain('about 1000 tokens in, 300 out');
    expect(text).toContain('qa +1 ask-a-fact "what is"');
  });

  it('shows the candidates as an aligned table with their terms and cost', () => {
    const lines = text.split('\n');
    const head = lines.findIndex((line) => line.startsWith('#  model'));
    expect(lines[head - 1]).toBe('Candidates: 3 of 6 can take it');
    expect(lines[head]).toMatch(/^# {2}model +score +fit +cost +latency +reliability +expected$/);
    const rows = lines.slice(head + 1, head + 4);
    expect(rows.map((row) => row.slice(0, 2))).toEqual(['1 ', '2 ', '3 ']);
    const ends = rows.map((row) => row.search(/0\.\d{3}(?: |$)/));
    expect(new Set(ends).size).toBe(1);
    expect(text).toContain('unknown');
    expect(text).toMatch(/weighted sum: fit 0\.40, cost 0\.35, latency 0\.10, reliability 0\.15/);
  });

  it('groups what was filtered out, with counts, examples and reasons', () => {
    expect(text).toContain('Filtered out: 3');
    expect(text).toContain('2 deprecated, e.g. four/old: is deprecated');
    expect(text).toContain('1 output-not-text, e.g. five/painter: takes text and gives image');
  });

  it('says what quality is predicted of the best two, how surely, and what that rests on', () => {
    expect(text).toMatch(
      /^Quality {4}1\. one\/nano: 0\.\d\d \+- 0\.23; capability 0\.\d\d \(prior\) for difficulty 0\.30/m,
    );
    expect(text).toMatch(/^ {11}2\. /m);
    expect(text).toContain('fit-success-curve.mjs)');
  });

  it('ends with the fallbacks', () => {
    const [, second, third] = decide().chain;
    expect(text.trimEnd().split('\n').slice(-2)).toEqual([
      `Fallbacks  1. ${second?.provider}/${second?.model}`,
      `           2. ${third?.provider}/${third?.model}`,
    ]);
    expect(formatDecision(decide(models.slice(0, 1)), { columns: 100 })).toContain('Fallbacks  none');
  });

  it('says how a named model came to be, and which one it stands in for', () => {
    const target = { mode: 'explicit', model: { provider: 'five', model: 'painter' } } as const;
    const named = decide(models, {
      requested: 'five/painter',
      target,
      fallbacks: [{ provider: 'one', model: 'nano' }],
    });
    expect(formatDecision(named, { columns: 200 })).toContain(
      'The first named model that can take the request; five/painter: takes text',
    );
    const own = { mode: 'explicit', model: { provider: 'two', model: 'opus' } } as const;
    expect(formatDecision(decide(models, { requested: 'opus', target: own }), { columns: 100 })).toContain(
      'Named by the caller as "opus".',
    );
  });

  it('says that the simulator answers, and what was tried', () => {
    const attempt: AttemptRecord = {
      turn: 1,
      attempt: 1,
      model: { provider: 'one', model: 'nano' },
      status: 'failed',
      errorCode: 'LATTICE_OVERLOADED',
      errorMessage: 'busy',
      httpStatus: 529,
      startedAt: '2026-11-20T12:00:00Z',
      durationMs: 12.4,
      firstTokenMs: null,
      usage: unknownUsage,
      costNanoUsd: null,
    };
    const shown = formatDecision({ ...decide(models, { simulated: true }), attempts: [attempt] }, { columns: 100 });
    expect(shown).toContain('The simulator answers for it.');
    expect(shown).toContain('Attempts   1. one/nano: failed LATTICE_OVERLOADED after 12 ms');
  });

  it('reads the same from a decision that was stored', () => {
    const decision = decide();
    expect(formatDecision(JSON.parse(JSON.stringify(decision)) as Decision, { columns: 80 })).toBe(
      formatDecision(decision, { columns: 80 }),
    );
  });

  it('colours without changing the text', () => {
    const colored = formatDecision(decide(), { columns: 100, color: true });
    expect(colored).toContain('\u001b[1mone/nano\u001b[22m');
    expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(text);
  });

  it('is never wider than the terminal, whatever names and texts come in', () => {
    const name = fc.string({
      unit: fc.constantFrom(
        'a',
        'B',
        '-',
        '.',
        '模',
        '型',
        'é',
        'e\u0301',
        '😀',
        '\u001b',
        '\n',
        '\t',
        '\u202e',
        '한',
        'ｱ',
        '\ud800',
      ),
      minLength: 1,
      maxLength: 60,
    });
    const match = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(name, { minLength: 1, maxLength: 12 }),
        name,
        match,
        fc.integer({ min: 20, max: 140 }),
        (ids, requested, shown, columns) => {
          const list = [...new Set(ids)].map((id, index) =>
            sampleModel(`one/${id}`, index % 3 === 2 ? { status: 'deprecated' } : {}),
          );
          const profile = sampleProfile({ evidence: [{ id: 'x', kind: 'math', weight: -0.123456, match: shown }] });
          const output = formatDecision(decide(list, { requested, profile }), { columns });
          expect(widest(output)).toBeLessThanOrEqual(columns);
          expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each([100, 80, 60, 40, 20])('keeps rank, name and score in %i columns', (columns) => {
    const output = formatDecision(decide(), { columns });
    expect(widest(output)).toBeLessThanOrEqual(columns);
    expect(output).toMatch(/\n1 +\S+ +0\.\d{3}/);
  });
});

describe('the width of a text', () => {
  it.each([
    ['abc', 3],
    ['模型', 4],
    ['한글', 4],
    ['ｱ', 1],
    ['Ａ', 2],
    ['e\u0301', 1],
    ['😀', 2],
    ['', 0],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

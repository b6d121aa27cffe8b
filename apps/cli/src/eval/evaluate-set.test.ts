import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BatchAnswer } from '../router/batch-router.ts';
import type { BatchRequest, ModelPair } from '../router/batch-request.ts';
import { intervalOf } from './cluster-bootstrap.ts';
import { averageQuality } from './cost-hull.ts';
import { evaluateSet } from './evaluate-set.ts';
import { baselineNames, type SetReport } from './evaluation-report.ts';
import { readEvaluationRow, type EvaluationRow } from './evaluation-row.ts';
import { GainRanking } from './gain-curve.ts';
import { pairMetrics } from './pair-metrics.ts';
import { routeRows } from './routed-set.ts';

function rowsOf(lines: readonly object[]): readonly EvaluationRow[] {
  return lines.map((line, at) =>
    readEvaluationRow({ number: at + 1, text: JSON.stringify(line) }, 'rows.jsonl', 'rows'),
  );
}

/** A router that says the same of the same prompt and model, and knows nothing. */
const hashRouter = {
  answer({ id, prompt, models = [], pairs }: BatchRequest): BatchAnswer {
    const figure = (text: string) => {
      let hash = 7;
      for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
      // Few steps, so that there are ties.
      return (hash % 23) / 23;
    };
    const q = Object.fromEntries(models.map((model) => [model, figure(prompt + model)]));
    const strong = Object.fromEntries(
      pairs.map((pair) => [`${pair.strong}|${pair.weak}`, figure(pair.strong + prompt)]),
    );
    return { id, task: 'qa', domain: 'law', difficulty: 0.5, strong, q, ranking: models };
  },
};

function evaluated(rows: readonly EvaluationRow[], pairs: readonly ModelPair[], draws = 0): SetReport {
  const set = { name: 'rows', rows, isJudged: false };
  const routed = routeRows(set, pairs, hashRouter, () => undefined);
  return evaluateSet(set, pairs, routed, { baselines: baselineNames, draws, seed: 1 });
}

describe('pairs, by hand', () => {
  /** Ten prompts; the strong model is right on all, the weak one on the last five. */
  const gains = Float64Array.from([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  const even = new Uint8Array(10).fill(1);

  it('sends what gains first: half of the calls recover everything', () => {
    const perfect = new GainRanking([9, 8, 7, 6, 5, 4, 3, 2, 1, 0], gains);
    // PGR at 0, 10, ... 100 %: 0 .2 .4 .6 .8 1 1 1 1 1 1; trapezoids: .5 + .5 * .5
    expect(pairMetrics(perfect, even)).toEqual({
      apgr: expect.closeTo(0.75, 12),
      cpt50: expect.closeTo(25, 12),
      cpt80: expect.closeTo(40, 12),
    });
    const worst = new GainRanking([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], gains);
    expect(pairMetrics(worst, even)).toEqual({
      apgr: expect.closeTo(0.25, 12),
      cpt50: expect.closeTo(75, 12),
      cpt80: expect.closeTo(90, 12),
    });
  });

  it('is at chance where all prompts are held equal, in whatever order they stand', () => {
    const chance = { apgr: expect.closeTo(0.5, 12), cpt50: expect.closeTo(50, 9), cpt80: expect.closeTo(80, 9) };
    expect(pairMetrics(new GainRanking(new Float64Array(10), gains), even)).toEqual(chance);
    expect(pairMetrics(new GainRanking(new Float64Array(10), gains.toReversed()), even)).toEqual(chance);
  });

  it('counts a prompt as often as its weight says', () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -1, max: 2 }), fc.nat(3)), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(values, (rows) => {
        const column = (at: 0 | 1 | 2) => Float64Array.from(rows, (row) => row[at]);
        const repeated = rows.flatMap((row) => Array.from({ length: row[2] }, () => row));
        const weighted = new GainRanking(column(0), column(1)).curve(column(2));
        const long = new GainRanking(
          repeated.map(([opinion]) => opinion),
          Float64Array.from(repeated, ([, gain]) => gain),
        ).curve(new Uint8Array(repeated.length).fill(1));
        for (const [at, value] of long.entries()) expect(weighted[at]).toBeCloseTo(value, 9);
      }),
    );
  });

  it('says that there is no gap where the strong model is not better', () => {
    const rows = rowsOf([{ prompt: 'a', outcomes: { big: { score: 0 }, small: { score: 1 } } }]);
    const report = evaluated(rows, [{ strong: 'big', weak: 'small' }]);
    expect(report.pairs).toEqual([]);
    expect(report.notes).toEqual([expect.stringContaining('big is no better than small')]);
  });
});

describe('pools, by hand', () => {
  it('averages the hull over the costs', () => {
    const points = [
      { cost: 1, quality: 0.4 },
      { cost: 3, quality: 0.8 },
      { cost: 2, quality: 0.5 },
      { cost: 5, quality: 0.7 },
    ];
    // From 1 to 3 a line from .4 to .8 (mean .6), from 3 to 5 level at .8.
    expect(averageQuality(points, 1, 5)).toBeCloseTo(0.7, 12);
    expect(averageQuality(points, 0, 5)).toBeCloseTo(0.56, 12);
    expect(averageQuality(points, 1, 1)).toBeNaN();
  });

  it('compares with the best single model, the cheapest, the categories and the oracle', () => {
    const row = (at: number) => ({
      prompt: `prompt ${at}`,
      category: at % 2 === 0 ? 'even' : 'odd',
      cluster: `c${at}`,
      outcomes: {
        dear: { score: at % 2 === 0 ? 1 : 0.5, cost: 0.02 },
        cheap: { score: at % 2 === 0 ? 0 : 1, cost: 0.001 },
      },
    });
    const report = evaluated(rowsOf(Array.from({ length: 100 }, (_, at) => row(at))), [], 50);
    const [pool] = report.pools;
    const of = (judge: string) => pool?.results.find((one) => one.judge === judge);
    expect(pool).toMatchObject({ rows: 100, bestSingle: 'dear', oracleQuality: 1 });
    expect(of('best-single')).toMatchObject({ quality: 0.75, cost: expect.closeTo(0.02, 12), gapClosed: 0 });
    expect(of('cheapest')).toMatchObject({ quality: 0.5, cost: expect.closeTo(0.001, 12) });
    expect(of('random')).toMatchObject({ quality: 0.625 });
    expect(of('category')).toMatchObject({ quality: 1, gapClosed: 1, overBestSingle: { value: 0.25 } });
    expect(of('category')?.costAtBestSingle).toBeLessThanOrEqual(0.525);
    expect(of('oracle')?.aiq).toBeGreaterThan(pool?.zeroRouterAiq ?? 1);
    expect(of('router')?.interval?.[0]).toBeLessThan(of('router')?.quality ?? 0);
  });
});

describe('task kinds, by hand', () => {
  it('counts accuracy, macro-F1 and what was taken for what', () => {
    const rows = rowsOf([
      { prompt: 'a', label: 'qa', source: 'one' },
      { prompt: 'b', label: 'qa', source: 'one' },
      { prompt: 'c', label: 'code', source: 'two' },
      { prompt: 'd', label: 'math', source: 'two', domain: 'law' },
    ]);
    const { tasks, domains } = evaluated(rows, []);
    // All are told qa: F1 of qa is 2 * 2 / (2 * 2 + 2), of the others 0.
    expect(tasks).toMatchObject({ rows: 4, accuracy: 0.5, majority: 0.5, accuracyInterval: null });
    expect(tasks?.macroF1).toBeCloseTo(4 / 6 / 3, 12);
    expect(tasks?.sources).toEqual([
      { source: 'one', rows: 2, accuracy: 1 },
      { source: 'two', rows: 2, accuracy: 0 },
    ]);
    expect(JSON.parse(JSON.stringify(tasks?.confusion))).toEqual({ qa: { qa: 2 }, code: { qa: 1 }, math: { qa: 1 } });
    expect(domains).toMatchObject({ rows: 1, accuracy: 1 });
  });
});

describe('intervals', () => {
  it('are the percentiles of what could be measured, and none of too little', () => {
    expect(intervalOf(Array.from({ length: 200 }, (_, at) => at))).toEqual([5, 195]);
    expect(intervalOf([NaN, ...Array.from({ length: 19 }, (_, at) => at)])).toBeNull();
  });

  it('are drawn by cluster: rows that go together give no false certainty', () => {
    const row = (at: number, cluster: string) => ({
      prompt: 'x'.repeat(1 + (at % 7)),
      cluster,
      outcomes: { big: { score: 1 }, small: { score: (at * 7) % 10 < 4 ? 0 : 1 } },
    });
    const width = (clusters: number) => {
      const rows = rowsOf(Array.from({ length: 400 }, (_, at) => row(at % clusters, `c${at % clusters}`)));
      const [low = 0, high = 0] =
        evaluated(rows, [{ strong: 'big', weak: 'small' }], 200).pairs[0]?.results.find(
          ({ judge }) => judge === 'length',
        )?.interval ?? [];
      return high - low;
    };
    expect(width(40)).toBeGreaterThan(2 * width(400));
  });
});

const shared = fileURLToPath(new URL('../../../../../shared/data/routing', import.meta.url));

describe.skipIf(!existsSync(path.join(shared, 'eval.mjs')))('beside the shared evaluation', () => {
  const sets: readonly (readonly [string, readonly ModelPair[]])[] = [
    ['math-l5', [{ strong: 'claude-3-5-sonnet-20241022', weak: 'claude-3-haiku-20240307' }]],
    ['ulab', [{ strong: 'llama-3.1-nemotron-51b-instruct', weak: 'mistral-7b-instruct-v0.3' }]],
  ];

  it.each(sets)('the figures of %s are the same', (name, pairs) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lattice-eval-'));
    try {
      const text = gunzipSync(readFileSync(path.join(shared, 'dev', `${name}.jsonl.gz`))).toString();
      const lines = text.trim().split('\n').slice(0, 300);
      mkdirSync(path.join(folder, 'dev'));
      writeFileSync(path.join(folder, 'dev', `${name}.jsonl.gz`), gzipSync(lines.join('\n')));
      const rows = lines.map((line, at) => readEvaluationRow({ number: at + 1, text: line }, name, name));
      const answers = routeRows({ name, rows, isJudged: false }, pairs, hashRouter, () => undefined);
      const decisions = path.join(folder, 'decisions.jsonl');
      writeFileSync(decisions, [...answers.values()].map((one) => JSON.stringify(one)).join('\n'));
      const json = path.join(folder, 'report.json');
      const flags = ['--split', 'dev', '--datasets', name, '--boot', '0', '--no-baselines', '--json', json];
      const args = ['--data', folder, '--decisions', decisions, ...flags];
      execFileSync(process.execPath, [path.join(shared, 'eval.mjs'), ...args], { stdio: 'ignore' });
      compare(evaluated(rows, pairs), JSON.parse(readFileSync(json, 'utf8')) as SharedReport);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

interface SharedReport {
  readonly pairs: readonly {
    readonly strong?: string;
    readonly weak?: string;
    readonly router: string;
    readonly apgr: number;
    readonly cpt50: number;
    readonly cpt80: number;
  }[];
  readonly multi: readonly {
    readonly costed: boolean;
    readonly router: string;
    readonly quality?: number;
    readonly closed?: number;
    readonly aiq?: number;
    readonly oracle: number;
  }[];
}

const sharedNames = { router: 'ROUTER UNDER TEST', length: 'prompt-length', oracle: 'oracle' } as const;

function compare(ours: SetReport, theirs: SharedReport): void {
  expect(ours.pairs).toHaveLength(1);
  for (const { strong, weak, results } of ours.pairs) {
    for (const [judge, router] of Object.entries(sharedNames)) {
      const mine = results.find((one) => one.judge === judge);
      const other = theirs.pairs.find((one) => one.router === router && one.strong === strong && one.weak === weak);
      expect(mine?.apgr).toBeCloseTo(other?.apgr ?? NaN, 9);
      expect(mine?.cpt50).toBeCloseTo(other?.cpt50 ?? NaN, 7);
      expect(mine?.cpt80).toBeCloseTo(other?.cpt80 ?? NaN, 7);
    }
  }
  expect(ours.pools.length).toBeGreaterThan(0);
  for (const { results, zeroRouterAiq, oracleQuality } of ours.pools) {
    const costed = zeroRouterAiq !== null;
    const their = (router: string) => theirs.multi.find((one) => one.costed === costed && one.router === router);
    for (const judge of ['router', 'oracle'] as const) {
      const mine = results.find((one) => one.judge === judge);
      const other = their(sharedNames[judge]);
      expect(mine?.quality).toBeCloseTo(other?.quality ?? NaN, 9);
      expect(mine?.gapClosed).toBeCloseTo(other?.closed ?? NaN, 9);
      expect(oracleQuality).toBeCloseTo(other?.oracle ?? NaN, 9);
      // Theirs is summed over 2000 steps, ours is exact.
      if (costed) expect(mine?.aiq).toBeCloseTo(other?.aiq ?? NaN, 3);
    }
    if (costed) expect(zeroRouterAiq).toBeCloseTo(their('zero router')?.aiq ?? NaN, 3);
  }
}

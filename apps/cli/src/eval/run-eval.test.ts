import { createTaskAnalyzer } from '@lattice-lock/analysis';
import { textFigureNames } from '@lattice-lock/analysis/training';
import { trainQualityModel } from '@lattice-lock/scoring/training';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { taskKinds } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { shippedSetFolder } from '../eval-data.ts';
import { readEvaluationRow } from './evaluation-row.ts';
import { promptChanges } from './prompt-changes.ts';
import { seededRandom } from './seeded-random.ts';
import type { EvaluationReport } from './evaluation-report.ts';

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

function run(args: readonly string[], options: CliRunOptions = {}) {
  return runInProcess(['eval', ...args], { cwd: place.folder, ...options });
}

async function reported(...args: readonly string[]): Promise<EvaluationReport> {
  const { exitCode, out, err } = await run([...args, '--json', '-']);
  expect(exitCode, err).toBe(exitCodes.ok);
  return JSON.parse(out) as EvaluationReport;
}

function write(name: string, rows: readonly object[]): void {
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  writeFileSync(place.path(name), name.endsWith('.gz') ? gzipSync(text) : text);
}

/** Long prompts need the dear model. */
function outcomeRows(count: number): readonly object[] {
  return Array.from({ length: count }, (_, at) => ({
    id: at,
    prompt: `Why ${'and why '.repeat(at % 10)}?`,
    category: at % 2 === 0 ? 'even' : 'odd',
    outcomes: { dear: { score: 1, cost: 0.01 }, cheap: { score: at % 10 > 4 ? 0 : 1, cost: 0.001 } },
  }));
}

/** What is learnt from outcomes in which the dear model never fails and the cheap one always does. */
async function learntQuality() {
  const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
  const rows = Array.from({ length: 80 }, (_, at) => ({
    dataset: 'own',
    category: at % 2 === 0 ? 'even' : 'odd',
    cluster: String(at),
    outcomes: { dear: { score: 1 }, cheap: { score: 0 } },
    profile: analyzer.analyze({ messages: [{ role: 'user', content: `Why ${'and why '.repeat(at % 10)}?` }] }),
  }));
  return trainQualityModel(rows, { denseNames: textFigureNames, seed: 1 }).model;
}

describe('lattice eval', () => {
  it('runs the shipped set where nothing else is named, offline, and says whose judgement it is', async () => {
    const { exitCode, out, err } = await run(['--boot', '40']);
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(out).toMatch(/lattice-own {2}\d{3} prompts, \d{3} clusters; levels are authors' judgements/);
    expect(out).toMatch(/ROUTER UNDER TEST +0\.\d{3} {2}\[0\.\d{3}, 0\.\d{3}\]/);
    expect(out).toMatch(/accuracy +0\.\d{3} {2}\[/);
    expect(err).toContain('router: built-in; seed 1');
  });

  it('gives the same report for the same seed, and other intervals for another', async () => {
    write('own.jsonl', outcomeRows(60));
    const [first, again, other] = [
      await reported('own.jsonl'),
      await reported('own.jsonl'),
      await reported('own.jsonl', '--seed', '2'),
    ];
    expect(again).toEqual(first);
    const intervals = (report: EvaluationReport) => report.sets[0]?.pairs[0]?.results.map(({ interval }) => interval);
    expect(intervals(other)).not.toEqual(intervals(first));
    expect(intervals(await reported('own.jsonl', '--boot', '0'))?.every((one) => one === null)).toBe(true);
  });

  it('compares the best model with the cheapest of each set, or those that are named', async () => {
    write('a.jsonl.gz', outcomeRows(40));
    write('b.jsonl', [
      ...outcomeRows(30).map((row) => ({ ...row, dataset: 'own' })),
      { prompt: 'Translate "cat" to French', label: 'translation', dataset: 'labels' },
    ]);
    const report = await reported('.', '--boot', '20');
    expect(report.sets.map(({ set, rows }) => [set, rows])).toEqual([
      ['a', 40],
      ['own', 30],
      ['labels', 1],
    ]);
    expect(report.sets[0]?.pairs[0]).toMatchObject({ strong: 'dear', weak: 'cheap', rows: 40 });
    const length = report.sets[0]?.pairs[0]?.results.find(({ judge }) => judge === 'length');
    expect(length?.apgr).toBeGreaterThan(0.7);
    expect(report.sets[2]?.tasks).toMatchObject({ rows: 1, accuracy: 1 });
    const turned = await reported(
      'a.jsonl.gz',
      '--pair',
      'dear,cheap',
      '--pair',
      'cheap,dear',
      '--baselines',
      'length',
    );
    expect(turned.sets[0]?.pairs).toHaveLength(1);
    expect(turned.sets[0]?.notes).toContain('cheap is no better than dear here: there is no gap to recover.');
    expect(turned.sets[0]?.pairs[0]?.results.map(({ judge }) => judge)).toEqual(['length', 'router']);
    const none = await run(['b.jsonl', '--pair', 'dear,stranger']);
    expect(none).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('There are dear, cheap.') });
  });

  it('makes outcomes of levels, reads conversations, and leaves contaminated outcomes out', async () => {
    const row = (prompt: string, level: string) => ({ prompt, level });
    write('levels.jsonl', [
      row('hi', 'small'),
      { ...row('and now?', 'small'), history: [{ role: 'user', content: 'Translate to French: cat' }] },
      row('Explain the proof of the prime number theorem in detail', 'large'),
      row('Write a parser', 'medium'),
      { ...row('A long prompt that everybody knows by heart', 'large'), contaminated: true },
    ]);
    const [set] = (await reported('levels.jsonl', '--boot', '0')).sets;
    expect(set).toMatchObject({ judged: true, rows: 5, pools: [] });
    expect(set?.pairs.map(({ strong, weak, rows, weakQuality }) => [strong, weak, rows, weakQuality])).toEqual([
      ['large', 'small', 4, 0.5],
      ['large', 'medium', 4, 0.75],
    ]);
    expect(set?.notes).toContain('Prompts marked contaminated, whose outcomes do not count: 1.');
  });

  it('uses the router of the project, or the one that is named', async () => {
    write('own.jsonl', outcomeRows(80));
    const router = { format: 'lattice-router', version: 1, createdAt: '2026-11-20T00:00:00.000Z', provenance: {} };
    writeFileSync(place.path('router.json'), JSON.stringify({ ...router, quality: await learntQuality() }));
    const learned = await reported('own.jsonl', '--router', 'router.json');
    expect(learned.router).toBe('router.json');
    expect(learned.sets[0]?.pools[0]?.results.find(({ judge }) => judge === 'router')?.quality).toBe(1);
    writeFileSync(place.path('lattice.yaml'), 'routing: { model: router.json }\n');
    expect(await reported('own.jsonl')).toEqual(learned);
    const builtIn = await reported('own.jsonl', '--router', 'built-in');
    expect(builtIn).toMatchObject({ router: 'built-in', sets: [{ pools: [] }] });
    expect(builtIn.sets[0]?.notes).toEqual([expect.stringContaining('knows none of them')]);
    const missing = await run(['own.jsonl', '--router', 'absent.json']);
    expect(missing).toMatchObject({ exitCode: exitCodes.configuration, err: expect.stringContaining('absent.json') });
  });
});

describe('the shipped set', () => {
  const rows = readFileSync(path.join(shippedSetFolder, 'lattice-own.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((text, at) => readEvaluationRow({ number: at + 1, text }, 'lattice-own.jsonl', 'lattice-own'));

  it('holds at least 200 prompts, each once, of every kind and level', () => {
    expect(rows.length).toBeGreaterThanOrEqual(200);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
    expect(new Set(rows.map(({ prompt, history }) => JSON.stringify([history, prompt]))).size).toBe(rows.length);
    for (const kind of taskKinds) expect(rows.filter(({ label }) => label === kind).length, kind).toBeGreaterThan(15);
    const failing = (model: string) => rows.filter(({ outcomes }) => outcomes[model]?.score === 0).length;
    expect([failing('large'), failing('medium') > 30, failing('small') > 100]).toEqual([0, true, true]);
  });

  it('names domains in the words of the analyser, and has conversations, tools and other languages', async () => {
    const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
    const { domains } = analyzer.analyze({ messages: [{ role: 'user', content: 'hi' }] });
    expect(rows.filter(({ domain = '' }) => domains[domain] === undefined)).toEqual([]);
    expect(rows.filter(({ history }) => history.length > 0).length).toBeGreaterThan(5);
    expect(rows.filter(({ tools }) => tools.length > 0).length).toBeGreaterThan(15);
    expect(rows.filter(({ prompt }) => /[\u0400-\u9fff]/.test(prompt)).length).toBeGreaterThan(10);
  });
});

describe('the bounds of --min', () => {
  it('end with 1 when one is missed, or was not measured', async () => {
    write('own.jsonl', outcomeRows(60));
    const met = await run(['own.jsonl', '--boot', '0', '--min', 'apgr=-1,over-length=-1']);
    expect(met).toMatchObject({ exitCode: exitCodes.ok, out: expect.stringMatching(/met +apgr -?0\.\d+ \(own, dear/) });
    const missed = await run(['own.jsonl', '--boot', '0', '--min', 'apgr=-1', '--min', 'over-length=.9']);
    expect(missed).toMatchObject({ exitCode: exitCodes.failed, out: expect.stringMatching(/missed +over-length/) });
    const absent = await run(['own.jsonl', '--boot', '0', '--min', 'accuracy=.1']);
    expect(absent).toMatchObject({ exitCode: exitCodes.failed, out: expect.stringContaining('no set has it') });
  });

  it.each(['speed=1', 'apgr', 'apgr=x', 'apgr=2'])('are refused where they cannot be read: %s', async (bound) => {
    expect((await run(['--min', bound])).exitCode).toBe(exitCodes.usage);
  });
});

describe('rows that cannot be read', () => {
  it.each([
    [{ prompt: 'a' }, 'nothing to measure'],
    [{ label: 'code' }, '"prompt" is missing'],
    [{ prompt: 'a', label: 'poetry' }, 'the label "poetry" is no task kind'],
    [{ prompt: 'a', level: 'huge' }, '"level" must be one of small, medium, large'],
    [{ prompt: 'a', outcomes: { m: { score: 2 } } }, 'the score of "m" must be a number from 0 to 1'],
    [{ prompt: 'a', outcomes: { m: { score: 1, cost: '3' } } }, 'the cost of "m"'],
    [{ prompt: 'a', outcomes: [] }, '"outcomes" must be an object'],
    [{ prompt: 'a', label: 'qa', tools: 'x' }, '"tools" must be a list'],
    [{ prompt: 'a', label: 'qa', history: [{ role: 'tool' }] }, '"history" must be a list'],
    [{ prompt: 'a', label: 'qa', id: {} }, '"id" must be'],
  ])('are named by file and line: %j', async (row, said) => {
    write('own.jsonl', [{ prompt: 'fine', label: 'qa' }, row]);
    const { exitCode, err } = await run(['own.jsonl']);
    expect(exitCode).toBe(exitCodes.usage);
    expect(err).toContain(`own.jsonl, line 2: `);
    expect(err).toContain(said);
  });

  it('and files that are not there or would be overwritten', async () => {
    expect(await run(['absent.jsonl'])).toMatchObject({
      exitCode: exitCodes.usage,
      err: expect.stringContaining('absent.jsonl cannot be read'),
    });
    write('own.jsonl', outcomeRows(2));
    const before = readFileSync(place.path('own.jsonl'), 'utf8');
    expect((await run(['--json', 'own.jsonl'])).exitCode).toBe(exitCodes.usage);
    expect(readFileSync(place.path('own.jsonl'), 'utf8')).toBe(before);
    expect((await run(['own.jsonl', '--html', 'no/such/folder/x.html'])).err).toContain('cannot be written');
  });
});

describe('the HTML report', () => {
  it('is one file that loads and runs nothing, and escapes what others wrote', async () => {
    const evil = '<script>alert(1)</script>"\'&\u202e';
    const outcomes = { dear: { score: 1 }, [evil]: { score: 0 } };
    write('own.jsonl', [
      ...outcomeRows(30).map((row) => ({ ...row, dataset: evil, outcomes })),
      { prompt: evil, dataset: evil, label: 'qa', source: evil, outcomes },
      { prompt: 'b', dataset: evil, label: 'code', source: 'other', outcomes },
    ]);
    const { exitCode, err } = await run([
      'own.jsonl',
      '--html',
      'report.html',
      '--json',
      'report.json',
      '--min',
      'apgr=-1',
    ]);
    expect(exitCode, err).toBe(exitCodes.ok);
    const page = readFileSync(place.path('report.html'), 'utf8');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\bon\w+=|url\(|https?:\/\//i);
    expect(page).not.toContain('\u202e');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
    expect(page).toMatch(/<svg viewBox/);
    expect(page).toContain('prefers-color-scheme: dark');
    expect(page).toContain('@media print');
    expect(page).toContain('>met<');
    const report = JSON.parse(readFileSync(place.path('report.json'), 'utf8')) as EvaluationReport;
    expect(report.sets[0]?.set).toBe(evil);
  });

  it('draws quality by cost where costs are known', async () => {
    const text = JSON.stringify(outcomeRows(40))
      .replaceAll('"dear"', '"gpt-4.1"')
      .replaceAll('"cheap"', '"gpt-4.1-nano"');
    write('own.jsonl', JSON.parse(text) as readonly object[]);
    expect((await run(['own.jsonl', '--boot', '20', '--html', 'report.html'])).exitCode).toBe(exitCodes.ok);
    const page = readFileSync(place.path('report.html'), 'utf8');
    expect(page).toContain('US dollars per 1000 prompts');
    expect(page).toContain('<circle');
    expect(page).toContain('calls to the strong model');
  });
});

describe('--stability', () => {
  it('says how often a decision stays after changes that change nothing', async () => {
    const prompts = ['Translate to French: good morning', 'Write a poem about the sea', 'What is 17 times 24?'];
    const outcomes = { 'gpt-4.1': { score: 1 }, 'gpt-4.1-nano': { score: 0 } };
    write(
      'own.jsonl',
      prompts.map((prompt) => ({ prompt, outcomes })),
    );
    const [set] = (await reported('own.jsonl', '--boot', '0', '--stability')).sets;
    expect(set?.stability?.map(({ change }) => change)).toContain('two typing errors');
    for (const { change, sameModel } of set?.stability ?? []) expect(sameModel, change).toBe(1);
    expect(set?.stability?.find(({ change }) => change === 'upper case')).toMatchObject({ sameTask: 1, sameDomain: 1 });
    const { out } = await run(['own.jsonl', '--boot', '0', '--stability', '--html', 'report.html']);
    expect(out).toMatch(/polite wrapper +1\.000/);
    expect(readFileSync(place.path('report.html'), 'utf8')).toContain('The same after');
  });

  it.each(promptChanges)('$name is the same for the same seed, and leaves no prompt empty', ({ apply }) => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (prompt, seed) => {
        const once = apply(prompt, seededRandom(seed));
        expect(apply(prompt, seededRandom(seed))).toBe(once);
        if (prompt !== '') expect(once).not.toBe('');
      }),
    );
    const changed = apply('Why is the sky\nblue', seededRandom(3));
    expect(changed).not.toBe('Why is the sky\nblue');
    expect(changed.toLowerCase()).toContain('why');
  });
});

describe('progress', () => {
  it('shows on a terminal and goes away; elsewhere there is none', async () => {
    write('own.jsonl', outcomeRows(120));
    const shown = await run(['own.jsonl', '--boot', '0'], { terminalColumns: 100 });
    expect(shown.err).toContain('own: 100 of 120 prompts');
    const quiet = await run(['own.jsonl', '--boot', '0']);
    expect(quiet.err).not.toContain('\u001b');
    expect(quiet.err).not.toContain('of 120');
  });
});

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

function run(args: readonly string[], options: CliRunOptions = {}) {
  return runInProcess(args, { cwd: place.folder, ...options });
}

const law = ['contract', 'statute', 'plaintiff', 'verdict', 'tort', 'appeal', 'jury', 'testimony', 'lease', 'warrant'];
const physics = [
  'velocity',
  'photon',
  'momentum',
  'voltage',
  'orbit',
  'friction',
  'magnet',
  'pulley',
  'lens',
  'neutron',
];

/** Rows on which `jurist` wins in law and `physicist` in physics. */
function outcomeRows(count: number): readonly object[] {
  return Array.from({ length: count }, (_, at) => {
    const isLaw = at % 2 === 0;
    const words = isLaw ? law : physics;
    const word = (step: number) => words[(at * step + step) % words.length] ?? '';
    return {
      id: String(at),
      dataset: 'exam',
      category: isLaw ? 'law' : 'physics',
      prompt: `What does the ${word(3)} say about the ${word(7)} and the ${word(1)} in case ${at}?`,
      outcomes: { jurist: { score: isLaw ? 1 : 0 }, physicist: { score: isLaw ? 0 : 1 } },
    };
  });
}

function jsonl(rows: readonly object[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

async function trainExam(): Promise<void> {
  writeFileSync(place.path('outcomes.jsonl'), jsonl(outcomeRows(240)));
  const { exitCode, err } = await run(['train', '--outcomes', 'outcomes.jsonl', '--out', 'router.json']);
  expect(exitCode, err).toBe(exitCodes.ok);
}

interface Answer {
  readonly id: string;
  readonly strong: Readonly<Record<string, number>>;
  readonly q: Readonly<Record<string, number>>;
  readonly ranking: readonly string[];
}

function answersOf(out: string): readonly Answer[] {
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

const lawPrompt = 'What does the statute say about the verdict and the plaintiff?';

describe('lattice train', () => {
  it('learns from a file what "lattice route --jsonl" then uses, and reports how it does', async () => {
    writeFileSync(place.path('outcomes.jsonl'), jsonl(outcomeRows(240)));
    const { exitCode, out, err } = await run(['train', '--outcomes', 'outcomes.jsonl', '--out', 'router.json']);
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(out).toMatch(/DATA SET +ROWS +MODELS/);
    expect(out).toMatch(/exam +240 +2 /);
    expect(err).toContain('100 %');
    const models = ['jurist', 'physicist', 'stranger'];
    const pairs = [{ strong: 'jurist', weak: 'physicist' }];
    const lines = [
      { id: 'a', prompt: lawPrompt, models, pairs },
      { id: 'b', prompt: 'What does the photon say about the voltage and the orbit?', models, pairs },
    ];
    const routed = await run(['route', '--jsonl', '--router', 'router.json'], { stdin: jsonl(lines) });
    expect(routed.exitCode, routed.err).toBe(exitCodes.ok);
    const [first, second] = answersOf(routed.out);
    expect(first).toMatchObject({ id: 'a', task: expect.any(String), domain: expect.any(String) });
    expect(first?.ranking[0]).toBe('jurist');
    expect(second?.ranking[0]).toBe('physicist');
    expect(Object.keys(first?.q ?? {})).toEqual(models);
    expect(first?.strong['jurist|physicist']).toBeGreaterThan(second?.strong['jurist|physicist'] ?? 1);
  });

  it('reads a folder, compressed files and labels without outcomes, and leaves no part of a file behind', async () => {
    const rows = outcomeRows(60);
    writeFileSync(place.path('a.jsonl.gz'), gzipSync(jsonl(rows)));
    writeFileSync(
      place.path('b.jsonl'),
      jsonl([{ prompt: 'Write a poem about spring', label: 'creative', source: 'own' }]),
    );
    writeFileSync(place.path('notes.txt'), 'not for learning');
    const { exitCode, out, err } = await run(['train', '--outcomes', '.', '--out', 'router.json', '--json']);
    expect(exitCode, err).toBe(exitCodes.ok);
    expect(JSON.parse(out)).toMatchObject({ quality: { datasets: [{ dataset: 'exam', rows: 60 }] } });
    const artifact: unknown = JSON.parse(readFileSync(place.path('router.json'), 'utf8'));
    expect(artifact).toMatchObject({
      format: 'lattice-router',
      version: 1,
      provenance: { files: { 'a.jsonl.gz': 60, 'b.jsonl': 1 } },
    });
    expect(readdirSync(place.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('names file and line of what it cannot read, and keeps the old model', async () => {
    writeFileSync(place.path('router.json'), 'old');
    const rows = `${jsonl(outcomeRows(2))}{"prompt": "x", "outcomes": {"a": {"score": 7}}}\n`;
    writeFileSync(place.path('outcomes.jsonl'), rows);
    const bad = await run(['train', '--outcomes', 'outcomes.jsonl', '--out', 'router.json']);
    expect(bad).toMatchObject({ exitCode: exitCodes.usage, out: '' });
    expect(bad.err).toContain('outcomes.jsonl, line 3: the score of "a" must be a number from 0 to 1');
    expect(readFileSync(place.path('router.json'), 'utf8')).toBe('old');
    const none = await run(['train', '--outcomes', 'missing', '--out', 'router.json']);
    expect(none).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('missing cannot be read') });
  });
});

describe('lattice route --jsonl', () => {
  it('answers without a router too: by the catalog, and by difficulty for pairs', async () => {
    const line = {
      id: 1,
      prompt: lawPrompt,
      models: ['openai/gpt-4.1', 'nobody'],
      pairs: [{ strong: 'x', weak: 'y' }],
    };
    const { exitCode, out, err } = await run(['route', '--jsonl'], { stdin: `\n${JSON.stringify(line)}` });
    expect(exitCode, err).toBe(exitCodes.ok);
    const [answer] = answersOf(out);
    expect(answer?.ranking[0]).toBe('openai/gpt-4.1');
    expect(answer?.strong['x|y']).toBeTypeOf('number');
  });

  it('answers what came before a wrong line, then names the line', async () => {
    const stdin = `${JSON.stringify({ id: 'a', prompt: 'Hello' })}\n{"id": "b"}\n${JSON.stringify({ id: 'c', prompt: 'Hi' })}\n`;
    const { exitCode, out, err } = await run(['route', '--jsonl'], { stdin });
    expect(exitCode).toBe(exitCodes.usage);
    expect(answersOf(out).map(({ id }) => id)).toEqual(['a']);
    expect(err).toContain('standard input, line 2: "prompt" must be a text');
    const broken = await run(['route', '--jsonl'], { stdin: 'no json\n' });
    expect(broken).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('line 1 is no JSON') });
  });

  it('waits for a reader that is slow, and loses no line', async () => {
    const chunks: string[] = [];
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk: Buffer, _encoding, done) => {
        chunks.push(chunk.toString());
        setImmediate(done);
      },
    });
    const lines = Array.from({ length: 600 }, (_, id) => ({
      id: String(id),
      prompt: `Add ${id} and 2`,
      models: ['nobody'],
    }));
    const { exitCode } = await run(['route', '--jsonl'], { stdin: jsonl(lines), stdout: slow });
    expect(exitCode).toBe(exitCodes.ok);
    expect(chunks.length).toBeGreaterThan(1);
    expect(answersOf(chunks.join('')).map(({ id }) => id)).toEqual(lines.map(({ id }) => id));
    expect(slow.listenerCount('drain')).toBe(0);
  });

  it('refuses what it would ignore, and a file that is no router', async () => {
    const both = await run(['route', 'Hello', '--jsonl'], { stdin: '' });
    expect(both).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('not with a prompt') });
    const flag = await run(['route', '--jsonl', '--max-cost', '1'], { stdin: '' });
    expect(flag).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('--max-cost') });
    const alone = await run(['route', 'Hello', '--router', 'x.json']);
    expect(alone).toMatchObject({
      exitCode: exitCodes.usage,
      err: expect.stringContaining('--router goes with --jsonl'),
    });
    writeFileSync(place.path('x.json'), '{}');
    const none = await run(['route', '--jsonl', '--router', 'x.json'], { stdin: '' });
    expect(none).toMatchObject({
      exitCode: exitCodes.configuration,
      err: expect.stringContaining('x.json is no router'),
    });
  });

  it('says which field of a damaged router is wrong', async () => {
    await trainExam();
    const artifact = JSON.parse(readFileSync(place.path('router.json'), 'utf8')) as { quality: object };
    writeFileSync(
      place.path('broken.json'),
      JSON.stringify({ ...artifact, quality: { ...artifact.quality, codes: '' } }),
    );
    const { exitCode, err } = await run(['route', '--jsonl', '--router', 'broken.json'], { stdin: '' });
    expect(exitCode).toBe(exitCodes.configuration);
    expect(err).toContain('broken.json');
    expect(err).toContain('quality.codes');
  });
});

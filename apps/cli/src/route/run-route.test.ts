import { writeFileSync } from 'node:fs';
import { loadCatalog } from '@lattice-lock/catalog';
import { formatModelRef, type Decision } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type CliRunOptions, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

function route(args: readonly string[], options: CliRunOptions = {}) {
  return runInProcess(['route', ...args], { cwd: place.folder, ...options });
}

async function decide(args: readonly string[], options: CliRunOptions = {}): Promise<Decision> {
  const { exitCode, out, err } = await route([...args, '--json'], options);
  expect(exitCode, err).toBe(exitCodes.ok);
  return JSON.parse(out) as Decision;
}

describe('lattice route', () => {
  it('says in one line which model it would be, for what and at what cost', async () => {
    const { exitCode, out, err } = await route(['Translate to French: good morning']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(
      /^\w[\w-]*\/\S+ {2}score 0\.\d{3} {2}task translation \(difficulty 0\.\d\d\) {2}about \$[\d.]+\n$/,
    );
    expect(err).toContain('--explain');
    expect(err).toContain('The simulator stands in');
  });

  it('gives every candidate of the catalog as JSON, with its filter or terms that add up to its score', async () => {
    const decision = await decide(['Write a function that sorts a list']);
    const catalog = await loadCatalog();
    const known = new Set(decision.candidates.map(({ model }) => formatModelRef(model)));
    for (const model of catalog.list()) expect(known).toContain(formatModelRef(model));
    for (const candidate of decision.candidates) {
      if (candidate.status === 'filtered') expect(candidate.reason).not.toBe('');
      else {
        const sum = candidate.terms.reduce((total, { contribution }) => total + contribution, 0);
        expect(sum).toBeCloseTo(candidate.score, 9);
      }
    }
    expect(decision).toMatchObject({ requested: 'auto', simulated: true, profile: { kind: 'code' } });
  });

  it('explains in the columns of the terminal, in 100 without one', async () => {
    const plain = await route(['Prove it', '--explain']);
    expect(Math.max(...plain.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(plain.out).not.toContain('\u001b[');
    const narrow = await route(['Prove it', '--explain', '--no-color'], { terminalColumns: 72 });
    expect(Math.max(...narrow.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  it('shows nothing of the prompt that could take a terminal over', async () => {
    const { out } = await route(['Prove\u202e it\u001b[2J step by step', '--explain', '--no-color'], {
      terminalColumns: 100,
    });
    expect(out).toContain('step by step');
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });

  it('takes the prompt from a pipe when there are no words', async () => {
    const piped = await decide([], { stdin: 'Translate to German: thank you' });
    expect(piped.profile.kind).toBe('translation');
    expect(await route([])).toMatchObject({ exitCode: exitCodes.usage });
  });

  it('routes as if there were an image, a document, tools or JSON', async () => {
    const none = await decide(['Hello']);
    expect(none.profile.needs).toMatchObject({ vision: false, files: false, tools: false, json: 'none' });
    const all = await decide(['Hello', '--needs', 'vision,files', '--needs', 'tools,json']);
    expect(all.profile.needs).toMatchObject({ vision: true, files: true, tools: true, json: 'json' });
  });

  it('routes with the files themselves', async () => {
    writeFileSync(place.path('shot.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
    writeFileSync(place.path('schema.json'), '{"type":"object"}');
    const decision = await decide(['What is this?', '--file', 'shot.png', '--schema', 'schema.json']);
    expect(decision.profile.needs).toMatchObject({ vision: true, json: 'schema' });
  });

  it('keeps to what is allowed, denied and affordable, and says when nothing is left', async () => {
    const allowed = await decide(['Hello', '--allow', 'anthropic/*']);
    expect(allowed.chain.every(({ provider }) => provider === 'anthropic')).toBe(true);
    const chosen = formatModelRef(allowed.chosen);
    const denied = await decide(['Hello', '--allow', 'anthropic/*', '--deny', chosen]);
    expect(denied.chain.map(formatModelRef)).not.toContain(chosen);
    const { exitCode, out, err } = await route(['Hello', '--max-cost', '0.000000001']);
    expect({ exitCode, out }).toEqual({ exitCode: exitCodes.noCandidate, out: '' });
    expect(err).toContain('[LATTICE_NO_CANDIDATE]');
  });

  it('keeps to a quality that is predicted', async () => {
    const decision = await decide(['Hello', '--min-quality', '0.8', '--preset', 'cheap']);
    for (const one of decision.candidates) {
      if (one.status === 'ranked') expect(one.quality?.value).toBeGreaterThanOrEqual(0.8);
    }
    expect(decision.candidates.some((one) => one.status === 'filtered' && one.filter === 'quality-too-low')).toBe(true);
    expect(await route(['Hello', '--min-quality', '80'])).toMatchObject({ exitCode: exitCodes.usage });
  });

  it('takes a preset, or a model by name, but not both', async () => {
    expect(await decide(['Hello', '--preset', 'cheap'])).toMatchObject({ requested: 'auto:cheap', preset: 'cheap' });
    const named = await decide(['Hello', '--model', 'openai/gpt-4.1']);
    expect(named).toMatchObject({ mode: 'explicit', chosen: { provider: 'openai', model: 'gpt-4.1' } });
    const both = await route(['Hello', '--model', 'openai/gpt-4.1', '--preset', 'cheap']);
    expect(both).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('only one of them') });
  });

  it('chooses among what is configured once something is', async () => {
    const decision = await decide(['Hello'], { env: { ANTHROPIC_API_KEY: 'sk-ant-0123456789abcdefghij' } });
    expect(decision.simulated).toBe(false);
    expect(decision.chain.every(({ provider }) => provider === 'anthropic')).toBe(true);
  });

  it('shows the decisions of two configurations side by side, and why they differ', async () => {
    const usual = formatModelRef((await decide(['Hello'])).chosen);
    writeFileSync(place.path('a.yaml'), 'routing: { preset: balanced }\n');
    writeFileSync(place.path('b.yaml'), `routing: { constraints: { deny: ["${usual}"] } }\n`);
    writeFileSync(place.path('c.yaml'), 'routing: { preset: best }\n');
    writeFileSync(place.path('none.yaml'), 'routing: { constraints: { allow: ["openai/*"], maxCostUsd: 0 } }\n');
    const { exitCode, out } = await route(['--compare', 'a.yaml', 'b.yaml', 'Hello']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(/a\.yaml +b\.yaml\n/);
    expect(out).toMatch(/\nfit +0\.\d\d x 0\.40 = 0\.\d{3} +0\.\d\d x 0\.40/);
    expect(out).toContain(`They differ: ${usual} is denied by`);
    const same = await route(['--compare', 'a.yaml', 'a.yaml', 'Hello']);
    expect(same.out).toContain('Both choose the same model.');
    const presets = await route(['--compare', 'a.yaml', 'c.yaml', 'Prove', 'it', '--json']);
    const { first, second, difference } = JSON.parse(presets.out) as {
      first: { decision: Decision };
      second: { decision: Decision };
      difference: string;
    };
    expect([first.decision.preset, second.decision.preset]).toEqual(['balanced', 'best']);
    expect(difference).toMatch(/score 0\.\d{3} against .*; fit counts 0\.80 instead of 0\.40/);
    const impossible = await route(['--compare', 'a.yaml', 'none.yaml', 'Hello']);
    expect(impossible).toMatchObject({ exitCode: exitCodes.noCandidate });
    expect(impossible.out).toContain('none.yaml leaves no model');
    expect(await route(['--compare', 'a.yaml'])).toMatchObject({ exitCode: exitCodes.usage });
  });
});

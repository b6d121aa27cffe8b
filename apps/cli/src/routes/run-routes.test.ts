import { existsSync, writeFileSync } from 'node:fs';
import { EventEmitter } from 'node:events';
import { startSimulator } from '@lattice-lock/testing/simulator';
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

const routes = `
version: 1
routes:
  - name: refunds
    examples:
      - I want my money back
      - Can I have my money back for this order?
      - When do I get my money back?
      - I was charged twice for one order
      - You charged me twice for this order
    model: openai/gpt-5-mini
  - name: poems
    examples: [Write a poem about autumn, Write a poem about the sea, Write a short poem for my mother, A poem about rain]
    negatives: [What is a poem?]
    preset: best
    deny: ["deepseek/*"]
`;

describe('lattice routes', () => {
  it('shows what routes do, and every problem with its place', async () => {
    writeFileSync(place.path('routes.yaml'), routes);
    const good = await run(['routes', 'check', 'routes.yaml']);
    expect(good).toMatchObject({ exitCode: exitCodes.ok });
    expect(good.out).toMatch(/refunds +5 +0 +0\.\d\d +fitted +openai\/gpt-5-mini\n/);
    expect(good.out).toMatch(/poems +4 +1 +0\.\d\d +fitted +preset best, deny deepseek\/\*\n/);
    writeFileSync(place.path('routes.yaml'), routes.replace('gpt-5-mini', 'gpt-5-minni'));
    const bad = await run(['routes', 'check', 'routes.yaml']);
    expect(bad).toMatchObject({ exitCode: exitCodes.configuration, out: '' });
    expect(bad.err).toMatch(/routes\.yaml:11:12 Unknown model "openai\/gpt-5-minni"\. Near: openai\/gpt-5-mini/);
    expect(await run(['routes', 'check'])).toMatchObject({
      exitCode: exitCodes.configuration,
      err: expect.stringContaining('set routing.routes'),
    });
  });

  it('leaves each example out in turn and counts who takes it', async () => {
    writeFileSync(place.path('routes.yaml'), routes);
    const { exitCode, out } = await run(['routes', 'test', 'routes.yaml']);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(/ROUTE +FROM +NONE +1 +2 +COVERAGE +PRECISION\n/);
    expect(out).toMatch(/1 +refunds +0\.\d\d +[\d.]+ +[1-5] +\. +\d+ % +100 %\n/);
    const { out: json } = await run(['routes', 'test', 'routes.yaml', '--json']);
    const report = JSON.parse(json) as {
      judged: number;
      routes: readonly { readonly name: string; readonly takenBy: Readonly<Record<string, number>> }[];
    };
    expect(report.judged).toBe(9);
    for (const row of report.routes) {
      const sum = Object.values(row.takenBy).reduce((total, one) => total + one, 0);
      expect(sum).toBe(row.name === 'refunds' ? 5 : 4);
    }
  });

  it('builds no index for the local embedder, and one for a model, which is in the books', async () => {
    writeFileSync(place.path('routes.yaml'), routes);
    const local = await run(['routes', 'build', 'routes.yaml']);
    expect(local).toMatchObject({ exitCode: exitCodes.ok, out: expect.stringContaining('needs no index') });
    const simulator = await startSimulator();
    try {
      const env = {
        OPENAI_API_KEY: 'sk-test-0123456789abcdef',
        OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '',
      };
      writeFileSync(place.path('routes.yaml'), `embedder: openai/text-embedding-3-small\n${routes}`);
      const before = await run(['routes', 'test', 'routes.yaml'], { env });
      expect(before.err).toContain('lattice routes build');
      const signals = new EventEmitter();
      const onError = (text: string) => text.includes('0 of 74') && signals.emit('SIGINT');
      const stopped = await run(['routes', 'build', 'routes.yaml'], { env, signals, onError });
      expect(stopped).toMatchObject({ exitCode: exitCodes.interrupted, out: '' });
      expect(stopped.err).toContain('the next build goes on from here');
      expect(existsSync(place.path('routes.index/index.json'))).toBe(false);
      const { exitCode, out, err } = await run(['routes', 'build', 'routes.yaml'], { env });
      expect(exitCode, err).toBe(exitCodes.ok);
      expect(out).toMatch(/^74 texts embedded by openai\/text-embedding-3-small, 0 were there: .*routes\.index\n$/);
      expect(err).toMatch(/0 of 74 texts\n64 of 74 texts\n74 of 74 texts\n/);
      expect(existsSync(place.path('routes.index/index.json'))).toBe(true);
      expect((await run(['routes', 'test', 'routes.yaml'], { env })).err).not.toContain('lattice routes build');
      const usage = await run(['usage', '--by', 'model', '--json'], { env });
      expect(usage.out).toContain('openai/text-embedding-3-small');
    } finally {
      await simulator.close();
    }
  });
});

describe('lattice route', () => {
  it('says which route takes a request', async () => {
    writeFileSync(place.path('routes.yaml'), routes);
    writeFileSync(place.path('lattice.yaml'), 'routing: { routes: routes.yaml }\n');
    const taken = await run(['route', 'Please give me my money back!', '--explain']);
    expect(taken.exitCode, taken.err).toBe(exitCodes.ok);
    expect(taken.out).toMatch(/^openai\/gpt-5-mini\nChosen for auto \(balanced\): the route "refunds" names it/);
    expect(taken.out).toMatch(/Route +refunds \(.*routes\.yaml:4:5\): openai\/gpt-5-mini\n/);
    expect(taken.out).toMatch(/0\.\d{3} near "I want my money back"; from 0\.\d{3} on it is taken\s+\(local\)/);
    const other = await run(['route', 'Why is the sky blue?', '--explain']);
    expect(other.out).not.toMatch(/^Route /m);
  });
});

import { describe, expect, it } from 'vitest';
import { runInProcess } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';
import { priceInForce } from './model-row.ts';

const env = { OPENAI_API_KEY: 'sk-test-0123456789abcdefghij' };

async function ids(args: readonly string[]): Promise<readonly string[]> {
  const { exitCode, out, err } = await runInProcess(['models', ...args], { env });
  expect(exitCode, err).toBe(exitCodes.ok);
  return out
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(' ')[0] ?? '');
}

describe('lattice models', () => {
  it('lists what can be called now, with price, context and abilities', async () => {
    const { out, err } = await runInProcess(['models'], { env });
    const [titles, ...rows] = out.trimEnd().split('\n');
    expect(titles).toMatch(/^MODEL +STATUS +CONTEXT +\$\/M IN +\$\/M OUT +ABILITIES$/);
    expect(rows.every((row) => /^openai\/\S+ +configured /.test(row))).toBe(true);
    expect(rows.find((row) => row.startsWith('openai/gpt-4.1 '))).toMatch(/1\.05M +2\.00 +8\.00 +vision .*tools json/);
    expect(err).toMatch(/^\d+ models; \d+ more with --all\.\n$/);
  });

  it('finds models that cannot be called, and says what they need', async () => {
    const { out } = await runInProcess(['models', 'claude-opus-4-5'], { env });
    expect(out).toMatch(/^anthropic\/claude-opus-4-5\S* +needs ANTHROPIC_API_KEY/m);
    expect(out).toMatch(/^google-vertex\/\S+ +needs GOOGLE_GENAI_USE_VERTEXAI/m);
    const azure = await runInProcess(['models', 'gpt-4.1', '--provider', 'azure'], {
      env: { ...env, AZURE_API_KEY: 'k' },
    });
    expect(azure.out).toMatch(/^azure\/gpt-4\.1 +needs AZURE_OPENAI_ENDPOINT/m);
    expect(await ids(['--provider', 'claude'])).toEqual(await ids(['--provider', 'anthropic']));
    expect((await ids(['opus', '--provider', 'anthropic'])).every((id) => id.startsWith('anthropic/claude-opus'))).toBe(
      true,
    );
  });

  it('lists all when asked', async () => {
    const [some, all] = [await ids([]), await ids(['--all'])];
    expect(all.length).toBeGreaterThan(some.length);
    expect(all).toEqual(expect.arrayContaining([...some]));
  });

  it('gives all facts as JSON', async () => {
    const { out } = await runInProcess(['models', 'gpt-4.1-mini', '--provider', 'openai', '--json'], { env });
    const { simulated, models } = JSON.parse(out) as { simulated: boolean; models: Record<string, unknown>[] };
    expect(simulated).toBe(false);
    expect(models.find(({ id }) => id === 'openai/gpt-4.1-mini')).toMatchObject({
      availability: 'configured',
      contextTokens: expect.any(Number),
      prices: [{ price: { inputPicoUsd: expect.stringMatching(/^\d+$/) }, source: expect.any(String) }],
    });
  });

  it('says that the simulator answers where nothing is configured', async () => {
    const { out, err } = await runInProcess(['models', '--provider', 'openai']);
    expect(out).toMatch(/^openai\/\S+ +simulated /m);
    expect(out).not.toContain('configured');
    expect(err).toContain('The simulator stands in');
  });

  it('takes the price of the day', () => {
    const period = (from: string | null, until: string | null, inputPicoUsd: bigint) => ({
      from,
      until,
      price: { inputPicoUsd, outputPicoUsd: 0n },
      source: 'test',
      asOf: '2026-01-01',
    });
    const prices = [period(null, '2026-01-01', 5n), period('2026-01-01', null, 3n)];
    expect(priceInForce(prices, Date.parse('2025-12-31T23:59:59Z'))?.inputPicoUsd).toBe(5n);
    expect(priceInForce(prices, Date.parse('2026-01-01'))?.inputPicoUsd).toBe(3n);
    expect(priceInForce([], 0)).toBeNull();
  });
});

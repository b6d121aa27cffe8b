import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runInProcess } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

const good = 'sk-test-0123456789abcdefghij';
let simulator: Simulator;

beforeEach(async () => {
  simulator = await startSimulator({ acceptedApiKeys: [good] });
});

afterEach(() => simulator.close());

function health(key: string, ...args: string[]) {
  const env = { OPENAI_API_KEY: key, OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '' };
  return runInProcess(['health', ...args], { env });
}

describe('lattice health', () => {
  it('asks the provider itself, at no token cost', async () => {
    const { exitCode, out } = await health(good);
    expect(exitCode).toBe(exitCodes.ok);
    expect(out).toMatch(/^openai: available \(\d+ m?s\) /);
    expect(simulator.served()).toEqual([]);
    expect(simulator.otherRequests()).toHaveLength(1);
  });

  it('says what to do about a key that is refused, and fails', async () => {
    const { exitCode, out } = await health('sk-test-wrongwrongwrongwrong');
    expect(exitCode).toBe(exitCodes.failed);
    expect(out).toMatch(/^openai: unauthorized .*\n {2}.*OPENAI_API_KEY/);
    const json = await health('sk-test-wrongwrongwrongwrong', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ providers: [{ provider: 'openai', state: 'unauthorized' }] });
  });
});

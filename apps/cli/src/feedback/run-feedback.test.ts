import { openStorage } from '@lattice-lock/storage';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkplace, runInProcess, type Workplace } from '../__fixtures__/cli-run.ts';
import { exitCodes } from '../exit-codes.ts';

let place: Workplace;

beforeEach(() => {
  place = createWorkplace();
});

afterEach(() => place.remove());

const run = (...args: readonly string[]) => runInProcess(args, { cwd: place.folder });

const prompt = 'Why is the sky blue?';

async function ask(): Promise<{ readonly requestId: string; readonly provider: string; readonly model: string }> {
  const { exitCode, out, err } = await run('ask', prompt, '--json');
  expect(exitCode, err).toBe(exitCodes.ok);
  return JSON.parse(out) as { requestId: string; provider: string; model: string };
}

describe('lattice feedback', () => {
  it('keeps a judgement, and the next route knows it and says so', async () => {
    const { requestId, provider, model } = await ask();
    const judged = await run('feedback', requestId, 'down', '--comment', 'wrong');
    expect(judged).toMatchObject({
      exitCode: exitCodes.ok,
      out: expect.stringContaining(`${requestId}  score 0  ${provider}/${model}`) as string,
      err: expect.stringContaining('0.00 from 1 outcome of 1 key,') as string,
    });
    const again = await run('feedback', `chatcmpl-${requestId}`, '0.25', '--json');
    expect(JSON.parse(again.out)).toMatchObject({ outcome: { score: 0.25, signal: 'graded', apiKeyId: null } });
    const storage = await openStorage({ dataDir: place.path('.lattice') });
    expect(await storage.outcomes.list()).toMatchObject([{ requestId, score: 0.25, comment: null }]);
    await storage.close();

    const { out } = await run('route', prompt, '--json', '--allow', `${provider}/${model}`);
    expect(out).toContain('learned 0.25 from 1 outcome, 1 key: counts');
    const replayed = await run('replay', '--json');
    expect(JSON.parse(replayed.out)).toMatchObject({ decisions: 1, unchanged: 1, changed: 0 });
  });

  it('is refused for what is no judgement and no request, with words that help', async () => {
    const nothing = await run('feedback', 'nothing', 'up');
    expect(nothing).toMatchObject({ exitCode: exitCodes.failed, err: expect.stringContaining('"nothing"') as string });
    await ask();
    const unknown = await run('feedback', 'nothing', 'up');
    expect(unknown).toMatchObject({ exitCode: exitCodes.failed, err: expect.stringContaining('.lattice') as string });
    for (const judgement of ['sideways', '1.1', '', '-1']) {
      const bad = await run('feedback', 'x', '--', judgement);
      expect(bad).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('0 to 1') as string });
    }
    const who = await run('feedback', 'x', 'up', '--source', 'oracle');
    expect(who).toMatchObject({ exitCode: exitCodes.usage, err: expect.stringContaining('oracle') as string });
  });
});

import { createApiKeyService } from '@lattice-lock/auth';
import type { Decision, ScoreTerm } from '@lattice-lock/contract';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGateway, type StartedGateway } from './__fixtures__/started-gateway.ts';

/** By the prior the first is better; both are cheap to call in the simulator. */
const [favourite, underdog] = ['openai/gpt-5', 'openai/gpt-4.1-mini'] as const;

const settings = ['routing:', '  preset: best', `  constraints: { allow: [${favourite}, ${underdog}] }`];

let gateway: StartedGateway;
let storage: Storage;
let keys: readonly string[];

beforeAll(async () => {
  gateway = await startGateway(settings);
  storage = await openStorage({ dataDir: gateway.dataDir });
  const service = createApiKeyService({ store: storage.apiKeys });
  const names = ['honest a', 'honest b', 'honest c', 'hostile'];
  keys = await Promise.all(names.map(async (name) => (await service.create({ name })).key));
});
afterAll(async () => {
  await storage.close();
  await gateway.close();
});

const post = (path: string, body: unknown, key?: string) =>
  gateway.fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
  });
const feedback = async (body: unknown, key?: string) => {
  const response = await post('/v1/feedback', body, key);
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> };
};
const messages = (content: string) => [{ role: 'user', content }];

async function ask(content: string, model: string, key?: string): Promise<string> {
  const response = await post('/v1/chat/completions', { model, messages: messages(content) }, key);
  expect(response.status).toBe(200);
  return ((await response.json()) as { readonly id: string }).id;
}

async function route(content: string): Promise<Decision> {
  return (await (await post('/v1/route', { messages: messages(content) })).json()) as Decision;
}

function fitOf(decision: Decision, name: string): ScoreTerm {
  const found = decision.candidates.find(({ model }) => `${model.provider}/${model.model}` === name);
  const term = found?.status === 'ranked' ? found.terms.find((one) => one.name === 'fit') : undefined;
  return term ?? expect.fail(`${name} has no fit`);
}

const chosenFor = async (content: string) => `openai/${(await route(content)).chosen.model}`;

/** Judged answers to questions like one, so many for each key. */
async function judge(content: string, model: string, judges: readonly string[], each: number, score: number) {
  const asked = judges.flatMap((key) => Array.from({ length: each }, () => key));
  await Promise.all(
    asked.map(async (key) => {
      const { status } = await feedback({ request_id: await ask(content, model, key), score }, key);
      expect(status).toBe(200);
    }),
  );
}

const law = 'Which duties does a landlord have under a lease contract when the tenant sues for damages in court?';
const code = 'Write a TypeScript function that removes duplicates from an array and keeps the order.';
const sums = 'Solve for x: 3x + 7 = 22, and show each step of the calculation.';
const words = 'Translate to French: good morning, how did you sleep?';
const illness = 'Which symptoms does a patient with iron deficiency anaemia show, and how is it treated?';
const poem = 'Write a short poem about the sea at night, with a melancholic mood.';

describe('feedback through the gateway', () => {
  it('turns the choice in the category where the prior is wrong, and elsewhere it does not', async () => {
    for (const prompt of [law, sums, words]) expect(await chosenFor(prompt)).toBe(favourite);
    const honest = keys.slice(0, 2);
    await judge(law, favourite, honest, 50, 0.1);
    await judge(law, underdog, honest, 50, 0.95);

    const decision = await route(law);
    expect(`openai/${decision.chosen.model}`).toBe(underdog);
    const fit = fitOf(decision, favourite);
    expect(fit.detail).toMatch(
      /learned 0\.10 from 100 outcomes, 2 keys: counts \d+ %, one key at most \d+ %; predicted 0\.\d\d/,
    );
    expect(fit.source).toMatch(/^own outcomes;/);
    for (const prompt of [sums, words]) {
      const elsewhere = await route(prompt);
      expect(`openai/${elsewhere.chosen.model}`).toBe(favourite);
      expect(fitOf(elsewhere, favourite).source).not.toContain('own outcomes');
    }
  });

  it('of one hostile key does bounded damage, which is shown', async () => {
    const before = fitOf(await route(code), favourite).value;
    await judge(code, favourite, keys.slice(0, 3), 8, 0.95);
    await judge(code, underdog, keys.slice(0, 3), 8, 0.5);
    const honest = fitOf(await route(code), favourite).value;
    const hostile = keys.slice(3);
    await judge(code, favourite, hostile, 20, 0);
    await judge(code, underdog, hostile, 20, 1);
    const decision = await route(code);
    const { value, detail } = fitOf(decision, favourite);
    expect(detail).toMatch(/from 44 outcomes, 4 keys: counts \d+ %, one key at most (1\d|20) %/);
    expect(honest - value).toBeLessThan(0.2);
    expect(`openai/${decision.chosen.model}`).toBe(favourite);

    // Alone it moves a figure by two fifths of the way at most, and the rest of the categories not at all.
    const alone = fitOf(await route(poem), underdog).value;
    await judge(poem, underdog, hostile, 20, 0);
    const attacked = fitOf(await route(poem), underdog);
    expect(attacked.value).toBeGreaterThan(alone * 0.6);
    expect(attacked.value).toBeLessThan(alone * 0.75);
    expect(attacked.detail).toMatch(/1 key: counts 3\d %, one key at most 3\d %/);
    expect(before).toBeGreaterThan(0);
  });

  it('is kept with what learning needs, once for each request, key and source', async () => {
    const id = await ask(illness, underdog, keys[0]);
    const requestId = id.replace('chatcmpl-', '');
    const first = await feedback({ request_id: id, thumbs: 'up', comment: 'fine' }, keys[0]);
    expect(first).toMatchObject({
      status: 200,
      body: { object: 'feedback', request_id: requestId, model: underdog, score: 1, signal: 'thumbs', source: 'user' },
    });
    const stored = async () => (await storage.outcomes.list(5000)).filter((one) => one.requestId === requestId);
    const { profile } = await route(illness);
    expect(await stored()).toMatchObject([
      {
        model: { provider: 'openai', model: 'gpt-4.1-mini' },
        task: { kind: profile.kind, domain: profile.domain, difficulty: profile.difficulty },
        score: 1,
        comment: 'fine',
      },
    ]);
    const second = await feedback({ request_id: requestId, score: 0.25 }, keys[0]);
    expect(second.status).toBe(200);
    expect(await stored()).toMatchObject([{ score: 0.25, signal: 'graded', comment: null }]);
    expect(second.body['learned']).toMatchObject({ score: 0.25, outcomes: 1, keys: 1 });
  });

  it.each<[string, Readonly<Record<string, unknown>>, number, string | null, string]>([
    ['an unknown request', { request_id: 'nothing', score: 1 }, 404, 'request_id', 'request_not_found'],
    ['no request', { score: 1 }, 400, 'request_id', 'missing_required_parameter'],
    ['a score above 1', { request_id: 'x', score: 1.5 }, 400, 'score', 'invalid_value'],
    ['no judgement', { request_id: 'x' }, 400, 'score', 'invalid_value'],
    ['two judgements', { request_id: 'x', score: 1, thumbs: 'up' }, 400, 'score', 'invalid_value'],
    ['a thumb sideways', { request_id: 'x', thumbs: 'left' }, 400, 'thumbs', 'invalid_value'],
    ['a field too many', { request_id: 'x', score: 1, stars: 5 }, 400, 'stars', 'unknown_parameter'],
  ])('is refused for %s, and the field named', async (_case, body, status, param, code_) => {
    const answer = await feedback(body);
    expect(answer.status).toBe(status);
    expect(answer.body['error']).toMatchObject({ param, code: code_, message: expect.stringContaining(' ') as string });
  });

  it('is refused from another key, without a key, and by another method', async () => {
    const id = await ask(law, underdog, keys[0]);
    const foreign = await feedback({ request_id: id, score: 0 }, keys[1]);
    expect(foreign).toMatchObject({ status: 403, body: { error: { code: 'not_your_request', param: 'request_id' } } });
    expect((await feedback({ request_id: id, score: 0 }, 'nonsense')).status).toBe(401);
    expect((await gateway.fetch('/v1/feedback')).status).toBe(405);
  });
});

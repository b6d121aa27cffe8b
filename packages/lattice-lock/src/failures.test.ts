import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@lattice-lock/config';
import { LatticeError, systemClock, type RunEvent } from '@lattice-lock/contract';
import { openStorage, type Storage } from '@lattice-lock/storage';
import { startSimulator, type Simulator, type SimulatorFault } from '@lattice-lock/testing/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLattice, type Lattice, type RunRequest } from './index.ts';

let folder: string;
let simulator: Simulator;
let storage: Storage;
let lattice: Lattice;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-failures-'));
  simulator = await startSimulator();
  storage = await openStorage({ dataDir: folder });
  await writeFile(
    join(folder, 'lattice.yaml'),
    [
      'providers:',
      `  openai: { apiKey: test-key, baseUrl: "${simulator.baseUrl('openai-chat')}" }`,
      `  anthropic: { apiKey: test-key, baseUrl: "${simulator.baseUrl('anthropic-messages')}" }`,
    ].join('\n'),
  );
  lattice = createLattice({
    cwd: folder,
    env: {},
    ledger: storage.ledger,
    decisions: storage.decisions,
    clock: { ...systemClock, sleep: async () => undefined },
  });
});

afterAll(async () => {
  await lattice.close();
  await storage.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => simulator.reset());

const request: RunRequest = {
  model: 'openai/gpt-5-mini',
  fallbacks: ['anthropic/claude-sonnet-4-5'],
  messages: [{ role: 'user', content: 'Tell me a story.' }],
};

/** The primary fails so on each of its two attempts. */
function primaryFails(fault: SimulatorFault): void {
  const reply = { match: { wire: 'openai-chat' as const }, fault };
  simulator.enqueue(reply, reply);
}

async function run(): Promise<{ events: RunEvent[]; last: RunEvent | undefined }> {
  const events: RunEvent[] = [];
  for await (const event of lattice.stream(request)) events.push(event);
  return { events, last: events.at(-1) };
}

const attemptNames = (attempts: readonly { model: { provider: string }; status: string }[]) =>
  attempts.map((attempt) => `${attempt.model.provider}: ${attempt.status}`);

describe('with the primary failing', () => {
  it.each<[string, SimulatorFault, string]>([
    ['answering 500', { type: 'status', status: 500 }, 'failed'],
    ['cut before its first event', { type: 'reset', when: 'before-first-event' }, 'interrupted'],
    ['ending without any content', { type: 'cut', afterEvents: 1 }, 'interrupted'],
  ])('%s, the fallback answers and nobody notices; every attempt is named', async (_name, fault, status) => {
    primaryFails(fault);
    const { events, last } = await run();
    const answer = last?.type === 'answer' ? last.answer : expect.unreachable('an answer was expected');
    expect(answer).toMatchObject({ provider: 'anthropic', finishReason: 'stop' });
    expect(events.filter((event) => event.type === 'start')).toHaveLength(1);
    const expected = [`openai: ${status}`, `openai: ${status}`, 'anthropic: ok'];
    expect(attemptNames(answer.attempts)).toEqual(expected);
    const stored = await storage.decisions.get(answer.decision.id);
    expect(attemptNames(stored?.attempts ?? [])).toEqual(expected);
  });

  it('in mid-answer, the run ends with a typed error that holds the text so far', async () => {
    primaryFails({ type: 'cut', afterEvents: 6 });
    const { events, last } = await run();
    const error = last?.type === 'error' ? last.error : expect.unreachable('an error was expected');
    const shown = events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('');
    expect(shown).not.toBe('');
    expect(LatticeError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ code: 'LATTICE_STREAM_INTERRUPTED', partial: { text: shown } });
    expect(attemptNames(error.attempts)).toEqual(['openai: interrupted']);
    expect(simulator.served()).toHaveLength(1);
    const [stored] = await storage.decisions.list(1);
    expect(attemptNames(stored?.attempts ?? [])).toEqual(['openai: interrupted']);
  });

  it('and the fallback too, one error lists every attempt', async () => {
    simulator.respondWith(() => ({ fault: { type: 'status', status: 503 } }));
    const { last } = await run();
    const error = last?.type === 'error' ? last.error : expect.unreachable('an error was expected');
    expect(error.code).toBe('LATTICE_ATTEMPTS_FAILED');
    expect(attemptNames(error.attempts)).toEqual([
      'openai: failed',
      'openai: failed',
      'anthropic: failed',
      'anthropic: failed',
    ]);
    expect(error.message).not.toContain('test-key');
  });
});

describe('an unknown name', () => {
  it.each([
    ['openai/gpt-5-mimi', 'LATTICE_UNKNOWN_MODEL'],
    ['grok/grok-0', 'LATTICE_UNKNOWN_MODEL'],
    ['constructor/x', 'LATTICE_UNKNOWN_PROVIDER'],
    ['__proto__/x', 'LATTICE_UNKNOWN_PROVIDER'],
  ])('%s is refused with %s', async (model, code) => {
    await expect(lattice.chat({ ...request, model })).rejects.toMatchObject({ code });
  });
});

describe('a provider package that is not installed', () => {
  it('is named with the command that installs it', async () => {
    const lacking = createLattice({ cwd: folder, env: {}, providers: ['lattice-provider-nowhere'] });
    await expect(lacking.ready()).rejects.toMatchObject({
      code: 'LATTICE_PROVIDER_NOT_INSTALLED',
      message: expect.stringContaining('npm install lattice-provider-nowhere') as string,
    });
  });
});

describe('a request', () => {
  it('can only narrow what the operator allows', async () => {
    const config = await loadConfig({ cwd: folder, env: {} });
    const narrow = createLattice({
      cwd: folder,
      env: { OPENAI_API_KEY: 'k' },
      config: { ...config, routing: { ...config.routing, constraints: { allow: ['openai/gpt-5-nano'] } } },
    });
    const messages = request.messages;
    expect((await narrow.route({ messages })).chosen).toEqual({ provider: 'openai', model: 'gpt-5-nano' });
    for (const allow of [['anthropic/*'], ['openai/gpt-5-mini']]) {
      await expect(narrow.route({ messages, constraints: { allow } })).rejects.toMatchObject({
        code: 'LATTICE_NO_CANDIDATE',
      });
    }
    await narrow.close();
  });
});

import {
  LatticeError,
  silentLogger,
  silentTelemetry,
  systemClock,
  taskKinds,
  type Decision,
  type LedgerEntry,
  type LogFields,
  type ModelPrice,
  type ModelRef,
  type OpenLedgerEntry,
  type RunEvent,
  type RunRequest,
  type RunTool,
  type UsageLedger,
} from '@lattice-lock/contract';
import { createMockProvider, type MockProvider, type MockStep } from '@lattice-lock/testing';
import { describe, expect, it, vi } from 'vitest';
import { AnswerStream, ConversationExecutor, defaultExecutionSettings, type ExecutionSettings } from './index.ts';

const price: ModelPrice = { inputPicoUsd: 1_000_000n, outputPicoUsd: 4_000_000n };
const usage = { inputTokens: 10, outputTokens: 5 };
/** 10 x 1_000_000 + 5 x 4_000_000 pico-dollars. */
const costOfOneCall = 30_000n;
const overloaded = new LatticeError('LATTICE_OVERLOADED', 'busy', { retryable: true, status: 529 });
const text = (words: string): MockStep => ({ answer: { text: words, usage } });
const startEvent = { type: 'start', id: null, warnings: [], rateLimit: null, upstreamRequestId: null } as const;

const weather: RunTool = {
  name: 'weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: ({ city }) => `sunny in ${String(city)}`,
};

class MemoryLedger implements UsageLedger {
  readonly written: LedgerEntry[] = [];
  readonly opened: string[] = [];
  async open(entry: OpenLedgerEntry): Promise<void> {
    this.opened.push(entry.id);
  }
  async record(entries: readonly LedgerEntry[]): Promise<void> {
    this.written.push(...entries);
  }
  async entries() {
    return this.written;
  }
  async summarize() {
    return [];
  }
}

interface Setup {
  readonly first: readonly MockStep[];
  readonly second?: readonly MockStep[];
  readonly request?: Partial<RunRequest>;
  readonly settings?: Partial<ExecutionSettings>;
}

function setUp({ first, second = [], request = {}, settings = {} }: Setup) {
  const providers: Record<string, MockProvider> = {
    one: createMockProvider({ id: 'one', script: first }),
    two: createMockProvider({ id: 'two', script: second }),
  };
  const ledger = new MemoryLedger();
  const saved: Decision[] = [];
  const sleeps: number[] = [];
  const logged: LogFields[] = [];
  const executor = new ConversationExecutor({
    clientOf: (id) => providers[id] as MockProvider,
    prices: { priceAt: () => price, priceSourceAt: () => 'test' },
    settings: { ...defaultExecutionSettings, ...settings },
    ledger,
    decisions: {
      save: async (decision) => void saved.push(decision),
      get: async () => undefined,
      list: async () => saved,
    },
    clock: { ...systemClock, sleep: async (ms) => void sleeps.push(ms) },
    logger: { ...silentLogger, debug: (fields) => void logged.push(fields) },
    telemetry: silentTelemetry,
    random: () => 0.5,
  });
  const chain: ModelRef[] = [
    { provider: 'one', model: 'a' },
    { provider: 'two', model: 'b' },
  ];
  const run = (isStreaming = true) =>
    new AnswerStream(
      executor.run({
        request: { messages: [{ role: 'user', content: 'Weather?' }], ...request },
        requestId: 'r1',
        decision: decisionFor(chain),
        isStreaming,
        fallbacksAfter: (failed) => chain.slice(chain.findIndex((ref) => ref.provider === failed.provider) + 1),
      }),
    );
  return {
    run,
    ledger,
    saved,
    sleeps,
    logged,
    one: providers['one'] as MockProvider,
    two: providers['two'] as MockProvider,
  };
}

function decisionFor(chain: readonly ModelRef[]): Decision {
  const kinds = Object.fromEntries(taskKinds.map((kind) => [kind, 0.1])) as Decision['profile']['kinds'];
  const needs = { vision: false, files: false, tools: false, json: 'none', language: 'en' } as const;
  return {
    id: 'd1',
    requestId: 'r1',
    createdAt: new Date(0).toISOString(),
    requested: 'auto',
    mode: 'selected',
    preset: 'balanced',
    weights: { fit: 1, cost: 0, latency: 0, reliability: 0 },
    profile: {
      kind: 'qa',
      kinds,
      domain: 'general',
      domains: { general: 1 },
      difficulty: 0,
      difficultyConfidence: 0,
      needs,
      inputTokens: 7,
      expectedOutputTokens: 9,
      evidence: [],
    },
    chosen: chain[0] as ModelRef,
    chain,
    candidates: [],
    margin: null,
    simulated: false,
    attempts: [],
  };
}

async function eventsOf(stream: AnswerStream): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const errorOf = async (stream: AnswerStream): Promise<LatticeError> =>
  stream.answer.then(
    () => expect.unreachable('an error was expected'),
    (error: LatticeError) => error,
  );

describe.each([true, false])('a run (streaming: %s)', (isStreaming) => {
  it('answers, accounts and stores the decision with its attempts', async () => {
    const house = setUp({ first: [text('All is well.')] });
    const answer = await house.run(isStreaming).answer;
    expect(answer).toMatchObject({ text: 'All is well.', finishReason: 'stop', requestId: 'r1' });
    expect(answer.cost).toEqual({ nanoUsd: costOfOneCall, unknownEntries: 0 });
    expect(house.ledger.written).toMatchObject([{ id: 'd1:1', status: 'ok', costNanoUsd: costOfOneCall }]);
    expect(house.saved.map((decision) => decision.attempts)).toEqual([answer.attempts]);
    expect(house.one.calls[0]?.method).toBe(isStreaming ? 'stream' : 'chat');
  });

  it('runs the tools of a turn at once and goes on until the model answers', async () => {
    const calls = ['Oslo', 'Rome'].map((city) => ({ id: city, name: 'weather', arguments: { city } }));
    const house = setUp({
      first: [{ answer: { toolCalls: calls, usage } }, text('Sunny in both.')],
      request: { tools: [weather] },
    });
    const answer = await house.run(isStreaming).answer;
    expect(answer.text).toBe('Sunny in both.');
    expect(answer.newMessages).toMatchObject([
      { role: 'assistant', content: [{ id: 'Oslo' }, { id: 'Rome' }] },
      { role: 'tool', content: [{ content: 'sunny in Oslo' }, { content: 'sunny in Rome' }] },
      { role: 'assistant', content: [{ text: 'Sunny in both.' }] },
    ]);
    expect(house.one.calls[1]?.request.messages).toHaveLength(3);
    expect(answer.usage).toMatchObject({ inputTokens: 20, outputTokens: 10 });
    expect(answer.cost.nanoUsd).toBe(2n * costOfOneCall);
    expect(house.ledger.written.map((entry) => entry.turn)).toEqual([1, 2]);
  });

  it('retries what is retryable, then falls back, and accounts for each attempt', async () => {
    const house = setUp({ first: [{ error: overloaded }, { error: overloaded }], second: [text('Here.')] });
    const answer = await house.run(isStreaming).answer;
    expect(answer.attempts.map((attempt) => [attempt.model.provider, attempt.status])).toEqual([
      ['one', 'failed'],
      ['one', 'failed'],
      ['two', 'ok'],
    ]);
    expect(house.sleeps).toEqual([125]);
    expect(answer.cost).toEqual({ nanoUsd: costOfOneCall, unknownEntries: 0 });
    expect(house.saved[0]?.attempts).toHaveLength(3);
  });

  it('never retries a refused credential, but asks another vendor', async () => {
    const refused = new LatticeError('LATTICE_AUTHENTICATION', 'bad key', { status: 401 });
    const house = setUp({ first: [{ error: refused }], second: [text('Here.')] });
    expect((await house.run(isStreaming).answer).attempts).toHaveLength(2);
    expect(house.one.calls).toHaveLength(1);
  });

  it('gives a bad request back at once', async () => {
    const bad = new LatticeError('LATTICE_INVALID_REQUEST', 'no', { status: 400 });
    const house = setUp({ first: [{ error: bad }], second: [text('never')] });
    expect(await errorOf(house.run(isStreaming))).toMatchObject({ code: 'LATTICE_INVALID_REQUEST' });
    expect(house.two.calls).toHaveLength(0);
  });

  it('lists every attempt when all fail', async () => {
    const house = setUp({ first: [{ error: overloaded }, { error: overloaded }], second: [{ error: bare('two') }] });
    const error = await errorOf(house.run(isStreaming));
    expect(error).toMatchObject({ code: 'LATTICE_ATTEMPTS_FAILED' });
    expect(error.attempts.map((attempt) => attempt.errorCode)).toEqual([
      'LATTICE_OVERLOADED',
      'LATTICE_OVERLOADED',
      'LATTICE_PERMISSION',
    ]);
    expect(error.message).toContain('two/b: LATTICE_PERMISSION');
  });

  it('obeys a hint, and falls back at once when it is too long', async () => {
    const limited = (retryAfterMs: number) =>
      new LatticeError('LATTICE_RATE_LIMIT', 'slow', { retryable: true, retryAfterMs, status: 429 });
    const patient = setUp({ first: [{ error: limited(3000) }, text('ok')] });
    await patient.run(isStreaming).answer;
    expect(patient.sleeps).toEqual([3000]);
    const hasty = setUp({ first: [{ error: limited(60_000) }], second: [text('ok')] });
    await hasty.run(isStreaming).answer;
    expect(hasty.sleeps).toEqual([]);
    expect(hasty.two.calls).toHaveLength(1);
  });

  it('stops at the limit of tool calls with what it has', async () => {
    const endless: MockStep = {
      answer: { text: 'again', toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }], usage },
    };
    const house = setUp({
      first: Array<MockStep>(4).fill(endless),
      request: { tools: [weather], maxFunctionCalls: 2 },
    });
    const error = await errorOf(house.run(isStreaming));
    expect(error).toMatchObject({ code: 'LATTICE_TOOL_LIMIT', partial: { text: 'again' } });
    expect(error.attempts).toHaveLength(3);
    expect(house.ledger.written).toHaveLength(3);
  });

  it('gives wrong arguments, unknown tools and failing tools back to the model', async () => {
    const broken: RunTool = { ...weather, name: 'broken', execute: () => Promise.reject(null as unknown as Error) };
    const executed = vi.fn(weather.execute);
    const house = setUp({
      first: [
        {
          answer: {
            toolCalls: [
              { name: 'weather', arguments: '{"city": ' },
              { name: 'weather', arguments: { town: 'Oslo' } },
              { name: 'missing', arguments: {} },
              { name: 'broken', arguments: { city: 'Oslo' } },
            ],
            usage,
          },
        },
        text('I see.'),
      ],
      request: { tools: [{ ...weather, execute: executed }, broken] },
    });
    const answer = await house.run(isStreaming).answer;
    const results = answer.newMessages[1]?.content as readonly { content: string; isError?: boolean }[];
    expect(results.every((result) => result.isError)).toBe(true);
    expect(results.map((result) => result.content)).toEqual([
      expect.stringContaining('not a JSON object'),
      expect.stringContaining('city'),
      expect.stringContaining('There is no tool "missing"'),
      expect.stringContaining('The tool failed'),
    ]);
    expect(executed).not.toHaveBeenCalled();
  });

  it('leaves the calls of a tool without code to the caller', async () => {
    const { execute: _execute, ...offered } = weather;
    const house = setUp({
      first: [{ answer: { toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }], usage } }],
      request: { tools: [offered] },
    });
    const answer = await house.run(isStreaming).answer;
    expect(answer).toMatchObject({ finishReason: 'tool-calls', toolCalls: [{ name: 'weather' }] });
  });

  it('ends with an abort, and with a timeout that says so', async () => {
    const controller = new AbortController();
    const aborted = setUp({ first: [{ hang: true }], request: { signal: controller.signal } });
    const pending = errorOf(aborted.run(isStreaming));
    controller.abort();
    expect(await pending).toMatchObject({ code: 'LATTICE_ABORTED' });
    expect(aborted.ledger.written).toMatchObject([{ status: 'cancelled', costNanoUsd: null }]);
    const late = setUp({ first: [{ hang: true }], request: { timeoutMs: 5 } });
    expect(await errorOf(late.run(isStreaming))).toMatchObject({ code: 'LATTICE_TIMEOUT' });
  });

  it('never sends what one vendor thought to another', async () => {
    const thought = { type: 'reasoning', text: 'hm', signature: 's', provider: 'one' } as const;
    const house = setUp({
      first: [{ error: bare('one') }],
      second: [text('ok')],
      request: {
        messages: [
          { role: 'user', content: 'q' },
          { role: 'assistant', content: [thought, { type: 'text', text: 'a' }] },
          { role: 'user', content: 'go on' },
        ],
      },
    });
    await house.run(isStreaming).answer;
    const sent = (provider: MockProvider) => provider.calls[0]?.request.messages[1]?.content;
    expect(sent(house.one)).toEqual([thought, { type: 'text', text: 'a' }]);
    expect(sent(house.two)).toEqual([{ type: 'text', text: 'a' }]);
  });
});

describe('what a vendor says beside its answer', () => {
  const limits = {
    limitRequests: 60,
    limitTokens: null,
    remainingRequests: 59,
    remainingTokens: null,
    resetRequestsMs: 1000,
    resetTokensMs: null,
  };

  it('of the limits of the key is in the result and in the log', async () => {
    const start = { ...startEvent, provider: 'one', model: 'a', rateLimit: limits };
    const finish = { type: 'finish', finishReason: 'stop', rawFinishReason: 'stop' } as const;
    const house = setUp({ first: [{ events: [start, { type: 'text-delta', index: 0, text: 'x' }, finish] }] });
    expect((await house.run().answer).rateLimit).toEqual(limits);
    expect(house.logged).toContainEqual({ requestId: 'r1', provider: 'one', model: 'a', ...limits });
  });

  it('as state of its own goes back to it with the next turn', async () => {
    const call = {
      type: 'tool-call-end',
      index: 0,
      id: 'c',
      name: 'look',
      argumentsText: '{}',
      arguments: {},
    } as const;
    const first: MockStep = {
      events: [
        { ...startEvent, provider: 'one', model: 'a' },
        { type: 'tool-call-start', index: 0, id: 'c', name: 'look' },
        call,
        { type: 'metadata', metadata: { state: 'kept' } },
        { type: 'finish', finishReason: 'tool-calls', rawFinishReason: 'tool_calls' },
      ],
    };
    const tools = [{ name: 'look', parameters: { type: 'object' }, execute: () => 'seen' }];
    const house = setUp({ first: [first, text('done')], request: { tools } });
    await house.run().answer;
    expect(house.one.calls[1]?.request.messages[1]).toMatchObject({ providerMetadata: { one: { state: 'kept' } } });
  });
});

describe('the ledger', () => {
  it('knows each attempt from its beginning', async () => {
    const house = setUp({ first: [{ error: overloaded }, text('x')] });
    for await (const event of house.run()) {
      if (event.type === 'start') expect(house.ledger.opened).toEqual(['d1:1', 'd1:2']);
    }
    expect(house.ledger.written.map((entry) => entry.id)).toEqual(house.ledger.opened);
  });

  it('that cannot be written fails the run: an answer that is not accounted for is not whole', async () => {
    const house = setUp({ first: [text('x'), text('x')] });
    house.ledger.open = () => Promise.reject(new LatticeError('LATTICE_STORAGE', 'disk full'));
    const events = await eventsOf(house.run());
    expect(events.at(-1)).toMatchObject({ type: 'error', error: { code: 'LATTICE_STORAGE' } });
    expect(events.some((event) => event.type === 'finish')).toBe(false);
  });
});

describe('a streamed run', () => {
  const half: MockStep = {
    events: [
      { ...startEvent, provider: 'one', model: 'a' },
      { type: 'text-delta', index: 0, text: 'Half an ' },
    ],
  };

  it('hides a failure before the first content event', async () => {
    const cut: MockStep = { events: [{ ...startEvent, provider: 'one', model: 'a' }] };
    const house = setUp({ first: [cut, cut], second: [text('Whole.')] });
    const events = await eventsOf(house.run());
    expect(events.filter((event) => event.type === 'start')).toHaveLength(1);
    expect(events.map((event) => event.type)).toEqual([
      'decision',
      'attempt-start',
      'attempt-failed',
      'attempt-start',
      'attempt-failed',
      'attempt-start',
      'start',
      'text-delta',
      'usage',
      'finish',
      'answer',
    ]);
  });

  it('fails with the text so far once something was shown, and never appends a second model’s text', async () => {
    const house = setUp({ first: [half], second: [text('never')] });
    const events = await eventsOf(house.run());
    const last = events.at(-1);
    expect(last).toMatchObject({ type: 'error', error: { code: 'LATTICE_STREAM_INTERRUPTED' } });
    expect(last?.type === 'error' && last.error.partial?.text).toBe('Half an ');
    expect(events.some((event) => event.type === 'finish')).toBe(false);
    expect(house.two.calls).toHaveLength(0);
    expect(house.ledger.written).toMatchObject([{ status: 'interrupted', costNanoUsd: null }]);
    expect(house.ledger.written[0]?.estimatedUsage).toMatchObject({ inputTokens: 7 });
  });

  it('goes on behind a marked seam where the caller asked for it', async () => {
    const house = setUp({ first: [half], second: [text('answer.')], request: { afterFirstToken: 'continue' } });
    const events = await eventsOf(house.run());
    const seam = events.findIndex((event) => event.type === 'seam');
    expect(events[seam]).toMatchObject({ from: { provider: 'one' }, to: { provider: 'two' } });
    const indexes = events.flatMap((event) => (event.type === 'text-delta' ? [event.index] : []));
    expect(new Set(indexes).size).toBe(2);
    const last = events.at(-1);
    expect(last?.type === 'answer' && last.answer.text).toBe('Half an answer.');
    expect(house.two.calls[0]?.request.messages.at(-2)).toEqual({ role: 'assistant', content: 'Half an ' });
  });

  it('accounts for an attempt that the reader left', async () => {
    const house = setUp({ first: [text('one two three')] });
    for await (const event of house.run()) if (event.type === 'text-delta') break;
    expect(house.ledger.written).toMatchObject([{ status: 'cancelled' }]);
    expect(house.one.calls[0]?.outcome).toBe('left');
    expect(house.saved).toHaveLength(1);
  });

  it('shows `finish` only after the ledger has the entry', async () => {
    const house = setUp({ first: [text('x')] });
    for await (const event of house.run()) {
      if (event.type === 'finish') expect(house.ledger.written).toHaveLength(1);
    }
    expect.hasAssertions();
  });
});

function bare(provider: string): LatticeError {
  return new LatticeError('LATTICE_PERMISSION', `${provider} says no`, { status: 403 });
}

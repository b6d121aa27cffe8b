import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createUsage,
  LatticeError,
  systemClock,
  totalCost,
  type Answer,
  type FinishReason,
  type LedgerEntry,
  type Usage,
} from '@lattice-lock/contract';
import { assertBillingIntegrity } from '@lattice-lock/execution';
import { openStorage, type Storage } from '@lattice-lock/storage';
import {
  startSimulator,
  type SimulatedAnswer,
  type Simulator,
  type SimulatorFault,
  type SimulatorReply,
} from '@lattice-lock/testing/simulator';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { entriesByWire, providersYaml } from './__fixtures__/provider-line-up.ts';
import { createLattice, type Lattice, type RunRequest, type RunTool } from './index.ts';

const models = entriesByWire.map((entry) => entry.model);

let folder: string;
let simulator: Simulator;
let storage: Storage;
let lattice: Lattice;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-accounting-'));
  simulator = await startSimulator({ reasoningContent: true });
  storage = await openStorage({ dataDir: folder });
  await writeFile(join(folder, 'lattice.yaml'), providersYaml(simulator, entriesByWire, 'test-key'));
  lattice = createLattice({
    cwd: folder,
    env: {},
    ledger: storage.ledger,
    decisions: storage.decisions,
    clock: { ...systemClock, sleep: async (_ms, signal) => signal?.throwIfAborted() },
  });
});

afterAll(async () => {
  await lattice.close();
  await storage.close();
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => simulator.reset());

const words = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' }).filter((text) => text.trim() !== '');
const json = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(words, fc.integer(), fc.boolean()), {
  maxKeys: 3,
});
const count = fc.nat({ max: 50_000 });
const usage: fc.Arbitrary<Usage> = fc
  .record({ plain: count, read: count, written: count, answer: count, thought: count })
  .map(({ plain, read, answer, thought }) =>
    createUsage({
      inputTokens: plain + read,
      outputTokens: answer + thought,
      cachedInputTokens: read,
      reasoningTokens: thought,
    }),
  );
const answers: fc.Arbitrary<SimulatedAnswer> = fc.record(
  {
    text: words,
    reasoning: fc.record({ text: words }),
    toolCalls: fc.array(fc.record({ name: fc.constantFrom('look_up', 'add'), arguments: json }), { maxLength: 3 }),
    usage: fc.option(usage, { nil: null }),
  },
  { requiredKeys: ['text', 'usage'] },
);

/** What must not depend on how an answer was sent. Ids are made up where the wire carries none. */
function truthOf(answer: Answer) {
  const { text, reasoning, finishReason, usage: used, cost, refusal } = answer;
  const toolCalls = answer.toolCalls.map(({ name, arguments: args }) => ({ name, args }));
  return { text, reasoning, toolCalls, finishReason, used, cost, refusal };
}

describe.each(entriesByWire)('$model', ({ model, isPriced }) => {
  it('decodes the same answer, buffered and streamed, to the same result and cost', async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer(), async (answer, seed) => {
        simulator.reset();
        const reply: SimulatorReply = { answer, chunking: { seed } };
        simulator.enqueue(reply, reply);
        const request = { model, messages: [{ role: 'user' as const, content: 'Say it twice.' }] };
        const buffered = await lattice.chat(request);
        const streamed = await lattice.stream(request).answer;
        expect(truthOf(streamed)).toEqual(truthOf(buffered));
        expect(buffered.text).toBe(answer.text);
        expect(buffered.toolCalls.map((call) => call.arguments)).toEqual(
          (answer.toolCalls ?? []).map((call) => call.arguments),
        );
        const [first] = await simulator.whenServed(2);
        expect(buffered.usage.inputTokens).toBe(first?.usageReported.inputTokens);
        expect(buffered.usage.outputTokens).toBe(first?.usageReported.outputTokens);
        expect(buffered.cost.unknownEntries).toBe(!isPriced || answer.usage === null ? 1 : 0);
      }),
      { numRuns: 30 },
    );
  });
});

type Step = 'ok' | 'tools' | SimulatorFault;
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>('ok') },
  { weight: 3, arbitrary: fc.constant<Step>('tools') },
  fc.constantFrom<Step>(
    { type: 'status', status: 500 },
    { type: 'status', status: 429, retryAfterSeconds: 1 },
    { type: 'status', status: 401 },
    { type: 'status', status: 400 },
    { type: 'reset', when: 'before-headers' },
    { type: 'reset', when: 'before-first-event' },
    { type: 'reset', when: 'mid-answer' },
  ),
  fc.nat(6).map<Step>((afterEvents) => ({ type: 'cut', afterEvents })),
  fc.nat(6).map<Step>((afterEvents) => ({ type: 'malformed', afterEvents })),
  fc.nat(6).map<Step>((afterEvents) => ({ type: 'error-event', afterEvents })),
);
const runs = fc.record({
  model: fc.constantFrom(...models),
  fallback: fc.constantFrom(...models),
  isStreaming: fc.boolean(),
  endsByAbort: fc.boolean(),
  steps: fc.array(fc.tuple(steps, answers), { minLength: 1, maxLength: 6 }),
  afterFirstToken: fc.constantFrom('fail' as const, 'continue' as const),
});

const theEnd = createUsage({ inputTokens: 5, outputTokens: 2 });
const tool: RunTool = { name: 'look_up', parameters: { type: 'object' }, execute: () => 'found' };

function replyOf([step, answer]: readonly [Step, SimulatedAnswer]): SimulatorReply {
  const { toolCalls: _calls, ...spoken } = answer;
  if (step === 'ok') return { answer: spoken };
  if (step === 'tools') return { answer: { ...answer, toolCalls: [{ name: 'look_up', arguments: {} }] } };
  return { answer: spoken, fault: step };
}

describe('the ledger', () => {
  it('equals what the upstream says it served, whatever happens', async () => {
    const finishes = new Set<FinishReason | string>();
    await fc.assert(
      fc.asyncProperty(runs, async ({ model, fallback, isStreaming, endsByAbort, steps: script, afterFirstToken }) => {
        simulator.reset();
        simulator.enqueue(...script.map(replyOf));
        const controller = new AbortController();
        // What comes after the script answers, or hangs until we abort.
        simulator.respondWith(() => {
          if (!endsByAbort) return { answer: { text: 'The end.', usage: theEnd } };
          setImmediate(() => controller.abort());
          return { fault: { type: 'stall', afterEvents: 'before-headers' } };
        });
        const requestId = crypto.randomUUID();
        const request: RunRequest = {
          model,
          fallbacks: [fallback],
          messages: [{ role: 'user', content: 'Look it up.' }],
          tools: [tool],
          afterFirstToken,
          requestId,
          signal: controller.signal,
        };
        const run = isStreaming ? lattice.stream(request).answer : lattice.chat(request);
        const outcome = await run.catch((error: LatticeError) => error);
        finishes.add(LatticeError.isInstance(outcome) ? outcome.code : outcome.finishReason);

        const entries = await storage.ledger.entries({ requestId });
        const served = await simulator.whenServed(entries.length);
        assertBillingIntegrity(
          entries,
          served.map((one) => ({ usage: one.usageReported })),
        );
        if (!LatticeError.isInstance(outcome)) expectTotals(outcome, entries);
        else expect(outcome.attempts.map((attempt) => attempt.status)).toEqual(entries.map((entry) => entry.status));
        const decisionId = entries[0]?.decisionId ?? '';
        const decision = await storage.decisions.get(decisionId);
        expect(decision?.attempts).toHaveLength(entries.length);
      }),
      { numRuns: 250 },
    );
    expect(finishes).toContain('stop');
    expect(finishes).toContain('LATTICE_ABORTED');
    expect(finishes).toContain('LATTICE_STREAM_INTERRUPTED');
  });
});

describe('an answer that is aborted in the middle', () => {
  it.each(entriesByWire)(
    '$model: what was reported until then is in the ledger, and the upstream sees the end at once',
    async ({ model, isPriced }) => {
      simulator.enqueue({
        answer: { text: 'one two three four five six', usage: theEnd },
        fault: { type: 'stall', afterEvents: 5 },
      });
      const controller = new AbortController();
      const requestId = crypto.randomUUID();
      let abortedAtMs = 0;
      const stream = lattice.stream({
        model,
        messages: [{ role: 'user', content: 'Count.' }],
        requestId,
        signal: controller.signal,
      });
      for await (const event of stream) {
        if (event.type !== 'text-delta' || controller.signal.aborted) continue;
        abortedAtMs = Date.now();
        controller.abort();
      }
      await expect(stream.answer).rejects.toMatchObject({ code: 'LATTICE_ABORTED' });
      const [served] = await simulator.whenServed(1);
      expect(served?.outcome).toBe('aborted');
      expect((served?.closedAtMs ?? Infinity) - abortedAtMs).toBeLessThan(1000);
      const entries = await storage.ledger.entries({ requestId });
      expect(entries).toMatchObject([{ status: 'cancelled', usage: served?.usageReported }]);
      // Gemini counts with every chunk, the others at the end.
      const isKnown = isPriced && served?.usageReported.outputTokens !== null;
      expect(entries[0]?.costNanoUsd).toEqual(isKnown ? expect.any(BigInt) : null);
    },
  );
});

function expectTotals(answer: Answer, entries: readonly LedgerEntry[]): void {
  expect(answer.cost).toEqual(totalCost(entries.map((entry) => entry.costNanoUsd)));
  expect(answer.attempts.map((attempt) => attempt.costNanoUsd)).toEqual(
    entries.map((entry) => entry.costNanoUsd?.toString() ?? null),
  );
}

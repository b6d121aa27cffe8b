import {
  attributeNames,
  formatTraceparent,
  LatticeError,
  metricNames,
  silentLogger,
  systemClock,
  taskKinds,
  type Answer,
  type Decision,
  type ModelRef,
  type RunTool,
  type SpanContext,
} from '@lattice-lock/contract';
import { createMockProvider, type MockStep } from '@lattice-lock/testing';
import { describe, expect, it } from 'vitest';
import { RecordingTelemetry } from './__fixtures__/recording-telemetry.ts';
import { AnswerStream, ConversationExecutor, defaultExecutionSettings, type ExecutionPlan } from './index.ts';
import { RunTrace } from './run-telemetry.ts';

const usage = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4 };
const overloaded = new LatticeError('LATTICE_OVERLOADED', 'busy', { retryable: true, status: 529 });
const parentSpan: SpanContext = { traceId: 'b'.repeat(32), spanId: 'c'.repeat(16), isSampled: true };
const chain: readonly ModelRef[] = [{ provider: 'xai', model: 'a' }];

const tool = (name: string, execute: RunTool['execute']): RunTool => ({
  name,
  parameters: { type: 'object' },
  ...(execute === undefined ? {} : { execute }),
});
const tools = [
  tool('weather', () => 'sunny'),
  tool('broken', () => {
    throw new TypeError('no network');
  }),
];

function decision(): Decision {
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
    chosen: { provider: 'xai', model: 'a' },
    chain,
    candidates: [],
    margin: null,
    simulated: false,
    attempts: [],
  };
}

function setUp(script: readonly MockStep[], more: Partial<ExecutionPlan> = {}, telemetry = new RecordingTelemetry()) {
  const provider = createMockProvider({ id: 'xai', script });
  const executor = new ConversationExecutor({
    clientOf: () => provider,
    prices: {
      priceAt: () => ({ inputPicoUsd: 1_000_000n, cacheReadPicoUsd: 1_000_000n, outputPicoUsd: 4_000_000n }),
      priceSourceAt: () => 'test',
    },
    settings: defaultExecutionSettings,
    clock: { ...systemClock, sleep: async () => undefined },
    logger: silentLogger,
    telemetry,
    random: () => 0.5,
  });
  const run = () =>
    new AnswerStream(
      executor.run({
        request: { messages: [{ role: 'user', content: 'Weather?' }], tools, temperature: 0.5 },
        requestId: 'r1',
        decision: decision(),
        isStreaming: true,
        parentSpan,
        fallbacksAfter: () => [],
        ...more,
      }),
    );
  return { run, telemetry, provider };
}

describe('a run whose spans nobody records', () => {
  it('gathers nothing for them, and hands the trace on', async () => {
    class PassingTelemetry extends RecordingTelemetry {
      constructor() {
        super();
        const { startSpan } = this;
        this.startSpan = (name, options) => ({ ...startSpan(name, options), isRecording: false });
      }
    }
    const { run, telemetry, provider } = setUp([{ answer: { text: 'x', usage } }], {}, new PassingTelemetry());
    await run().answer;
    const [call] = telemetry.spans;
    expect(telemetry.spans.map(({ attributes, ends }) => [attributes, ends])).toEqual([[{}, 1]]);
    expect(provider.calls[0]?.options.traceparent).toBe(formatTraceparent(call?.context ?? parentSpan));
    expect(telemetry.measurements).not.toEqual([]);
  });
});

const twoTools: MockStep = {
  answer: {
    toolCalls: [
      { id: 'c1', name: 'weather', arguments: {} },
      { id: 'c2', name: 'broken', arguments: {} },
      { id: 'c3', name: 'made-up', arguments: {} },
    ],
    usage,
  },
};

describe('a run with a retry and tools', () => {
  it('gives a span for each attempt and each tool, all under the one it was given', async () => {
    const { run, telemetry } = setUp([{ error: overloaded }, twoTools, { answer: { text: 'Sunny.', usage } }]);
    await run().answer;
    const shown = telemetry.spans.map(({ name, kind, errorCode, ends, parent }) => [
      name,
      kind,
      errorCode,
      ends,
      parent?.spanId,
    ]);
    const { spanId } = parentSpan;
    expect(shown).toEqual([
      ['chat a', 'client', 'LATTICE_OVERLOADED', 1, spanId],
      ['chat a', 'client', null, 1, spanId],
      ['execute_tool weather', 'internal', null, 1, spanId],
      ['execute_tool broken', 'internal', 'LATTICE_TOOL', 1, spanId],
      ['execute_tool', 'internal', 'LATTICE_TOOL', 1, spanId],
      ['chat a', 'client', null, 1, spanId],
    ]);
    const [failed, retried, weather, , madeUp, last] = telemetry.spans;
    expect(failed?.attributes).toMatchObject({ [attributeNames.attemptStatus]: 'failed' });
    expect(failed?.attributes).not.toHaveProperty([attributeNames.inputTokens]);
    expect(retried?.attributes).toMatchObject({
      [attributeNames.operationName]: 'chat',
      [attributeNames.providerName]: 'x_ai',
      [attributeNames.requestModel]: 'a',
      [attributeNames.requestStream]: true,
      [attributeNames.requestTemperature]: 0.5,
      [attributeNames.turn]: 1,
      [attributeNames.attempt]: 2,
      [attributeNames.retryCount]: 1,
      [attributeNames.attemptStatus]: 'ok',
      [attributeNames.finishReasons]: ['tool-calls'],
      [attributeNames.inputTokens]: 10,
      [attributeNames.outputTokens]: 5,
      [attributeNames.cacheReadTokens]: 4,
      [attributeNames.costNanoUsd]: 30_000,
      [attributeNames.timeToFirstChunk]: expect.any(Number) as number,
    });
    expect(last?.attributes).toMatchObject({ [attributeNames.turn]: 2, [attributeNames.retryCount]: 0 });
    expect(weather?.attributes).toMatchObject({
      [attributeNames.operationName]: 'execute_tool',
      [attributeNames.toolName]: 'weather',
      [attributeNames.toolCallId]: 'c1',
    });
    expect(madeUp?.attributes).toMatchObject({ [attributeNames.toolName]: 'made-up' });
  });

  it('measures attempts, tokens, cost and tools, with codes and without names that a model made up', async () => {
    const { run, telemetry } = setUp([{ error: overloaded }, twoTools, { answer: { text: 'Sunny.', usage } }]);
    await run().answer;
    const of = (metric: string) => telemetry.measurements.filter((one) => one.metric === metric);
    expect(of(metricNames.operationDuration).map(({ attributes }) => attributes[attributeNames.errorType])).toEqual([
      'LATTICE_OVERLOADED',
      undefined,
      undefined,
    ]);
    expect(of(metricNames.attemptFailures)).toMatchObject([
      { value: 1, attributes: { [attributeNames.errorType]: 'LATTICE_OVERLOADED' } },
    ]);
    const tokens = of(metricNames.tokenUsage);
    expect(tokens.map(({ value, attributes }) => [attributes[attributeNames.tokenType], value])).toEqual([
      ['input', 10],
      ['output', 5],
      ['input', 10],
      ['output', 5],
    ]);
    expect(of(metricNames.costNanoUsd).reduce((sum, { value }) => sum + value, 0)).toBe(60_000);
    expect(
      of(metricNames.toolDuration)
        .map(({ attributes }) => attributes[attributeNames.toolName])
        .toSorted(),
    ).toEqual(['_other', 'broken', 'weather']);
    expect(of(metricNames.timeToFirstChunk)).toHaveLength(2);
  });

  it('sends each attempt on with its own traceparent', async () => {
    const { run, telemetry, provider } = setUp([{ error: overloaded }, { answer: { text: 'Sunny.', usage } }]);
    await run().answer;
    expect(provider.calls.map(({ options }) => options.traceparent)).toEqual(
      telemetry.spans.map(({ context }) => formatTraceparent(context)),
    );
  });

  it('of a whole answer has no time to its first chunk', async () => {
    const { run, telemetry } = setUp([{ answer: { text: 'Sunny.', usage } }], { isStreaming: false });
    await run().answer;
    expect(telemetry.spans[0]?.attributes).not.toHaveProperty([attributeNames.timeToFirstChunk]);
    expect(telemetry.spans[0]?.attributes).not.toHaveProperty([attributeNames.requestStream]);
    expect(telemetry.measurements.map(({ metric }) => metric)).not.toContain(metricNames.timeToFirstChunk);
  });

  it('that its reader leaves ends its span, with what is known', async () => {
    const { run, telemetry } = setUp([{ answer: { text: 'Sunny and warm.', usage } }]);
    for await (const event of run()) if (event.type === 'text-delta') break;
    expect(telemetry.spans).toMatchObject([
      { ends: 1, attributes: { [attributeNames.attemptStatus]: 'cancelled' }, errorCode: null },
    ]);
  });
});

describe('RunTrace', () => {
  const traced = (act: (trace: RunTrace) => void) => {
    const telemetry = new RecordingTelemetry();
    const request = { messages: [], parentSpan, model: 'auto:cheap' };
    const trace = new RunTrace({ telemetry, clock: systemClock, request, requestId: 'r1', isStreaming: false });
    trace.decided(decision());
    act(trace);
    trace.end(null);
    return telemetry;
  };

  it('says what was asked for, decided, used and paid', async () => {
    let answer: Answer | undefined;
    const { run } = setUp([{ error: overloaded }, { answer: { text: 'Sunny.', usage } }], {
      onEnd: (outcome) => {
        if (outcome !== null && !LatticeError.isInstance(outcome)) answer = outcome;
      },
    });
    await run().answer;
    const { spans, measurements } = traced((trace) => trace.end(answer as Answer));
    expect(spans).toMatchObject([
      {
        name: 'invoke_agent',
        parent: parentSpan,
        errorCode: null,
        ends: 1,
        attributes: {
          [attributeNames.requestId]: 'r1',
          [attributeNames.requestedModel]: 'auto:cheap',
          [attributeNames.decisionId]: 'd1',
          [attributeNames.simulated]: false,
          [attributeNames.attemptCount]: 2,
          [attributeNames.inputTokens]: 10,
          [attributeNames.costNanoUsd]: 30_000,
          [attributeNames.unknownCosts]: 0,
          [attributeNames.finishReasons]: ['stop'],
        },
      },
    ]);
    expect(measurements).toMatchObject([{ metric: metricNames.runDuration, attributes: {} }]);
  });

  it('fails with the code of the run, or as aborted where the reader left', () => {
    const failed = traced((trace) => trace.end(overloaded));
    expect(failed.spans).toMatchObject([{ errorCode: 'LATTICE_OVERLOADED', ends: 1 }]);
    const left = traced(() => undefined);
    expect(left.spans).toMatchObject([{ errorCode: 'LATTICE_ABORTED', ends: 1 }]);
    expect(left.measurements[0]?.attributes).toEqual({ [attributeNames.errorType]: 'LATTICE_ABORTED' });
  });
});

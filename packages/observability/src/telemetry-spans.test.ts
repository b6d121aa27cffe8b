import {
  attributeNames,
  LatticeError,
  parseTraceparent,
  traceFields,
  type TelemetrySpan,
} from '@lattice-lock/contract';
import { metrics, trace } from '@opentelemetry/api';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chosen, generated } from './__fixtures__/secret-lines.ts';
import { createLogger, createTelemetry, type OpenTelemetry, type TelemetryOptions } from './index.ts';

const opened: OpenTelemetry[] = [];

async function open(options: TelemetryOptions = {}): Promise<OpenTelemetry> {
  const telemetry = await createTelemetry({ keepSpans: 100, metrics: false, ...options });
  opened.push(telemetry);
  return telemetry;
}

function contextOf(span: TelemetrySpan) {
  if (span.context === null) throw new LatticeError('LATTICE_INTERNAL', 'The span has no context.');
  return span.context;
}

/** A regex alone matches any text in `toMatchObject`. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const incoming = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(opened.splice(0).map((telemetry) => telemetry.shutdown()));
});

describe('spans', () => {
  it('say whether anybody records them', async () => {
    const [recorded, sampledOut, passed] = [
      await open(),
      await open({ sampleRatio: 0 }),
      await open({ keepSpans: 0 }),
    ].map((telemetry) => telemetry.startSpan('x'));
    expect([recorded?.isRecording, sampledOut?.isRecording, passed?.isRecording]).toEqual([true, false, false]);
    expect(passed?.context).toMatchObject({ traceId: matching(/^[0-9a-f]{32}$/), spanId: matching(/^[0-9a-f]{16}$/) });
  });

  it('belong to the trace that came in, and to each other', async () => {
    const telemetry = await open();
    const server = telemetry.startSpan('POST /x', { kind: 'server', parent: parseTraceparent(incoming) });
    const call = telemetry.startSpan('chat m', {
      kind: 'client',
      parent: server.context,
      attributes: { [attributeNames.requestModel]: 'm', [attributeNames.requestStream]: true },
    });
    call.setAttributes({ [attributeNames.finishReasons]: ['stop'], [attributeNames.inputTokens]: 12 });
    call.end();
    server.end();
    const [first, second] = telemetry.finishedSpans();
    expect(first).toMatchObject({
      name: 'chat m',
      kind: 'client',
      parentSpanId: contextOf(server).spanId,
      error: null,
      attributes: {
        'gen_ai.request.model': 'm',
        'gen_ai.request.stream': true,
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.usage.input_tokens': 12,
      },
    });
    expect(second).toMatchObject({ kind: 'server', parentSpanId: '00f067aa0ba902b7' });
    expect(second?.context).toEqual(contextOf(server));
    expect(contextOf(call)).toMatchObject({ traceId: '4bf92f3577b34da6a3ce929d0e0e4736', isSampled: true });
    expect(first?.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('keep the decision of the sender, also over a ratio of their own', async () => {
    const telemetry = await open({ sampleRatio: 1 });
    const unsampled = telemetry.startSpan('a', { parent: parseTraceparent(incoming.replace(/01$/, '00')) });
    unsampled.end();
    expect(contextOf(unsampled)).toMatchObject({ isSampled: false, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' });
    expect(contextOf(unsampled).spanId).not.toBe('00f067aa0ba902b7');

    const never = await open({ sampleRatio: 0 });
    const root = never.startSpan('root');
    const child = never.startSpan('child', { parent: root.context });
    const remote = never.startSpan('remote', { parent: parseTraceparent(incoming) });
    for (const span of [child, root, remote]) span.end();
    expect(contextOf(child)).toMatchObject({ traceId: contextOf(root).traceId, isSampled: false });
    expect(never.finishedSpans().map(({ name }) => name)).toEqual(['remote']);
    expect(telemetry.finishedSpans()).toEqual([]);
  });

  it('are sampled as the environment of OpenTelemetry says', async () => {
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'parentbased_traceidratio');
    vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', '0');
    const telemetry = await open();
    telemetry.startSpan('a').end();
    expect(telemetry.finishedSpans()).toEqual([]);
    vi.stubEnv('OTEL_TRACES_SAMPLER_ARG', '2');
    await expect(open()).rejects.toMatchObject({
      code: 'LATTICE_CONFIG',
      message: matching(/OTEL_TRACES_SAMPLER_ARG.*0 to 1/),
    });
    vi.stubEnv('OTEL_TRACES_SAMPLER', 'sometimes');
    await expect(open()).rejects.toMatchObject({ code: 'LATTICE_CONFIG', message: matching(/"sometimes"/) });
  });

  it('fail with a code and a message without secrets', async () => {
    const telemetry = await open();
    const span = telemetry.startSpan('chat m');
    const cause = new Error(`secret ${generated}`);
    span.recordError(
      new LatticeError('LATTICE_AUTHENTICATION', `rejected, Authorization: Bearer ${generated}`, { cause }),
    );
    span.end();
    const other = telemetry.startSpan('chat m');
    other.recordError(`password=${chosen}`);
    other.end();
    const long = telemetry.startSpan('chat m');
    long.recordError(new LatticeError('LATTICE_UPSTREAM', `${'x '.repeat(300_000)} password=${chosen}`));
    long.end();
    const [first, second, third] = telemetry.finishedSpans();
    expect(first).toMatchObject({
      attributes: { 'error.type': 'LATTICE_AUTHENTICATION' },
      error: 'rejected, Authorization: Bearer [REDACTED]',
    });
    expect(second).toMatchObject({
      attributes: { 'error.type': 'LATTICE_INTERNAL' },
      error: 'password=[REDACTED]',
    });
    expect(third?.error?.length).toBe(1024);
    expect(JSON.stringify(telemetry.finishedSpans())).not.toContain(generated);
  });

  it('lose secrets in their names and attributes', async () => {
    const telemetry = await open();
    const span = telemetry.startSpan(`chat password=${chosen}`, {
      attributes: {
        'url.path': `/x/Bearer ${generated}`,
        authorization: generated,
        list: [`token=${generated}`],
        n: 7,
      },
    });
    span.end();
    const [kept] = telemetry.finishedSpans();
    expect(JSON.stringify(kept)).not.toContain(generated);
    expect(kept).toMatchObject({ name: 'chat password=[REDACTED]', attributes: { n: 7 } });
  });

  it('are kept up to the limit, the last ones', async () => {
    const telemetry = await open({ keepSpans: 2 });
    for (const name of ['a', 'b', 'c']) telemetry.startSpan(name).end();
    expect(telemetry.finishedSpans().map(({ name }) => name)).toEqual(['b', 'c']);
  });

  it('of two instances do not mix, and nothing process-wide is registered', async () => {
    const [one, two] = [await open(), await open()];
    one.startSpan('one').end();
    two.startSpan('two').end();
    expect(one.finishedSpans().map(({ name }) => name)).toEqual(['one']);
    expect(two.finishedSpans().map(({ name }) => name)).toEqual(['two']);
    const withMetrics = await open({ metrics: true });
    withMetrics.startSpan('x').end();
    expect(trace.getTracer('probe').startSpan('probe').isRecording()).toBe(false);
    expect(metrics.getMeterProvider().constructor.name).toMatch(/noop/i);
  });
});

describe('without anybody who records spans', () => {
  it('trace context is handed on unchanged, and a trace of its own is not sampled', async () => {
    const telemetry = await open({ keepSpans: 0 });
    const parent = parseTraceparent(incoming);
    const span = telemetry.startSpan('a', { parent });
    span.setAttributes({ a: 1 });
    span.recordError(new Error('x'));
    span.end();
    expect(span.context).toEqual(parent);
    const root = contextOf(telemetry.startSpan('b'));
    expect(root).toMatchObject({
      isSampled: false,
      traceId: matching(/^[0-9a-f]{32}$/),
      spanId: matching(/^[0-9a-f]{16}$/),
    });
    expect(contextOf(telemetry.startSpan('b')).traceId).not.toBe(root.traceId);
    expect(telemetry.finishedSpans()).toEqual([]);
    await expect(telemetry.prometheus()).resolves.toMatch(/^#.*\n$/);
    await telemetry.flush();
  });
});

describe('logs', () => {
  it('carry the ids of the trace, which are no secrets', async () => {
    const telemetry = await open();
    const span = telemetry.startSpan('a', { parent: parseTraceparent(incoming) });
    const chunks: string[] = [];
    const destination = new Writable({
      decodeStrings: false,
      write(chunk: string, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    });
    createLogger({ destination }).child(traceFields(span.context)).info({ a: 1 }, 'x');
    span.end();
    expect(JSON.parse(chunks.join(''))).toMatchObject({
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: contextOf(span).spanId,
      trace_flags: '01',
      a: 1,
    });
  });
});

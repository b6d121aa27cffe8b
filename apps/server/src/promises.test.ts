import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKeyService } from '@lattice-lock/auth';
import { attributeNames, type RunTool } from '@lattice-lock/contract';
import { createTelemetry, type FinishedSpan, type OpenTelemetry } from '@lattice-lock/observability';
import { openStorage } from '@lattice-lock/storage';
import type { SimulatorFault } from '@lattice-lock/testing/simulator';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownSecretLines, sampleSecretLines } from './__fixtures__/secret-shapes.ts';
import { spawnServer } from './__fixtures__/spawned-server.ts';
import { LazySimulator } from './lazy-simulator.ts';
import { startGateway, vendorKey, type StartedGateway } from './__fixtures__/started-gateway.ts';

const model = 'openai/gpt-5-mini';
const messages = [{ role: 'user', content: 'What is the sea?' }] as const;

let telemetry: OpenTelemetry;
let gateway: StartedGateway;

async function start(attempts: number, runTimeoutMs = 30_000): Promise<void> {
  telemetry = await createTelemetry({ keepSpans: 200 });
  const limits = `firstByteTimeoutMs: 400, idleTimeoutMs: 400, maxAttemptsPerModel: ${attempts}, runTimeoutMs: ${runTimeoutMs}`;
  gateway = await startGateway([`execution: { retryBaseDelayMs: 0, ${limits} }`], telemetry);
}
afterEach(async () => {
  await gateway.close();
  await telemetry.shutdown();
});

function ask(more: object = {}, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ model, messages, ...more });
  return gateway.fetch('/v1/chat/completions', { method: 'POST', headers, body });
}

interface WireErrorBody {
  readonly error: { readonly code: string; readonly type: string; readonly message: string };
}

/** The error of an answer: its body, or the last event of its stream. */
async function errorOf(response: Response): Promise<WireErrorBody['error']> {
  const text = await response.text();
  const json = text.startsWith('data:')
    ? text
        .trimEnd()
        .split('\n\n')
        .at(-1)
        ?.replace(/^data: /, '')
    : text;
  return (JSON.parse(json ?? '') as WireErrorBody).error;
}

const promises: readonly (readonly [promise: string, prove: () => Promise<void>])[] = [
  ['a revoked key is refused at once, in words that do not say it ever was one', refusesRevokedKeys],
  ['one request with a retry and two tools is one tree of spans, and counted in /metrics', tracesAndCounts],
  ['SIGTERM lets an open stream end, takes no new request, and ends with 0', drainsOnSigterm],
  ['health is asked once by many callers, and kept', sharesHealth],
  ['no secret a vendor, a caller or a header brings is in a log line, an answer, a span or the storage', leaksNothing],
];

describe('the gateway promises that', () => {
  beforeEach(() => start(2));

  it.each(promises)('%s', async (_promise, prove) => {
    await prove();
  });
});

async function refusesRevokedKeys(): Promise<void> {
  const storage = await openStorage({ dataDir: gateway.dataDir });
  try {
    const service = createApiKeyService({ store: storage.apiKeys });
    const { key, record } = await service.create({ name: 'to be revoked' });
    const withKey = { authorization: `Bearer ${key}` };
    expect((await ask({}, withKey)).status).toBe(200);
    await service.revoke(record.id);
    await expect.poll(async () => (await ask({}, withKey)).status).toBe(401);
    const served = gateway.simulator.served().length;
    const refused = await ask({}, withKey);
    const unknown = await ask({}, { authorization: `Bearer ${key.slice(0, -4)}XXXX` });
    expect([refused.status, unknown.status]).toEqual([401, 401]);
    const { message, code } = await errorOf(unknown);
    expect(await errorOf(refused)).toMatchObject({ message, code });
    expect(gateway.simulator.served()).toHaveLength(served);
  } finally {
    await storage.close();
  }
}

async function tracesAndCounts(): Promise<void> {
  const tool = (name: string): RunTool => ({ name, parameters: { type: 'object' }, execute: () => 'done' });
  const toolCalls = ['tide', 'depth'].map((name) => ({ name, arguments: {} }));
  gateway.simulator.enqueue({ fault: { type: 'status', status: 503 } }, { answer: { toolCalls } });
  const answer = await gateway.server.lattice.chat({ model, messages, tools: [tool('tide'), tool('depth')] });
  const spans = telemetry.finishedSpans();
  const run = spans.find(({ name }) => name === 'invoke_agent');
  const children = spans.filter(({ parentSpanId }) => parentSpanId === run?.context.spanId);
  const about = ({ name, attributes }: FinishedSpan) => [
    name,
    attributes[attributeNames.attemptStatus] ?? attributes[attributeNames.toolName],
  ];
  expect(children.map(about)).toEqual([
    ['chat gpt-5-mini', 'failed'],
    ['chat gpt-5-mini', 'ok'],
    ['execute_tool tide', 'tide'],
    ['execute_tool depth', 'depth'],
    ['chat gpt-5-mini', 'ok'],
  ]);
  expect(answer.attempts.map(({ status }) => status)).toEqual(['failed', 'ok', 'ok']);
  const metrics = await (await gateway.fetch('/metrics')).text();
  expect(metrics).toMatch(/^gen_ai_client_operation_duration_count\{.*lattice_attempt_status="failed".*\} 1$/m);
  expect(metrics).toMatch(/^gen_ai_client_operation_duration_count\{.*lattice_attempt_status="ok".*\} 2$/m);
  expect(metrics).toMatch(/^gen_ai_execute_tool_duration_count\{.*gen_ai_tool_name="tide".*\} 1$/m);
  expect(metrics).toMatch(/^gen_ai_execute_tool_duration_count\{.*gen_ai_tool_name="depth".*\} 1$/m);
}

async function drainsOnSigterm(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lattice-promises-'));
  const simulator = await new LazySimulator().start();
  const env = { OPENAI_API_KEY: vendorKey, OPENAI_BASE_URL: simulator.baseUrl('openai-chat') ?? '' };
  const server = await spawnServer(folder, env);
  const post = (stream: boolean) =>
    fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key ?? ''}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream, messages }),
    });
  try {
    const text = 'the tide comes in and goes out again twice a day';
    simulator.enqueue({ answer: { text }, fault: { type: 'slow', delayMsPerEvent: 100 } });
    const open = await post(true);
    const exited = server.stop();
    await expect.poll(async () => (await post(false)).status).toBe(503);
    const events = await open.text();
    expect(events.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(events).toContain('day');
    expect(await exited).toBe(0);
    const storage = await openStorage({ dataDir: join(folder) });
    const [streamed, ...others] = await storage.ledger.entries({});
    expect(streamed).toMatchObject({ status: 'ok', model: 'gpt-5-mini' });
    // What came before the signal did was answered too.
    expect(others.filter(({ status }) => status !== 'ok')).toEqual([]);
    await storage.close();
  } finally {
    await server.kill();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function sharesHealth(): Promise<void> {
  const { lattice } = gateway.server;
  const answers = await Promise.all(Array.from({ length: 20 }, () => lattice.health()));
  const asked = gateway.simulator.otherRequests().length;
  expect(answers[0]?.filter(({ state }) => state === 'available').map(({ provider }) => provider)).toEqual(
    expect.arrayContaining(['openai', 'anthropic']),
  );
  expect(asked).toBe(2);
  expect(await lattice.health()).toEqual(answers[0]);
  expect(gateway.simulator.otherRequests()).toHaveLength(asked);
  await lattice.health({ fresh: true });
  expect(gateway.simulator.otherRequests()).toHaveLength(2 * asked);
}

async function leaksNothing(): Promise<void> {
  const lines = [...ownSecretLines, ...sampleSecretLines()];
  const shown: string[] = [];
  for (const { line, secrets } of lines) {
    const vendorSays = {
      type: 'status',
      status: 400,
      body: { error: { message: line, type: 'invalid_request_error' } },
    };
    const header = /^[\x20-\x7e]+$/.test(line) ? line : secrets[0]?.replace(/[^\x20-\x7e]/g, '');
    gateway.simulator.enqueue({ fault: vendorSays as SimulatorFault });
    const answers = await Promise.all([
      ask(),
      ask({}, { authorization: `Bearer ${header ?? ''}` }),
      ask({ model: line }),
      ask({ temperature: line }),
      gateway.fetch(`/v1/models/${encodeURIComponent(line)}`),
    ]);
    shown.push(...(await Promise.all(answers.map((answer) => answer.text()))));
  }
  shown.push(...texts(gateway.logs), ...texts(telemetry.finishedSpans()));
  const storage = await openStorage({ dataDir: gateway.dataDir });
  shown.push(...texts(await storage.ledger.entries({})));
  await storage.close();
  const all = shown.join('\n');
  const leaked = lines.filter(({ secrets }) =>
    secrets.some((secret) => all.includes(secret) || all.includes(encodeURIComponent(secret))),
  );
  expect(leaked.map(({ kind }) => kind)).toEqual([]);
  expect(all).not.toContain(vendorKey);
  expect(all).toContain('[REDACTED]');
}

/** Every text anywhere in a value, as its reader sees it: not escaped. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...texts(inner)]);
}

interface FaultRow {
  readonly name: string;
  readonly fault: SimulatorFault;
  /** Of a buffered answer. */
  readonly status: number;
  /** OpenAI's `code` of the error. */
  readonly code: string;
  /** In a stream, where it differs: a break shows there before the body is whole. */
  readonly streamed?: string;
}

/** What a caller is told when the vendor fails so, and nobody else can be asked. */
const faults: readonly FaultRow[] = [
  { name: '400', fault: { type: 'status', status: 400 }, status: 400, code: 'invalid_request' },
  { name: '401', fault: { type: 'status', status: 401 }, status: 502, code: 'upstream_authentication' },
  { name: '403', fault: { type: 'status', status: 403 }, status: 502, code: 'upstream_permission' },
  { name: '404', fault: { type: 'status', status: 404 }, status: 404, code: 'model_not_found' },
  { name: '413', fault: { type: 'status', status: 413 }, status: 413, code: 'request_too_large' },
  { name: '429', fault: { type: 'status', status: 429 }, status: 429, code: 'rate_limit_exceeded' },
  {
    name: '429, quota',
    fault: { type: 'status', status: 429, reason: 'quota' },
    status: 429,
    code: 'insufficient_quota',
  },
  {
    name: '400, context',
    fault: { type: 'status', status: 400, reason: 'context-length' },
    status: 400,
    code: 'context_length_exceeded',
  },
  {
    name: '400, filter',
    fault: { type: 'status', status: 400, reason: 'content-filter' },
    status: 400,
    code: 'content_filter',
  },
  { name: '500', fault: { type: 'status', status: 500 }, status: 502, code: 'upstream_error' },
  { name: '503', fault: { type: 'status', status: 503 }, status: 503, code: 'upstream_overloaded' },
  {
    name: 'HTML',
    fault: { type: 'status', status: 200, body: '<html>hi</html>' },
    status: 502,
    code: 'upstream_malformed_response',
  },
  {
    name: 'reset before headers',
    fault: { type: 'reset', when: 'before-headers' },
    status: 502,
    code: 'upstream_unreachable',
  },
  {
    name: 'reset before the first event',
    fault: { type: 'reset', when: 'before-first-event' },
    status: 502,
    code: 'upstream_stream_interrupted',
  },
  {
    name: 'reset in the answer',
    fault: { type: 'reset', when: 'mid-answer' },
    status: 502,
    code: 'upstream_stream_interrupted',
  },
  {
    name: 'cut',
    fault: { type: 'cut', afterEvents: 2 },
    status: 502,
    code: 'upstream_malformed_response',
    streamed: 'upstream_stream_interrupted',
  },
  { name: 'malformed', fault: { type: 'malformed', afterEvents: 2 }, status: 502, code: 'upstream_malformed_response' },
  {
    name: 'error event',
    fault: { type: 'error-event', afterEvents: 2 },
    status: 502,
    code: 'upstream_malformed_response',
    streamed: 'upstream_overloaded',
  },
  {
    name: 'stall before headers',
    fault: { type: 'stall', afterEvents: 'before-headers' },
    status: 504,
    code: 'timeout',
  },
  { name: 'stall', fault: { type: 'stall', afterEvents: 2 }, status: 504, code: 'timeout' },
];

describe('each fault of a vendor is seen as its typed error', () => {
  // One try, and nobody to fall back to: the caller is told what the vendor did.
  beforeEach(() => start(1, 1000));

  it.each(faults)('$name', async ({ fault, status, code, streamed = code }) => {
    gateway.simulator.respondWith(() => ({ answer: { text: 'one two three four five six' }, fault }));
    const whole = await ask();
    expect([whole.status, (await errorOf(whole)).code]).toEqual([status, code]);
    const stream = await ask({ stream: true });
    const text = await stream.clone().text();
    expect((await errorOf(stream)).code).toBe(streamed);
    expect(text).not.toContain('[DONE]');
  });
});

import { attributeNames, type RunTool } from '@lattice-lock/contract';
import { createTelemetry, type FinishedSpan, type OpenTelemetry } from '@lattice-lock/observability';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, vendorKey, type StartedGateway } from './__fixtures__/started-gateway.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const incoming = `00-${traceId}-00f067aa0ba902b7-01`;
const busy = { fault: { type: 'status', status: 503, body: { error: { message: `no, ${vendorKey}` } } } } as const;
const fast = ['execution: { retryBaseDelayMs: 0 }'];

let telemetry: OpenTelemetry;
let gateway: StartedGateway;

beforeEach(async () => {
  telemetry = await createTelemetry({ keepSpans: 100 });
  gateway = await startGateway(fast, telemetry);
});

afterEach(async () => {
  await gateway.close();
  await telemetry.shutdown();
});

function ask(body: object = {}): Promise<Response> {
  return gateway.fetch('/v1/chat/completions', {
    method: 'POST',
    headers: { traceparent: incoming },
    body: JSON.stringify({ model: 'openai/gpt-5-mini', messages: [{ role: 'user', content: 'Hello' }], ...body }),
  });
}

/** `name: children`, by parent, in the order the spans ended. */
function childrenOf(spans: readonly FinishedSpan[], parent: string): readonly FinishedSpan[] {
  return spans.filter(({ parentSpanId }) => parentSpanId === parent);
}

/** The spans of a request, once its socket is done with it. */
async function spansOfRequest(): Promise<readonly FinishedSpan[]> {
  await expect.poll(() => telemetry.finishedSpans().some(({ kind }) => kind === 'server')).toBe(true);
  return telemetry.finishedSpans();
}

describe('a traced request', () => {
  it.each([false, true])(
    'is one tree: request, run, attempts, and goes on at the vendor (stream: %s)',
    async (stream) => {
      gateway.simulator.enqueue(busy);
      await (await ask({ stream })).text();
      const spans = await spansOfRequest();
      const [request] = childrenOf(spans, '00f067aa0ba902b7');
      expect(request).toMatchObject({
        name: 'POST /v1/chat/completions',
        kind: 'server',
        context: { traceId },
        attributes: { [attributeNames.httpStatus]: 200 },
        error: null,
      });
      const [run] = childrenOf(spans, request?.context.spanId ?? '');
      expect(run).toMatchObject({ name: 'invoke_agent', attributes: { [attributeNames.attemptCount]: 2 } });
      const attempts = childrenOf(spans, run?.context.spanId ?? '');
      expect(attempts).toMatchObject([
        {
          name: 'chat gpt-5-mini',
          kind: 'client',
          attributes: { [attributeNames.retryCount]: 0, [attributeNames.attemptStatus]: 'failed' },
          error: expect.stringContaining('503') as unknown,
        },
        {
          name: 'chat gpt-5-mini',
          attributes: {
            [attributeNames.retryCount]: 1,
            [attributeNames.attemptStatus]: 'ok',
            [attributeNames.inputTokens]: expect.any(Number) as unknown,
          },
        },
      ]);
      expect(gateway.simulator.served().map(({ headers }) => headers['traceparent'])).toEqual(
        attempts.map(({ context }) => `00-${traceId}-${context.spanId}-01`),
      );
      expect(JSON.stringify(spans)).not.toContain(vendorKey);
      await expect
        .poll(() => gateway.logs.find(({ msg }) => msg === 'request'))
        .toMatchObject({
          trace_id: traceId,
          span_id: request?.context.spanId,
        });
    },
  );

  it('has its ids on the log line of its selection', async () => {
    await (await ask({ model: 'auto' })).text();
    const run = (await spansOfRequest()).find(({ name }) => name === 'invoke_agent');
    expect(gateway.logs.find(({ msg }) => msg === 'model selection')).toMatchObject({
      trace_id: traceId,
      span_id: run?.context.spanId,
    });
  });

  it('of a program shows its retry and its tools under one run', async () => {
    const tool = (name: string): RunTool => ({ name, parameters: { type: 'object' }, execute: () => 'done' });
    gateway.simulator.enqueue(busy, {
      answer: {
        toolCalls: [
          { name: 'one', arguments: {} },
          { name: 'two', arguments: {} },
        ],
      },
    });
    const tools = [tool('one'), tool('two')];
    const messages = [{ role: 'user', content: 'Go' }] as const;
    await gateway.server.lattice.chat({ model: 'openai/gpt-5-mini', messages, tools });
    const spans = telemetry.finishedSpans();
    const run = spans.find(({ name }) => name === 'invoke_agent');
    expect(run?.parentSpanId).toBeNull();
    expect(childrenOf(spans, run?.context.spanId ?? '').map(({ name }) => name)).toEqual([
      'chat gpt-5-mini',
      'chat gpt-5-mini',
      'execute_tool one',
      'execute_tool two',
      'chat gpt-5-mini',
    ]);
  });

  it('does not count probes and scrapes, and fails where the gateway does', async () => {
    await gateway.fetch('/livez');
    await gateway.fetch('/metrics');
    gateway.simulator.enqueue(busy, busy);
    expect((await ask()).status).toBe(502);
    const spans = await spansOfRequest();
    expect(spans.filter(({ kind }) => kind === 'server')).toMatchObject([
      {
        error: expect.any(String) as unknown,
        attributes: { [attributeNames.errorType]: expect.any(String) as unknown },
      },
    ]);
  });
});

describe('GET /metrics', () => {
  it('tells a key holder what was measured, and nobody else', async () => {
    await (await ask({ stream: true })).text();
    await spansOfRequest();
    const text = await (await gateway.fetch('/metrics')).text();
    for (const line of [
      /^gen_ai_client_operation_duration_count\{.*gen_ai_request_model="gpt-5-mini".*lattice_attempt_status="ok"\} 1$/m,
      /^gen_ai_client_token_usage_count\{.*gen_ai_token_type="input"\} 1$/m,
      /^gen_ai_client_operation_time_to_first_chunk_count\{/m,
      /^lattice_cost_total\{.*\} \d+$/m,
      /^lattice_selection_duration_count 1$/m,
      /^gen_ai_invoke_agent_duration_count 1$/m,
      /^http_server_request_duration_count\{.*http_route="\/v1\/chat\/completions".*status_code="200".*\} 1$/m,
    ]) {
      expect(text).toMatch(line);
    }
    const stranger = await fetch(`${gateway.server.url}/metrics`);
    expect(stranger.status).toBe(401);
    expect(await stranger.text()).not.toContain('gen_ai');
  });

  it('is not there where metrics are off, and open where they are public', async () => {
    const off = await startGateway(['metrics: { enabled: false }']);
    const open = await startGateway(['metrics: { public: true }']);
    try {
      expect((await off.fetch('/metrics')).status).toBe(404);
      expect((await fetch(`${open.server.url}/metrics`)).status).toBe(200);
    } finally {
      await off.close();
      await open.close();
    }
  });
});

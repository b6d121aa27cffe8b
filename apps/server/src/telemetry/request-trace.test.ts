import { attributeNames, LatticeError } from '@lattice-lock/contract';
import { createTelemetry, type OpenTelemetry } from '@lattice-lock/observability';
import { fastify } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RequestTrace, type RequestOutcome, type RequestTraceOptions, type TracedRequest } from './request-trace.ts';

const incoming = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let telemetry: OpenTelemetry;

beforeEach(async () => {
  telemetry = await createTelemetry({ keepSpans: 10 });
});

afterEach(() => telemetry.shutdown());

function traced(
  request: Partial<TracedRequest>,
  outcome: RequestOutcome = { status: 200 },
  options?: RequestTraceOptions,
): RequestTrace {
  const whole = { method: 'POST', url: '/v1/x?key=1', headers: {}, protocol: 'http', routeOptions: { url: '/v1/x' } };
  const trace = new RequestTrace(telemetry, { ...whole, ...request } as TracedRequest, options);
  trace.end(outcome);
  trace.end(outcome);
  return trace;
}

describe('RequestTrace', () => {
  it('continues the trace of a real request, once, and says route and status', async () => {
    const app = fastify();
    const traces: RequestTrace[] = [];
    app.addHook('onRequest', (request, reply, done) => {
      const trace = new RequestTrace(telemetry, request);
      traces.push(trace);
      reply.raw.once('close', () => trace.end({ status: reply.raw.statusCode }));
      done();
    });
    app.get('/v1/models/:id', () => ({ ok: true }));
    try {
      const url = await app.listen({ port: 0, host: '127.0.0.1' });
      const headers = { traceparent: incoming };
      await (await fetch(`${url}/v1/models/secret-id?api_key=abc`, { headers })).text();
      await (await fetch(`${url}/nowhere`, { headers: { traceparent: 'nonsense' } })).text();
    } finally {
      await app.close();
    }
    const [known, unknown] = telemetry.finishedSpans();
    expect(known).toMatchObject({
      name: 'GET /v1/models/:id',
      kind: 'server',
      parentSpanId: '00f067aa0ba902b7',
      context: { traceId: '4bf92f3577b34da6a3ce929d0e0e4736' },
      error: null,
      attributes: {
        [attributeNames.httpMethod]: 'GET',
        [attributeNames.httpRoute]: '/v1/models/:id',
        [attributeNames.httpStatus]: 200,
        [attributeNames.urlPath]: '/v1/models/secret-id',
        [attributeNames.urlScheme]: 'http',
      },
    });
    expect(unknown).toMatchObject({ name: 'GET', parentSpanId: null });
    expect(traces[0]?.logFields).toEqual({
      trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: known?.context.spanId,
      trace_flags: '01',
    });
    const text = await telemetry.prometheus();
    expect(text).toContain('http_route="/v1/models/:id"');
    expect(text).not.toContain('secret-id');
  });

  it('fails by errors of the server and by answers that broke off, not by those of the client', () => {
    const error = new LatticeError('LATTICE_UPSTREAM', 'it broke, password=hunter2');
    const outcomes = [{ status: 500 }, { status: 502, error }, { status: 200, error }, { status: 400, error }];
    for (const outcome of [...outcomes, { status: 499, error }]) traced({}, outcome);
    const spans = telemetry.finishedSpans();
    expect(spans.map((span) => span.attributes[attributeNames.errorType])).toEqual([
      '500',
      'LATTICE_UPSTREAM',
      'LATTICE_UPSTREAM',
      undefined,
      undefined,
    ]);
    expect(spans.map((span) => span.error)).toEqual([
      'HTTP status 500',
      'it broke, password=[REDACTED]',
      'it broke, password=[REDACTED]',
      null,
      null,
    ]);
  });

  it('takes no parent where callers are not to decide what is recorded, nor from a list of headers', () => {
    const headers = { traceparent: incoming };
    expect(traced({ headers }, undefined, { acceptParent: false }).context?.traceId).not.toContain('4bf92f35');
    expect(traced({ headers: { traceparent: `${incoming}, ${incoming}` } }).context?.traceId).not.toContain('4bf92f35');
    expect(traced({ headers }).context?.traceId).toContain('4bf92f35');
  });

  it('gives methods that clients make up no name', async () => {
    traced({ method: 'BREW', routeOptions: {} });
    expect(telemetry.finishedSpans()[0]).toMatchObject({
      name: 'HTTP',
      attributes: { [attributeNames.httpMethod]: '_OTHER' },
    });
    expect(await telemetry.prometheus()).not.toContain('BREW');
  });
});

import { metricNames, type ApiKeyRecord } from '@lattice-lock/contract';
import { createTelemetry, type OpenTelemetry } from '@lattice-lock/observability';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { edgeError } from '../http/edge-error.ts';
import { errorAnswer } from '../openai/error-body.ts';
import { metricsRoute, type MetricsRouteOptions } from './metrics-route.ts';

const goodKey = 'good-key';
const keys: MetricsRouteOptions['keys'] = {
  verify: async (key) => (key === goodKey ? ({ id: 'key_1' } as ApiKeyRecord) : null),
};

let telemetry: OpenTelemetry;
let app: FastifyInstance;

beforeEach(async () => {
  telemetry = await createTelemetry();
  telemetry.record(metricNames.costNanoUsd, 42);
  app = fastify();
  app.setErrorHandler((error, request, reply) => {
    const { status, headers, body } = errorAnswer(edgeError(error, 1000), request.id);
    return reply.code(status).headers(headers).send(body);
  });
});

afterEach(async () => {
  await app.close();
  await telemetry.shutdown();
});

describe('GET /metrics', () => {
  it('answers the metrics in a format with a version to whoever has a key', async () => {
    metricsRoute(app, { telemetry, keys });
    const answer = await app.inject({ url: '/metrics', headers: { authorization: `Bearer ${goodKey}` } });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toContain('lattice_cost_total 42\n');
  });

  it.each([{}, { authorization: 'Bearer wrong' }])('answers 401 and no metric to %j', async (headers) => {
    metricsRoute(app, { telemetry, keys });
    const answer = await app.inject({ url: '/metrics', headers });
    expect(answer.statusCode).toBe(401);
    expect(answer.body).not.toContain('lattice_cost');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  it('asks for no key where it is public or keys are off', async () => {
    metricsRoute(app, { telemetry, keys, isPublic: true });
    expect((await app.inject('/metrics')).statusCode).toBe(200);
    const other = fastify();
    metricsRoute(other, { telemetry, keys: null });
    expect((await other.inject('/metrics')).body).toContain('lattice_cost_total');
    await other.close();
  });

  it('takes no other method', async () => {
    metricsRoute(app, { telemetry, keys, isPublic: true });
    const answer = await app.inject({ method: 'POST', url: '/metrics' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD');
  });
});

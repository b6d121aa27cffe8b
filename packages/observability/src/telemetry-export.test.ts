import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LatticeError, silentLogger, type LogFields, type Logger } from '@lattice-lock/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { generated } from './__fixtures__/secret-lines.ts';
import { createTelemetry } from './index.ts';

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A regex alone matches any text in `toMatchObject`. */
const matching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const servers: Server[] = [];

/** A collector that takes spans, or answers every one with a status. */
async function startCollector(status = 200): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

function watchedLogger(): { logger: Logger; warnings: LogFields[] } {
  const warnings: LogFields[] = [];
  return { logger: { ...silentLogger, warn: (fields) => void warnings.push(fields) }, warnings };
}

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('export by OTLP', () => {
  it('sends spans with the resource, headers of the operator, and without secrets', async () => {
    const { url, received } = await startCollector();
    const telemetry = await createTelemetry({
      otlpEndpoint: `${url}/`,
      otlpHeaders: { 'x-collector': 'mine' },
      serviceName: 'gateway',
      serviceVersion: '1.2.3',
      metrics: false,
    });
    const parent = telemetry.startSpan('POST /v1/chat/completions', { kind: 'server' });
    const span = telemetry.startSpan('chat m', { parent: parent.context, attributes: { authorization: generated } });
    span.recordError(new LatticeError('LATTICE_UPSTREAM', `Bearer ${generated}`));
    span.end();
    parent.end();
    await telemetry.flush();
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ url: '/v1/traces', headers: { 'x-collector': 'mine' } });
    const body = received[0]?.body ?? '';
    expect(body).not.toContain(generated);
    const { resourceSpans } = JSON.parse(body) as {
      resourceSpans: [{ resource: unknown; scopeSpans: [{ spans: unknown[] }] }];
    };
    expect(JSON.stringify(resourceSpans[0].resource)).toMatch(/gateway.*1\.2\.3/);
    expect(resourceSpans[0].scopeSpans[0].spans).toMatchObject([
      {
        name: 'chat m',
        traceId: parent.context?.traceId,
        parentSpanId: parent.context?.spanId,
        status: { code: 2, message: 'Bearer [REDACTED]' },
      },
      { name: 'POST /v1/chat/completions', kind: 2 },
    ]);
    await telemetry.shutdown();
    await telemetry.shutdown();
  });

  it('goes where the environment of OpenTelemetry says, and nowhere when that says none', async () => {
    const { url, received } = await startCollector();
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url);
    vi.stubEnv('OTEL_SERVICE_NAME', 'from-env');
    const telemetry = await createTelemetry({ metrics: false });
    telemetry.startSpan('a').end();
    await telemetry.shutdown();
    expect(received).toMatchObject([{ url: '/v1/traces', body: matching(/from-env/) }]);

    for (const [name, value] of [
      ['OTEL_TRACES_EXPORTER', 'none'],
      ['OTEL_SDK_DISABLED', 'true'],
    ] as const) {
      vi.stubEnv(name, value);
      const off = await createTelemetry({ metrics: false });
      off.startSpan('b').end();
      await off.shutdown();
      vi.stubEnv(name, undefined);
    }
    expect(received).toHaveLength(1);
  });

  it('does not send what is not sampled', async () => {
    const { url, received } = await startCollector();
    const telemetry = await createTelemetry({ otlpEndpoint: url, sampleRatio: 0, metrics: false });
    telemetry.startSpan('a').end();
    await telemetry.shutdown();
    expect(received).toEqual([]);
  });

  it('that fails is logged, and stops neither a flush nor a shutdown', async () => {
    const { url } = await startCollector(400);
    const { logger, warnings } = watchedLogger();
    const telemetry = await createTelemetry({ otlpEndpoint: url, logger, exportTimeoutMs: 2000, metrics: false });
    telemetry.startSpan('a').end();
    await telemetry.flush();
    expect(warnings).toMatchObject([{ spans: 1 }]);
    telemetry.startSpan('b').end();
    await telemetry.shutdown();
    expect(warnings).toHaveLength(2);
  });

  it('refuses an endpoint that is no URL without showing it', async () => {
    const wrong = createTelemetry({ otlpEndpoint: `user:${generated}@collector` });
    await expect(wrong).rejects.toMatchObject({ code: 'LATTICE_CONFIG', message: matching(/otlpEndpoint/) });
    await expect(wrong).rejects.not.toMatchObject({ message: expect.stringContaining(generated) as unknown });
  });
});

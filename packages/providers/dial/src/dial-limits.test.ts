import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { readDialLimits } from './index.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(status: number, body: string): Promise<ScriptedServer> {
  const server = await startScriptedServer((_request, response) =>
    status === 200 && body.startsWith('{')
      ? sendJson(response, status, JSON.parse(body))
      : response.writeHead(status).end(body),
  );
  servers.push(server);
  return server;
}

describe('readDialLimits', () => {
  it('says what is left, and where there is no limit', async () => {
    const body =
      '{"minuteTokenStats":{"total":100,"used":40},"dayTokenStats":{"total":9223372036854775807,"used":40,' +
      '"resetsAt":"2026-11-21T00:00:00Z"},"dayRequestStats":{"total":5,"used":6}}';
    const server = await serve(200, body);
    const limits = await readDialLimits('applications/b/My%20App', { baseUrl: server.url, apiKey: 'key-12345678' });
    expect(limits).toMatchObject({
      minuteTokens: { total: 100, used: 40, remaining: 60, resetsAt: null },
      dayTokens: { total: null, used: 40, remaining: null, resetsAt: '2026-11-21T00:00:00Z' },
      dayRequests: { remaining: 0 },
      monthCost: null,
    });
    expect(server.received[0]).toMatchObject({
      path: '/v1/deployments/applications/b/My%20App/limits',
      headers: { 'api-key': 'key-12345678' },
    });
  });

  it.each([
    [404, 'Not found', 'LATTICE_NOT_FOUND'],
    [401, 'Unknown api key', 'LATTICE_AUTHENTICATION'],
    [200, '<html>', 'LATTICE_MALFORMED_RESPONSE'],
  ])('fails as a call would: %i %s', async (status, body, code) => {
    const server = await serve(status, body);
    await expect(readDialLimits('m', { baseUrl: server.url, apiKey: 'key-12345678' })).rejects.toMatchObject({ code });
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { sendJson, startScriptedServer, type ScriptedServer } from './index.ts';

const open: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

describe('a scripted server', () => {
  it('keeps what arrives and answers what the test writes', async () => {
    const server = await startScriptedServer((request, response) =>
      sendJson(response, 418, { told: request.body['say'] ?? null }, { 'x-kind': 'teapot' }),
    );
    open.push(server);
    const answer = await fetch(`${server.url}/a?b=1`, { method: 'POST', body: '{"say":"hi"}' });
    expect([answer.status, answer.headers.get('x-kind'), await answer.json()]).toEqual([418, 'teapot', { told: 'hi' }]);
    await (await fetch(`${server.url}/c`)).text();
    expect(server.received.map(({ method, path, body }) => ({ method, path, body }))).toEqual([
      { method: 'POST', path: '/a?b=1', body: { say: 'hi' } },
      { method: 'GET', path: '/c', body: {} },
    ]);
  });

  it('closes also while an answer is open', async () => {
    const server = await startScriptedServer((_request, response) => void response.write('never ends'));
    const answer = await fetch(server.url);
    await server.close();
    await expect(answer.text()).rejects.toThrow();
  });
});

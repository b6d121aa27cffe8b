import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@lattice-lock/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createOpenAICompatibleProvider, openAICompatible } from './openai-compatible-provider.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve() {
  const seen: { path: string; headers: IncomingHttpHeaders; body: JsonObject }[] = [];
  const server = createServer((incoming, response) => {
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const body = JSON.parse(Buffer.concat(parts).toString()) as JsonObject;
      seen.push({ path: incoming.url ?? '', headers: incoming.headers, body });
      response.setHeader('content-type', 'text/event-stream');
      response.end(
        'data: {"model":"m","choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

const request = { model: 'm', messages: [{ role: 'user', content: 'hi' }], maxOutputTokens: 4 } as const;

describe('openAICompatible', () => {
  it('calls the server under its base URL, with the older limit, and without a key where there is none', async () => {
    const { seen, baseUrl } = await serve();
    const provider = createOpenAICompatibleProvider({ id: 'mine', baseUrl: `${baseUrl}/` });
    cleanups.push(() => provider.close());
    const texts: string[] = [];
    for await (const event of provider.stream(request)) if (event.type === 'text-delta') texts.push(event.text);
    expect(texts).toEqual(['ok']);
    expect((await provider.chat(request)).provider).toBe('mine');
    expect(seen[0]).toMatchObject({ path: '/v1/chat/completions', body: { max_tokens: 4, stream: true } });
    expect(seen[0]?.headers.authorization).toBeUndefined();
    expect(seen[1]?.body).not.toHaveProperty('stream');
  });

  it('follows the ways of its server', async () => {
    const { seen, baseUrl } = await serve();
    const options = {
      baseUrl,
      apiKey: 'key-12345678',
      maxTokensField: 'max_completion_tokens',
      streamUsage: false,
    } as const;
    const provider = createOpenAICompatibleProvider(options);
    cleanups.push(() => provider.close());
    for await (const event of provider.stream(request)) expect(event.type).not.toBe('error');
    expect(seen[0]?.headers.authorization).toBe('Bearer key-12345678');
    expect(seen[0]?.body).toMatchObject({ max_completion_tokens: 4 });
    expect(seen[0]?.body).not.toHaveProperty('stream_options');
  });

  it('has no server to assume', () => {
    expect(openAICompatible.defaultBaseUrl).toBeNull();
    expect(() => openAICompatible.create({})).toThrow(/OPENAI_COMPATIBLE_BASE_URL/);
  });
});

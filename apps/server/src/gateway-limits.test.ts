import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startGateway, vendorKey, type StartedGateway } from './__fixtures__/started-gateway.ts';

const model = 'openai/gpt-5-mini';
const chat = '/v1/chat/completions';
const good = { model, messages: [{ role: 'user', content: 'Hi.' }] };
const bodyLimit = 50_000;

interface ErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string;
    readonly request_id?: string;
    readonly attempts?: readonly {
      readonly model: string;
      readonly http_status: number | null;
      readonly message: string;
    }[];
    readonly partial?: { readonly length: number };
  };
}

let gateway: StartedGateway;

beforeAll(async () => {
  gateway = await startGateway([
    `server: { bodyLimitBytes: ${bodyLimit} }`,
    'execution: { retryBaseDelayMs: 1, retryMaxDelayMs: 2 }',
  ]);
});
afterAll(() => gateway.close());
beforeEach(() => gateway.simulator.reset());

const post = (body: unknown, init: RequestInit = {}) =>
  gateway.fetch(chat, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), ...init });
const errorOf = async (response: Response) => ((await response.json()) as ErrorBody).error;

describe('bodies', () => {
  it.each([
    ['broken', '{"model": "auto",\n "messages": [}', /line 2, column 15/],
    ['cut off', '{"a":', /ends too early at line 1, column 6/],
    ['empty', '', /body is empty/],
    ['not an object', '[]', /expected object/],
    ['nested 100 000 levels deep', '['.repeat(100_000 / 4) + ']'.repeat(100_000 / 4), /nested deeper/],
    ['with __proto__', '{"messages":[],"__proto__":{"isAdmin":true}}', /__proto__/],
    ['with an escaped __proto__', '{"messages":[],"\\u005f_proto__":{"isAdmin":true}}', /__proto__/],
    ['with half a surrogate pair', JSON.stringify({ ...good, user: '\ud800' }), /user holds half of a surrogate pair/],
  ])('that are %s get 400 with the reason', async (_what, body, reason) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).message).toMatch(reason);
    expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
  });

  it('that are not UTF-8 get 400', async () => {
    const body = Buffer.from('{"model":"\xff"}', 'latin1');
    expect((await gateway.fetch(chat, { method: 'POST', body })).status).toBe(400);
  });

  it('one byte over the limit get 413, one at the limit is processed', async () => {
    const fill = (length: number) => {
      const body = JSON.stringify({ ...good, messages: [{ role: 'user', content: '' }] });
      return body.replace('"content":""', `"content":"${'x'.repeat(length - body.length)}"`);
    };
    const over = await post(fill(bodyLimit + 1));
    expect(over.status).toBe(413);
    expect((await errorOf(over)).code).toBe('request_too_large');
    expect((await post(fill(bodyLimit))).status).toBe(200);
  });

  it('far over the limit get 413, which their sender can read while it still sends', async () => {
    const body = 'x'.repeat(30_000_000);
    for (let round = 0; round < 5; round += 1) expect((await post(body)).status).toBe(413);
  });

  it('far over the limit get 413 even when nobody says how long they are', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(16_384).fill(0x20)),
    });
    const response = await post('', { body, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(413);
  });

  it.each([
    [{ 'content-type': 'text/plain' }, 'unsupported_media_type'],
    [{ 'content-type': 'application/x-www-form-urlencoded' }, 'unsupported_media_type'],
    [{ 'content-encoding': 'gzip' }, 'unsupported_content_encoding'],
  ])('with %j get 415', async (headers, code) => {
    const response = await post(good, { headers });
    expect(response.status).toBe(415);
    expect((await errorOf(response)).code).toBe(code);
  });

  it('with a key twice count the last one', async () => {
    const body = `{"model":"openai/nothing","messages":[{"role":"user","content":"Hi."}],"model":"${model}"}`;
    const response = await post(body);
    expect(response.status).toBe(200);
    expect(gateway.simulator.served()[0]?.model).toBe('gpt-5-mini');
  });
});

describe('paths and methods', () => {
  it('that do not exist get 404 in OpenAI’s shape', async () => {
    for (const path of ['/', '/v1', '/v1/nothing', '/V1/models', '//v1/models', '/v1/models/', '/v1/../etc']) {
      const response = await gateway.fetch(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect((await errorOf(response)).type).toBe('invalid_request_error');
    }
  });

  it('with the wrong method get 405 and what is allowed', async () => {
    const response = await gateway.fetch(chat);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect((await gateway.fetch('/v1/models', { method: 'DELETE' })).status).toBe(405);
    expect((await gateway.fetch('/livez', { method: 'POST', body: '{}' })).status).toBe(405);
    expect((await gateway.fetch(chat, { method: 'OPTIONS' })).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('are not fooled by headers of a proxy nobody configured', async () => {
    const headers = {
      'x-http-method-override': 'POST',
      'x-original-url': '/livez',
      'x-forwarded-host': 'evil.example',
    };
    expect((await gateway.fetch(chat, { headers })).status).toBe(405);
  });
});

describe('keys', () => {
  const routes = [
    ['POST', chat],
    ['POST', '/v1/route'],
    ['GET', '/v1/models'],
    ['HEAD', '/v1/models'],
    ['GET', `/v1/models/${model}`],
    ['GET', '/v1/models/openai%2Fgpt-5-mini'],
    ['PUT', '/v1/models'],
  ] as const;

  it.each(routes)('%s %s asks for one', async (method, path) => {
    const response = await fetch(`${gateway.server.url}${path}`, { method });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
    if (method !== 'HEAD') expect((await errorOf(response)).code).toBe('invalid_api_key');
  });

  it('may come as x-api-key', async () => {
    const headers = { 'x-api-key': gateway.key };
    const response = await fetch(`${gateway.server.url}/v1/models`, { headers });
    expect(response.status).toBe(200);
    await response.body?.cancel();
  });

  it.each(["' OR '1'='1", 'lk_' + 'a'.repeat(43), 'x y', '../../etc/passwd', '%00', 'é'.repeat(20)])(
    'that are wrong are refused alike: %s',
    async (key) => {
      const headers = { 'x-api-key': Buffer.from(key).toString('latin1') };
      const response = await fetch(`${gateway.server.url}/v1/models`, { headers });
      expect(response.status).toBe(401);
    },
  );

  it('of 200 kB are refused before anything reads them', async () => {
    const { hostname, port } = new URL(gateway.server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(`GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(200_000)}\r\n\r\n`);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect(bytes.toString()).toMatch(/^HTTP\/1\.1 431 /);
    socket.destroy();
    expect(JSON.stringify(gateway.logs)).not.toContain('aaaaaaaa');
  });
});

describe('request ids', () => {
  it('are taken over when they are plain, and are in headers, body, ledger and log', async () => {
    const response = await post(good, { headers: { 'x-request-id': 'my-id_1.2:3' } });
    expect(response.headers.get('x-request-id')).toBe('my-id_1.2:3');
    expect(((await response.json()) as { lattice: { request_id: string } }).lattice.request_id).toBe('my-id_1.2:3');
    expect(gateway.logs.some((line) => line['requestId'] === 'my-id_1.2:3' && line['status'] === 200)).toBe(true);
  });

  it.each(['x'.repeat(10_000), 'a b', '{"a":1}', '-x'])('are replaced when they are not: %.20s', async (id) => {
    const response = await gateway.fetch('/v1/models', { headers: { 'x-request-id': id } });
    expect(response.headers.get('x-request-id')).toMatch(/^req_[0-9a-f-]{36}$/);
    await response.body?.cancel();
  });
});

describe('what goes wrong upstream', () => {
  const always = (status: number) => () => ({ fault: { type: 'status' as const, status } });

  it('a refused vendor credential is a 502 that names the provider and holds nothing of the credential', async () => {
    gateway.simulator.respondWith(() => ({
      fault: {
        type: 'status',
        status: 401,
        body: {
          error: {
            message: `Incorrect API key provided: ${vendorKey.slice(0, 12)}***${vendorKey.slice(-4)}`,
            code: 'invalid_api_key',
          },
        },
      },
    }));
    const response = await post(good);
    expect(response.status).toBe(502);
    const text = await response.text();
    expect(text).toContain('openai');
    expect(text).not.toContain(vendorKey.slice(0, 12));
    expect(text).not.toContain(vendorKey.slice(-4));
    expect(JSON.stringify(gateway.logs)).not.toContain(vendorKey);
  });

  it('a rate limit is a 429 with Retry-After', async () => {
    gateway.simulator.respondWith(() => ({ fault: { type: 'status', status: 429, retryAfterSeconds: 3000 } }));
    const response = await post(good);
    const error = await errorOf(response);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(error.attempts?.[0]?.http_status).toBe(429);
  });

  it('when every model fails the error lists each attempt', async () => {
    gateway.simulator.respondWith(always(500));
    const response = await post({ ...good, lattice: { fallbacks: ['anthropic/claude-sonnet-4-5'] } });
    expect(response.status).toBe(502);
    const { code, attempts } = await errorOf(response);
    expect(code).toBe('attempts_failed');
    const tried = attempts?.map((attempt) => attempt.model) ?? [];
    expect(new Set(tried)).toEqual(new Set([model, 'anthropic/claude-sonnet-4-5']));
    expect(attempts?.every((attempt) => attempt.http_status === 500)).toBe(true);
  });

  it('a failure before the first event goes to the next model, and the metadata names both', async () => {
    gateway.simulator.enqueue(
      ...[1, 2, 3].map(() => ({
        match: { wire: 'openai-chat' as const },
        fault: { type: 'reset' as const, when: 'before-first-event' as const },
      })),
    );
    const response = await post({ ...good, stream: true, lattice: { fallbacks: ['anthropic/claude-sonnet-4-5'] } });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-lattice-provider')).toBe('anthropic');
    const text = await response.text();
    expect(text).toMatch(/data: \[DONE\]\n\n$/);
    const last = JSON.parse(text.split('\n\n').at(-3)?.slice(6) ?? '') as {
      lattice: { attempts: { model: string }[] };
    };
    expect(last.lattice.attempts[0]?.model).toBe(model);
    expect(last.lattice.attempts.at(-1)?.model).toBe('anthropic/claude-sonnet-4-5');
  });

  it('a failure after the first event ends the stream with an error and without [DONE]', async () => {
    gateway.simulator.respondWith(() => ({
      answer: { text: 'one two three four' },
      fault: { type: 'cut', afterEvents: 3 },
    }));
    const response = await post({ ...good, stream: true, lattice: { fallbacks: ['anthropic/claude-sonnet-4-5'] } });
    expect(response.status).toBe(200);
    const events = (await response.text()).trimEnd().split('\n\n');
    expect(events).not.toContain('data: [DONE]');
    const { error } = JSON.parse(events.at(-1)?.slice(6) ?? '') as ErrorBody;
    expect(error.code).toBe('upstream_stream_interrupted');
    expect(error.partial?.length).toBeGreaterThan(0);
    expect(error.attempts?.map((attempt) => attempt.model)).toEqual([model]);
  });

  it('a request that fits no model is a 422', async () => {
    const response = await post({ messages: good.messages, lattice: { constraints: { allow: ['openai/nothing'] } } });
    expect(response.status).toBe(422);
    expect((await errorOf(response)).code).toBe('no_candidate');
  });
});

describe('POST /v1/route', () => {
  it('answers the decision with every candidate and calls nobody', async () => {
    const response = await gateway.fetch('/v1/route', {
      method: 'POST',
      body: JSON.stringify({ messages: good.messages }),
    });
    expect(response.status).toBe(200);
    const decision = (await response.json()) as {
      requested: string;
      candidates: unknown[];
      chosen: { provider: string };
    };
    expect(decision.requested).toBe('auto');
    expect(decision.candidates.length).toBeGreaterThan(60);
    expect(['openai', 'anthropic']).toContain(decision.chosen.provider);
    expect(gateway.simulator.served()).toEqual([]);
  });
});

describe('health', () => {
  it('is open to everybody', async () => {
    const [live, ready] = await Promise.all(['/livez', '/readyz'].map((path) => fetch(`${gateway.server.url}${path}`)));
    expect(live?.status).toBe(200);
    expect(ready?.status).toBe(200);
    expect(await ready?.json()).toEqual({ status: 'ready', checks: { storage: 'ok' } });
  });
});

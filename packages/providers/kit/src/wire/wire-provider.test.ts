import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type {
  ChatEvent,
  ChatProvider,
  JsonObject,
  ProviderCapabilities,
  ProviderOptions,
} from '@lattice-lock/contract';
import { LatticeError } from '@lattice-lock/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createFixedConnection, readModelList } from './wire-connection.ts';
import { createWireProvider } from './wire-provider.ts';
import type { ChatCodec, DecodeContext, EmitEvent } from './wire-spec.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(handler: RequestListener): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer(handler).on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A wire of the smallest kind: `{t}` is text, `{u}` is output tokens, `{f}` ends the answer. */
const decodeTiny = (data: JsonObject, context: DecodeContext, emit: EmitEvent) => {
  if (typeof data['t'] === 'string') emit({ type: 'text-delta', index: 0, text: data['t'] });
  if (typeof data['f'] === 'string') {
    emit({ type: 'finish', finishReason: 'stop', rawFinishReason: data['f'] });
  }
  if (data['boom'] === true) throw new TypeError(`codec of ${context.provider}`);
};

const tinyCodec = (framing: 'sse' | 'ndjson'): ChatCodec => ({
  framing,
  encode: (request, { stream }) => ({ path: '/tiny', body: { model: request.model, stream }, warnings: ['a warning'] }),
  decodeBody: (body, context, emit) => {
    begin(context, emit);
    decodeTiny(body, context, emit);
  },
  createStreamDecoder: (context) => {
    let isStarted = false;
    return {
      decode: (data, _event, emit) => {
        if (!isStarted) begin(context, emit);
        isStarted = true;
        decodeTiny(data, context, emit);
      },
      end: () => undefined,
    };
  },
});

const begin = ({ provider, model, warnings, rateLimit, upstreamRequestId }: DecodeContext, emit: EmitEvent) =>
  emit({ type: 'start', id: null, provider, model, warnings, rateLimit, upstreamRequestId });

const capabilities = { streaming: true, tools: false } as ProviderCapabilities;

function tiny(baseUrl: string, options: ProviderOptions = {}, framing: 'sse' | 'ndjson' = 'sse'): ChatProvider {
  const provider = createWireProvider({
    id: 'tiny',
    displayName: 'Tiny',
    capabilities,
    options,
    apiKeyEnv: ['TINY_API_KEY'],
    baseUrlEnv: ['TINY_BASE_URL'],
    connect: () =>
      createFixedConnection({
        provider: 'tiny',
        baseUrl,
        headers: { authorization: 'Bearer tiny-secret-key' },
        secrets: ['tiny-secret-key'],
        codec: tinyCodec(framing),
        health: { path: '/models', readModels: readModelList },
      }),
  });
  cleanups.push(() => provider.close());
  return provider;
}

const request = { model: 'm', messages: [{ role: 'user', content: 'hi' }] } as const;

async function events(provider: ChatProvider, signal?: AbortSignal): Promise<ChatEvent[]> {
  const seen: ChatEvent[] = [];
  for await (const event of provider.stream(request, signal === undefined ? {} : { signal })) seen.push(event);
  return seen;
}

const answering =
  (body: string, type = 'text/event-stream', status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': type, 'x-request-id': 'req_1' }).end(body);

const errorOf = (seen: readonly ChatEvent[]): LatticeError => {
  const last = seen.at(-1);
  if (last?.type !== 'error') throw new LatticeError('LATTICE_INTERNAL', `The last event is ${String(last?.type)}.`);
  return last.error;
};

describe('createWireProvider', () => {
  it('streams and buffers the same answer', async () => {
    const url = await serve((incoming, response) => {
      let body = '';
      incoming.on('data', (part: Buffer) => (body += part.toString()));
      incoming.on('end', () => {
        if ((JSON.parse(body) as JsonObject)['stream'] === true) {
          answering('data: {"t":"one "}\n\ndata: {"t":"two"}\n\ndata: {"f":"end"}\n\n')(incoming, response);
        } else answering('{"t":"one two","f":"end"}', 'application/json')(incoming, response);
      });
    });
    const provider = tiny(url);
    const seen = await events(provider);
    expect(seen.map(({ type }) => type)).toEqual(['start', 'text-delta', 'text-delta', 'finish']);
    const whole = await provider.chat(request);
    expect(whole).toMatchObject({ text: 'one two', finishReason: 'stop', warnings: ['a warning'] });
    expect(whole.upstreamRequestId).toBe('req_1');
  });

  it('sends the connection headers, and lets those of the options win', async () => {
    let headers: IncomingMessage['headers'] = {};
    const url = await serve((incoming, response) => {
      headers = incoming.headers;
      answering('{"t":"x","f":"end"}', 'application/json')(incoming, response);
    });
    await tiny(url, { headers: { 'X-Team': 'blue', Authorization: 'Bearer other' } }).chat(request);
    expect(headers).toMatchObject({
      'x-team': 'blue',
      authorization: 'Bearer other',
      'content-type': 'application/json',
    });
  });

  it('sends the trace context it is given along, streamed or not, and none of its own', async () => {
    const seen: (string | string[] | undefined)[] = [];
    const url = await serve((incoming, response) => {
      seen.push(incoming.headers['traceparent']);
      answering('{"t":"x","f":"end"}', 'application/json')(incoming, response);
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await tiny(url).chat(request, { traceparent });
    for await (const event of tiny(url).stream(request, { traceparent })) void event;
    await tiny(url).chat(request);
    expect(seen).toEqual([traceparent, traceparent, undefined]);
  });

  it('reads what the server sent, whichever was asked for', async () => {
    const json = await serve(answering('\n {"t":"x","f":"end"}', 'application/json'));
    expect((await events(tiny(json))).map(({ type }) => type)).toEqual(['start', 'text-delta', 'finish']);
    const sse = await serve(answering(': hello\n\ndata: {"t":"x"}\n\ndata: {"f":"end"}\n\ndata: [DONE]\n\n'));
    expect((await tiny(sse).chat(request)).text).toBe('x');
    const lines = await serve(answering('{"t":"x"}\n{"t":"y"}\n{"f":"end"}\n', 'application/x-ndjson'));
    expect((await tiny(lines, {}, 'ndjson').chat(request)).text).toBe('xy');
    expect(await events(tiny(lines, {}, 'ndjson'))).toHaveLength(4);
  });

  it.each([
    ['HTML', '<!doctype html><title>Sign in</title><p>Welcome</p>', 'text/html'],
    ['plain text', 'upstream is away', 'text/plain'],
    ['a JSON array', '[1,2]', 'application/json'],
  ])('calls %s under 200 malformed', async (_name, body, type) => {
    const provider = tiny(await serve(answering(body, type)));
    await expect(provider.chat(request)).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
      provider: 'tiny',
    });
    expect(errorOf(await events(provider)).code).toBe('LATTICE_MALFORMED_RESPONSE');
  });

  it('skips the blank events by which a gateway keeps a silent stream alive', async () => {
    const provider = tiny(await serve(answering('data:\n\ndata: {"t":"some"}\n\ndata: \n\ndata: {"f":"end"}\n\n')));
    expect((await events(provider)).at(-1)).toMatchObject({ type: 'finish' });
  });

  it('calls a document that is cut malformed, on a wire of JSON lines too', async () => {
    const provider = tiny(await serve(answering('{"t":"so', 'application/json')), {}, 'ndjson');
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
  });

  it('takes the request id from the body where no header has one', async () => {
    const body = '{"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"req_body"}';
    const url = await serve((_request, response) => response.writeHead(529).end(body));
    await expect(tiny(url).chat(request)).rejects.toMatchObject({ upstreamRequestId: 'req_body' });
  });

  it('calls an empty answer what it is', async () => {
    const provider = tiny(await serve(answering('')));
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE' });
    expect(errorOf(await events(provider))).toMatchObject({ code: 'LATTICE_STREAM_INTERRUPTED', retryable: true });
  });

  it('gives an error body its own code, under its status, under 200, and inside a stream', async () => {
    const body = '{"error":{"message":"too many of tiny-secret-key","code":"rate_limit_exceeded"}}';
    const under429 = tiny(await serve(answering(body, 'application/json', 429)));
    const expected = { code: 'LATTICE_RATE_LIMIT', retryable: true, model: 'm' };
    await expect(under429.chat(request)).rejects.toMatchObject({ ...expected, status: 429 });
    expect(errorOf(await events(under429))).toMatchObject(expected);
    await expect(tiny(await serve(answering(body))).chat(request)).rejects.toMatchObject(expected);
    const inside = tiny(await serve(answering(`data: {"t":"some"}\n\ndata: ${body}\n\n`)));
    const error = errorOf(await events(inside));
    expect(error).toMatchObject(expected);
    expect(error.partial?.text).toBe('some');
    expect(error.message).not.toContain('tiny-secret-key');
  });

  it('names the event that is not JSON and keeps what came before', async () => {
    const provider = tiny(await serve(answering('data: {"t":"some"}\n\ndata: {"t":\n\ndata: {"f":"end"}\n\n')));
    const error = errorOf(await events(provider));
    expect(error).toMatchObject({ code: 'LATTICE_MALFORMED_RESPONSE', provider: 'tiny' });
    expect(error.message).toContain('event 2');
    expect(error.partial?.text).toBe('some');
  });

  it.each([
    ['without its terminal event', 'data: {"t":"some"}\n\n'],
    ['with [DONE] alone', 'data: {"t":"some"}\n\ndata: [DONE]\n\n'],
    ['inside an event', 'data: {"t":"some"}\n\ndata: {"f":"e'],
  ])('calls a stream that ends %s interrupted', async (_name, body) => {
    const error = errorOf(await events(tiny(await serve(answering(body)))));
    expect(error).toMatchObject({ code: 'LATTICE_STREAM_INTERRUPTED', retryable: true });
    expect(error.partial).toMatchObject({ text: 'some', finishReason: 'other', toolCalls: [] });
  });

  it('calls a connection that breaks in the answer interrupted', async () => {
    const url = await serve((_incoming, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"t":"some"}\n\n', () => setImmediate(() => response.socket?.resetAndDestroy()));
    });
    const error = errorOf(await events(tiny(url)));
    expect(error).toMatchObject({ code: 'LATTICE_STREAM_INTERRUPTED', retryable: true });
  });

  it('keeps the code of a connection that breaks before the answer', async () => {
    const url = await serve((incoming) => incoming.socket.resetAndDestroy());
    expect(errorOf(await events(tiny(url))).code).toBe('LATTICE_CONNECTION_RESET');
    await expect(tiny(url).chat(request)).rejects.toMatchObject({ code: 'LATTICE_CONNECTION_RESET', provider: 'tiny' });
  });

  it('aborts in the answer: no retry, what had arrived is kept, the socket closes', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const url = await serve((incoming, response) => {
      closed = once(incoming.socket, 'close');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"t":"some"}\n\n');
    });
    const abort = new AbortController();
    const seen: ChatEvent[] = [];
    for await (const event of tiny(url).stream(request, { signal: abort.signal })) {
      seen.push(event);
      if (event.type === 'text-delta') abort.abort();
    }
    expect(errorOf(seen)).toMatchObject({ code: 'LATTICE_ABORTED', retryable: false });
    expect(errorOf(seen).partial?.text).toBe('some');
    await closed;
  });

  it('closes the socket when the reader leaves early', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const url = await serve((incoming, response) => {
      closed = once(incoming.socket, 'close');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"t":"some"}\n\n');
    });
    for await (const event of tiny(url).stream(request)) if (event.type === 'text-delta') break;
    await closed;
  });

  it('ends with finish at once although the server holds the connection open', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const url = await serve((incoming, response) => {
      closed = once(incoming.socket, 'close');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"f":"end"}\n\n');
    });
    expect((await events(tiny(url))).at(-1)?.type).toBe('finish');
    await closed;
  });

  it('turns a fault of the codec into an error event', async () => {
    const error = errorOf(await events(tiny(await serve(answering('data: {"boom":true}\n\n')))));
    expect(error).toMatchObject({ code: 'LATTICE_INTERNAL', provider: 'tiny' });
    expect(error.cause).toBeInstanceOf(TypeError);
  });

  it('refuses to work once closed', async () => {
    const provider = tiny('http://127.0.0.1:1');
    await provider.close();
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_CLOSED' });
    expect(errorOf(await events(provider)).code).toBe('LATTICE_CLOSED');
  });

  it('tries to connect again after a connection could not be made', async () => {
    const url = await serve(answering('{"t":"x","f":"end"}', 'application/json'));
    let attempts = 0;
    const provider = createWireProvider({
      id: 'tiny',
      displayName: 'Tiny',
      capabilities,
      options: {},
      apiKeyEnv: [],
      baseUrlEnv: [],
      connect: () => {
        attempts += 1;
        if (attempts === 1) throw new LatticeError('LATTICE_CONFIG', 'not yet');
        const health = { path: '/models', readModels: readModelList };
        return createFixedConnection({ baseUrl: url, headers: {}, codec: tinyCodec('sse'), health });
      },
    });
    cleanups.push(() => provider.close());
    await expect(provider.chat(request)).rejects.toMatchObject({ code: 'LATTICE_CONFIG' });
    expect((await provider.chat(request)).text).toBe('x');
    await provider.chat(request);
    expect(attempts).toBe(2);
  });
});

describe('checkHealth', () => {
  it('lists the models of a good credential, and asks once', async () => {
    let calls = 0;
    const url = await serve((incoming, response) => {
      calls += 1;
      expect(incoming.url).toBe('/models');
      answering('{"data":[{"id":"a"},{"id":"b"}]}', 'application/json')(incoming, response);
    });
    const provider = tiny(url);
    const [first] = await Promise.all([provider.checkHealth(), provider.checkHealth()]);
    expect(first).toMatchObject({ provider: 'tiny', state: 'available', models: ['a', 'b'], remedy: null });
    await provider.checkHealth();
    expect(calls).toBe(1);
    await provider.checkHealth({ fresh: true });
    expect(calls).toBe(2);
  });

  it('names the variable of a credential that is refused, and shows no credential', async () => {
    const body = '{"error":{"message":"Incorrect API key provided: tiny-secret-key","code":"invalid_api_key"}}';
    const status = await tiny(await serve(answering(body, 'application/json', 401))).checkHealth();
    expect(status).toMatchObject({ state: 'unauthorized', errorCode: 'LATTICE_AUTHENTICATION', models: null });
    expect(status.remedy).toContain('TINY_API_KEY');
    expect(JSON.stringify(status)).not.toContain('tiny-secret-key');
  });

  it.each([
    ['HTML', '<html>hi</html>', 200, 'failing', 'LATTICE_MALFORMED_RESPONSE'],
    ['another JSON', '{"hello":1}', 200, 'failing', 'LATTICE_MALFORMED_RESPONSE'],
    ['a server error', '{}', 500, 'failing', 'LATTICE_UPSTREAM'],
    ['a redirect', '', 302, 'failing', 'LATTICE_UPSTREAM'],
    ['a spent quota', '{"error":{"message":"m","code":"insufficient_quota"}}', 429, 'failing', 'LATTICE_QUOTA'],
  ])('%s means failing', async (_name, body, httpStatus, state, errorCode) => {
    const status = await tiny(await serve(answering(body, 'text/html', httpStatus))).checkHealth();
    expect(status).toMatchObject({ state, errorCode });
    expect(status.remedy).not.toBeNull();
  });

  it('is unreachable where nobody listens or no name resolves', async () => {
    for (const url of ['http://127.0.0.1:1', 'http://no-such-host.invalid']) {
      const status = await tiny(url).checkHealth();
      expect(status.state).toBe('unreachable');
      expect(status.remedy).toContain('TINY_BASE_URL');
    }
  });

  it('does not throw at a caller who cancels', async () => {
    const provider = tiny(await serve(() => undefined));
    const status = await provider.checkHealth({ signal: AbortSignal.abort() });
    expect(status.errorCode).toBe('LATTICE_ABORTED');
  });
});

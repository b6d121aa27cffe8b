import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { getEventListeners, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import type { HttpTransport, OutboundPolicy } from '@lattice-lock/contract';
import { afterEach, describe, expect, it } from 'vitest';
import { createOutboundPolicy } from './outbound-policy.ts';
import { createTransport, type TransportOptions } from './transport.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
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

const serve = (handler: RequestListener) => listen(createServer(handler));

function transport(options?: TransportOptions): HttpTransport {
  const made = createTransport(options);
  cleanups.push(() => made.close());
  return made;
}

const get = (url: string) => ({ method: 'GET', url, headers: {} }) as const;
const failing = (code: string) => expect.objectContaining({ code }) as Error;

describe('createTransport', () => {
  it('sends method, path, headers and body, and reads status, headers and text', async () => {
    const url = await serve((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        response.writeHead(201, { 'X-Seen': ['a', 'b'], 'content-type': 'text/plain' });
        response.end(`\uFEFF${request.method} ${request.url} ${request.headers['x-me']} ${Buffer.concat(parts)}`);
      });
    });
    const response = await transport().request({
      method: 'POST',
      url: `${url}/a/b?c=d`,
      headers: { 'x-me': 'yes' },
      body: 'grüß',
    });
    expect(response.status).toBe(201);
    expect(response.headers).toMatchObject({ 'x-seen': 'a, b', 'content-type': 'text/plain' });
    expect(await response.text()).toBe('POST /a/b?c=d yes grüß');
  });

  it('keeps connections alive over many calls', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('ok'));
    server.on('connection', () => (connections += 1));
    const url = await listen(server);
    const shared = transport();
    for (let call = 0; call < 10; call += 1) expect(await (await shared.request(get(url))).text()).toBe('ok');
    // undici frees a socket one turn after its answer, so a call that follows at once may take a second one.
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('does not follow a redirect', async () => {
    const asked: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url);
      response.writeHead(302, { location: '/other' }).end();
    });
    const response = await transport().request(get(`${url}/first`));
    expect(response.status).toBe(302);
    expect(await response.text()).toBe('');
    expect(asked).toEqual(['/first']);
  });

  it('carries a large body whole to a slow reader', async () => {
    const body = randomBytes(3_000_000);
    const url = await serve((_request, response) => response.end(body));
    const response = await transport().request(get(url));
    const hash = createHash('sha256');
    for await (const chunk of response.body) {
      await new Promise((resolve) => setImmediate(resolve));
      hash.update(chunk);
    }
    expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('bounds a text', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(5000)));
    const response = await transport().request(get(url));
    await expect(response.text(1000)).rejects.toEqual(failing('LATTICE_TOO_LARGE'));
  });
});

describe('the first request', () => {
  it('loads undici, which importing the package does not', async () => {
    const script = `
      import { registerHooks } from 'node:module';
      const seen = [];
      registerHooks({ resolve: (name, context, next) => (name === 'undici' && seen.push(name), next(name, context)) });
      const { createTransport } = await import('../index.ts');
      const transport = createTransport();
      const before = seen.length;
      await transport.request({ method: 'GET', url: 'http://127.0.0.1:1', headers: {} }).catch(() => undefined);
      console.log(JSON.stringify([before, seen.length]));
    `;
    const flags = ['--conditions=@lattice-lock/source', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: import.meta.dirname });
    expect(JSON.parse(stdout)).toEqual([0, 1]);
  });

  it('is not sent when the transport closes or the caller cancels meanwhile', async () => {
    const url = await serve(() => expect.unreachable('nothing was to be sent'));
    const closing = createTransport();
    const closed = closing.request(get(url));
    await closing.close();
    await expect(closed).rejects.toEqual(failing('LATTICE_CLOSED'));
    const abort = new AbortController();
    const aborted = transport().request({ ...get(url), signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toEqual(failing('LATTICE_ABORTED'));
  });
});

describe('cancellation', () => {
  const hanging = async (begin: (response: ServerResponse) => void) => {
    let arrived: (request: IncomingMessage) => void = () => undefined;
    const request = new Promise<IncomingMessage>((resolve) => (arrived = resolve));
    const url = await serve((incoming, response) => {
      begin(response);
      arrived(incoming);
    });
    return { url, closed: request.then((incoming) => once(incoming.socket, 'close')), request };
  };

  it('closes the socket when aborted before the headers', async () => {
    const { url, closed, request } = await hanging(() => undefined);
    const abort = new AbortController();
    const call = transport().request({ ...get(url), signal: abort.signal });
    await request;
    abort.abort();
    await expect(call).rejects.toEqual(failing('LATTICE_ABORTED'));
    await closed;
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('closes the socket when aborted in the body, and leaves no listener behind', async () => {
    const { url, closed } = await hanging((response) => response.write('first'));
    const abort = new AbortController();
    const response = await transport().request({ ...get(url), signal: abort.signal });
    const chunks = response.body[Symbol.asyncIterator]();
    expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe('first');
    abort.abort();
    await expect(chunks.next()).rejects.toEqual(failing('LATTICE_ABORTED'));
    await closed;
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });

  it('sends nothing when aborted already', async () => {
    let calls = 0;
    const url = await serve((_request, response) => {
      calls += 1;
      response.end();
    });
    const signal = AbortSignal.abort();
    await expect(transport().request({ ...get(url), signal })).rejects.toEqual(failing('LATTICE_ABORTED'));
    expect(calls).toBe(0);
  });

  it('closes the socket when the reader leaves early', async () => {
    const { url, closed } = await hanging((response) => response.write('first'));
    const response = await transport().request(get(url));
    for await (const chunk of response.body) {
      expect(chunk.length).toBe(5);
      break;
    }
    await closed;
  });

  it('leaves no listener behind after a whole answer', async () => {
    const url = await serve((_request, response) => response.end('ok'));
    const { signal } = new AbortController();
    await (await transport().request({ ...get(url), signal })).text();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('leaves no socket behind, however calls end', async () => {
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
      if (request.url === '/whole') response.end('whole');
      else response.write('half');
    }).on('connection', (socket: Socket) => sockets.add(socket));
    const url = await listen(server);
    const shared = createTransport({ connectionsPerOrigin: 8 });
    const { signal } = new AbortController();
    const ways = [
      async () => expect(await (await shared.request({ ...get(`${url}/whole`), signal })).text()).toBe('whole'),
      async () => {
        const response = await shared.request({ ...get(`${url}/half`), signal });
        for await (const chunk of response.body) if (chunk.length > 0) break;
      },
      async () => {
        const abort = new AbortController();
        const response = await shared.request({ ...get(`${url}/half`), signal: abort.signal });
        const rest = expect(response.text()).rejects.toEqual(failing('LATTICE_ABORTED'));
        abort.abort();
        await rest;
      },
    ];
    await Promise.all(Array.from({ length: 60 }, (_, index) => ways[index % 3]?.()));
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const closed = [...sockets].filter((socket) => !socket.destroyed).map((socket) => once(socket, 'close'));
    await shared.close();
    await Promise.all(closed);
    expect([...sockets].every((socket) => socket.destroyed)).toBe(true);
  });

  it('ends what is under way when closed, and refuses what comes after', async () => {
    const { url, closed } = await hanging((response) => response.write('first'));
    const shared = transport();
    const response = await shared.request(get(url));
    const rest = expect(response.text()).rejects.toEqual(failing('LATTICE_CLOSED'));
    await shared.close();
    await rest;
    await closed;
    await expect(shared.request(get(url))).rejects.toEqual(failing('LATTICE_CLOSED'));
  });
});

describe('failures', () => {
  it('tells a server that does not begin to answer', async () => {
    const url = await serve(() => undefined);
    const call = transport().request({ ...get(url), firstByteTimeoutMs: 20 });
    await expect(call).rejects.toMatchObject({ code: 'LATTICE_TIMEOUT', retryable: true });
  });

  it('tells a body that falls silent', async () => {
    const url = await serve((_request, response) => response.write('first'));
    const response = await transport().request({ ...get(url), idleTimeoutMs: 50 });
    await expect(response.text()).rejects.toMatchObject({ code: 'LATTICE_TIMEOUT', retryable: true });
  });

  it('tells a name that does not resolve', async () => {
    const call = transport().request(get('http://no-such-host.invalid/'));
    await expect(call).rejects.toEqual(failing('LATTICE_DNS'));
  });

  it('tells a port where nobody listens', async () => {
    const server = createTcpServer();
    const url = await listen(server);
    server.close();
    await once(server, 'close');
    cleanups.pop();
    await expect(transport().request(get(url))).rejects.toMatchObject({
      code: 'LATTICE_CONNECTION_REFUSED',
      retryable: true,
    });
  });

  it('tells a reset before the headers and one in the body', async () => {
    const before = await listen(createTcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    await expect(transport().request(get(before))).rejects.toEqual(failing('LATTICE_CONNECTION_RESET'));
    const within = await listen(
      createTcpServer((socket) =>
        socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort')),
      ),
    );
    const response = await transport().request(get(within));
    await expect(response.text()).rejects.toEqual(failing('LATTICE_CONNECTION_RESET'));
  });

  it('tells a server that does not speak HTTP', async () => {
    const url = await listen(createTcpServer((socket) => socket.once('data', () => socket.end('220 smtp ready\r\n'))));
    await expect(transport().request(get(url))).rejects.toEqual(failing('LATTICE_CONNECTION_RESET'));
  });

  it('blames a credential that cannot be a header, without showing it', async () => {
    const url = await serve((_request, response) => response.end());
    const call = transport().request({ ...get(url), headers: { authorization: 'Bearer sk-secret\nx' } });
    await expect(call).rejects.toEqual(failing('LATTICE_CONFIG'));
    await expect(call).rejects.not.toMatchObject({ message: expect.stringContaining('sk-secret') as string });
  });

  it('refuses what is no URL', async () => {
    await expect(transport().request(get('nonsense'))).rejects.toEqual(failing('LATTICE_CONFIG'));
  });

  it('connects anew after a server came back', async () => {
    const first = createServer((_request, response) => response.end('one'));
    const url = await listen(first);
    const shared = transport();
    expect(await (await shared.request(get(url))).text()).toBe('one');
    first.closeAllConnections();
    first.close();
    await once(first, 'close');
    cleanups.splice(0, 1);
    await expect(shared.request(get(url)).then((response) => response.text())).rejects.toMatchObject({
      retryable: true,
    });
    const second = createServer((_request, response) => response.end('two'));
    second.listen(Number(new URL(url).port), '127.0.0.1');
    await once(second, 'listening');
    cleanups.push(() => {
      second.closeAllConnections();
      second.close();
    });
    expect(await (await shared.request(get(url))).text()).toBe('two');
  });
});

describe('outbound policy', () => {
  it('is asked about every URL, literal addresses included', async () => {
    const url = await serve((_request, response) => response.end('ok'));
    const shared = transport();
    await expect(shared.request({ ...get(url), urlOrigin: 'request' })).rejects.toEqual(
      failing('LATTICE_OUTBOUND_BLOCKED'),
    );
    expect(await (await shared.request(get(url))).text()).toBe('ok');
    await expect(shared.request({ ...get(url), urlOrigin: 'request' })).rejects.toEqual(
      failing('LATTICE_OUTBOUND_BLOCKED'),
    );
  });

  it('is asked about the address that a name resolved to, so that no name can hide one', async () => {
    let connections = 0;
    const server = createServer((_request, response) => response.end('ok'));
    server.on('connection', () => (connections += 1));
    const url = (await listen(server)).replace('127.0.0.1', 'localhost');
    const { checkAddress } = createOutboundPolicy();
    const addressOnly: OutboundPolicy = { checkUrl: () => undefined, checkAddress };
    const shared = transport({ policy: addressOnly });
    const call = shared.request({ ...get(url), urlOrigin: 'request' });
    await expect(call).rejects.toEqual(failing('LATTICE_OUTBOUND_BLOCKED'));
    expect(connections).toBe(0);
  });
});

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toLatticeError, type HttpRequest, type HttpTransport } from '@lattice-lock/contract';

/** A server that stands before a vendor, for clients that take a base URL and no transport. */
export interface RecordingProxy {
  /** What the client is configured with in place of the target, `http://127.0.0.1:<port>`. */
  readonly url: string;
  close(): Promise<void>;
}

/** These belong to one connection (RFC 9110, section 7.6.1) or are written anew for the next. */
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'host',
  'content-length',
  'accept-encoding',
]);

/** Starts a proxy on 127.0.0.1 that sends every request to `target` through a transport. */
export async function startRecordingProxy(target: string, transport: HttpTransport): Promise<RecordingProxy> {
  const base = target.replace(/\/+$/, '');
  const server = createServer((incoming, response) => {
    void forward(base, transport, incoming, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(
  base: string,
  transport: HttpTransport,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const answer = await transport.request({
      method: incoming.method as HttpRequest['method'],
      url: `${base}${incoming.url ?? '/'}`,
      headers: headersOf(incoming),
      signal: controller.signal,
      ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
    });
    const headers = Object.entries(answer.headers).filter(([name]) => !hopHeaders.has(name));
    response.writeHead(answer.status, Object.fromEntries(headers)).flushHeaders();
    for await (const chunk of answer.body) response.write(chunk);
    response.end();
  } catch (thrown) {
    const { code, message } = toLatticeError(thrown);
    // A broken answer stays broken: the client sees its connection reset, as it would without the proxy.
    if (response.headersSent || code === 'LATTICE_CONNECTION_RESET') {
      response.socket?.resetAndDestroy();
      return;
    }
    const body = JSON.stringify({ error: { message: `The recording proxy: ${message}`, type: code, code } });
    response.writeHead(501, { 'content-type': 'application/json' }).end(body);
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const sent: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (hopHeaders.has(name) || value === undefined) continue;
    sent[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return sent;
}

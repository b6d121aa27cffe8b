import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Pool, type Dispatcher } from 'undici';
import { benchKey } from './workload.ts';

// The floor: the least that a gateway does. Parses the body, checks a hashed key, forwards over undici, reads usage.
// No framework, no validation, no log, no ledger, no retries.

interface Body {
  model: string;
  stream?: boolean;
  messages: unknown;
}

const upstream = new URL(process.argv[2] ?? '');
const pool = new Pool(upstream.origin, { connections: 256, pipelining: 1 });
const keys = new Map([[createHash('sha256').update(benchKey).digest('hex'), { tokens: 0, calls: 0 }]]);
const usageMark = Buffer.from('"usage":{');

function refuse(response: ServerResponse, status: number, message: string): void {
  const text = JSON.stringify({ error: { message } });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function tokensOf(chunk: Buffer): number {
  const match = /"usage":(\{[^}]*\})/.exec(chunk.toString('latin1'));
  return match?.[1] === undefined ? 0 : (JSON.parse(match[1]) as { total_tokens: number }).total_tokens;
}

function forward(body: Body, response: ServerResponse, key: { tokens: number; calls: number }): void {
  const chunks: Buffer[] = [];
  let status = 0;
  let controller: Dispatcher.DispatchController | undefined;
  let last: Buffer | undefined;
  response.once('close', () => {
    if (!response.writableFinished) controller?.abort(new DOMException('the client left', 'AbortError'));
  });
  pool.dispatch(
    {
      method: 'POST',
      path: `${upstream.pathname}/chat/completions`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` },
      body: JSON.stringify(body),
    },
    {
      onRequestStart(started) {
        controller = started;
      },
      onResponseStart(_controller, code) {
        status = code;
        if (body.stream === true)
          response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      },
      onResponseData(paused, chunk) {
        if (body.stream !== true) {
          chunks.push(chunk);
          return;
        }
        if (chunk.includes(usageMark)) last = chunk;
        if (response.write(chunk)) return;
        paused.pause();
        response.once('drain', () => paused.resume());
      },
      onResponseEnd() {
        key.calls += 1;
        if (body.stream === true) {
          if (last !== undefined) key.tokens += tokensOf(last);
          response.end();
          return;
        }
        const [only] = chunks;
        const whole = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
        key.tokens += (JSON.parse(whole.toString()) as { usage?: { total_tokens: number } }).usage?.total_tokens ?? 0;
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': whole.length });
        response.end(whole);
      },
      onResponseError() {
        if (response.headersSent) response.destroy();
        else refuse(response, 502, 'the upstream broke off');
      },
    },
  );
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const sent = (request.headers.authorization ?? '').slice('Bearer '.length);
    const key = keys.get(createHash('sha256').update(sent).digest('hex'));
    if (key === undefined) {
      refuse(response, 401, 'bad key');
      return;
    }
    let body: Body;
    try {
      body = JSON.parse(Buffer.concat(parts).toString()) as Body;
    } catch {
      refuse(response, 400, 'bad JSON');
      return;
    }
    if (Array.isArray(body.messages)) forward(body, response, key);
    else refuse(response, 400, 'messages missing');
  });
}

const server = createServer(handle);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}`, key: benchKey })}\n`);
});

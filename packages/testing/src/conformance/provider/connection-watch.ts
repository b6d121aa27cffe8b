import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';

/** Notes the `host:port` (or path) of every connection that begins within it, by whatever library. */
const noted = new AsyncLocalStorage<string[]>();
const connect = Reflect.get(Socket.prototype, 'connect') as (this: Socket, ...values: unknown[]) => Socket;
let running = 0;

function notingConnect(this: Socket, ...values: unknown[]): Socket {
  noted.getStore()?.push(targetOf(values));
  return connect.apply(this, values);
}

/** `connect` takes options, a port and a host, a path, or what `net.connect` has made of these. */
function targetOf(values: readonly unknown[]): string {
  const first: unknown = Array.isArray(values[0]) ? values[0][0] : values[0];
  if (typeof first !== 'object' || first === null) {
    return typeof values[1] === 'string' ? `${values[1]}:${String(first)}` : String(first);
  }
  const { host, port, path } = first as { host?: unknown; port?: unknown; path?: unknown };
  return port === undefined ? String(path) : `${typeof host === 'string' ? host : 'localhost'}:${String(port)}`;
}

/**
 * Where connections went that began while `run` ran, in its asynchronous context: over `fetch`, `undici`, `http`,
 * `http2`, `tls` or `net`. Node's own socket is watched for so long, because no library goes around it.
 */
export async function connectionsOf(run: () => Promise<void>): Promise<readonly string[]> {
  const targets: string[] = [];
  running += 1;
  Reflect.set(Socket.prototype, 'connect', notingConnect);
  try {
    await noted.run(targets, run);
  } finally {
    running -= 1;
    if (running === 0) Reflect.set(Socket.prototype, 'connect', connect);
  }
  return targets;
}

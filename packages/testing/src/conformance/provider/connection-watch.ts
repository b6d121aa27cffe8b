import { AsyncLocalStorage } from 'node:async_hooks';
import { Socket } from 'node:net';

type Connect = (this: Socket, ...values: unknown[]) => Socket;

/** A `connect` that takes notes. Watches may overlap: one that has ended stays until those above it have ended too. */
type NotingConnect = Connect & { readonly previous: Connect; hasEnded: boolean };

/**
 * Where connections went that began while `run` ran, in its asynchronous context: over `fetch`, `undici`, `http`,
 * `http2`, `tls` or `net`. Node's own socket is watched for so long, because no library goes around it.
 */
export async function connectionsOf(run: () => Promise<void>): Promise<readonly string[]> {
  const targets = new AsyncLocalStorage<string[]>();
  const noted: string[] = [];
  const previous = currentConnect();
  const connect: Connect = function (this: Socket, ...values: unknown[]) {
    targets.getStore()?.push(targetOf(values));
    return previous.apply(this, values);
  };
  const watch: NotingConnect = Object.assign(connect, { previous, hasEnded: false });
  Reflect.set(Socket.prototype, 'connect', watch);
  try {
    await targets.run(noted, run);
  } finally {
    watch.hasEnded = true;
    let top = currentConnect();
    while (isNoting(top) && top.hasEnded) top = top.previous;
    Reflect.set(Socket.prototype, 'connect', top);
  }
  return noted;
}

function currentConnect(): Connect {
  return Reflect.get(Socket.prototype, 'connect') as Connect;
}

function isNoting(connect: Connect): connect is NotingConnect {
  return 'hasEnded' in connect;
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

import { createServer as createHttp1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { LatticeError } from '@lattice-lock/contract';
import type { Incoming } from './incoming.ts';
import { waitUntil } from './request-log.ts';
import { requestTarget } from './request-target.ts';

/** The beginning of every HTTP/2 connection (RFC 9113, section 3.4); no method of HTTP/1.1 begins so. */
const prefaceStart = 'PRI';

/** A port that is listened on. */
export interface SimulatorListener {
  readonly url: string;
  readonly openSockets: number;
  whenSockets(count: number, signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/**
 * Listens on one port for HTTP/1.1 and for HTTP/2 with prior knowledge, told apart by a connection's first bytes.
 *
 * @throws LatticeError `LATTICE_CONFIG` when the address cannot be listened on
 */
export async function listen(
  host: string,
  port: number,
  onRequest: (incoming: Incoming) => void,
): Promise<SimulatorListener> {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  const accept = acceptConnections(onRequest);
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      for (const wake of waiting) wake();
    });
    accept(socket);
  });
  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The simulator cannot listen on ${host}:${port}: ${cause.message}. Choose another port, or 0 for any.`;
      reject(new LatticeError('LATTICE_CONFIG', message, { cause }));
    });
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
  return {
    url,
    get openSockets() {
      return sockets.size;
    },
    whenSockets: (count, signal) => waitUntil(() => sockets.size <= count, waiting, signal),
    async close() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Gives each connection to the server that speaks its version; neither of them listens itself. */
function acceptConnections(onRequest: (incoming: Incoming) => void): (socket: Socket) => void {
  let requests = 0;
  const http1 = createHttp1Server((request, response) => {
    requests += 1;
    const resetConnection = () => void response.socket?.resetAndDestroy();
    onRequest({ request, response, target: requestTarget(request), number: requests, resetConnection });
  });
  const http2For = (socket: Socket) =>
    createHttp2Server((request, response) => {
      requests += 1;
      const resetConnection = () => void socket.resetAndDestroy();
      onRequest({ request, response, target: requestTarget(request), number: requests, resetConnection });
    }).on('sessionError', () => undefined);
  return (socket) => {
    let head: Buffer = Buffer.alloc(0);
    const sniff = () => {
      const piece = socket.read() as Buffer | null;
      if (piece === null) return;
      head = Buffer.concat([head, piece]);
      const start = head.subarray(0, prefaceStart.length).toString('latin1');
      // `P` begins POST as well.
      if (start.length < prefaceStart.length && prefaceStart.startsWith(start)) return;
      socket.off('readable', sniff);
      socket.unshift(head);
      (start === prefaceStart ? http2For(socket) : http1).emit('connection', socket);
    };
    socket.on('readable', sniff);
  };
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { LatticeError } from '@lattice-lock/contract';
import { ChatExchange, type ExchangeSettings } from './chat-exchange.ts';
import { answerOther } from './other-routes.ts';
import { PromptCache } from './prompt-cache.ts';
import { ReplyScript } from './reply-script.ts';
import { RequestLog, waitUntil } from './request-log.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';
import { simulatedWires } from './wires/simulated-wires.ts';

const defaultBodyLimitBytes = 32 * 1024 * 1024;

/**
 * Starts a simulator.
 *
 * @throws LatticeError `LATTICE_CONFIG` when the address cannot be listened on
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const script = new ReplyScript();
  const log = new RequestLog(options.recordLimit);
  const promptCache = new PromptCache();
  const settings: ExchangeSettings = {
    script,
    log,
    promptCache,
    acceptedApiKeys: options.acceptedApiKeys,
    bodyLimitBytes: options.bodyLimitBytes ?? defaultBodyLimitBytes,
    eventDelayMs: options.eventDelayMs ?? 0,
    reasoningContent: options.reasoningContent ?? false,
  };
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    void route({ settings, options, number: requests, request, response });
  });
  const sockets = trackSockets(server);
  const url = await listen(server, options.host ?? '127.0.0.1', options.port ?? 0);
  return {
    url,
    baseUrl: (wire) =>
      wire === 'openai-chat' ? `${url}/v1` : simulatedWires.some((codec) => codec.wire === wire) ? url : undefined,
    enqueue: (...replies) => script.enqueue(replies),
    respondWith: (responder) => script.respondWith(responder),
    served: () => log.served(),
    whenServed: (count, signal) => log.whenServed(count, signal),
    otherRequests: () => log.others(),
    totals: () => log.totals(),
    openSockets: () => sockets.open.size,
    whenSockets: (count = 0, signal) => waitUntil(() => sockets.open.size <= count, sockets.waiting, signal),
    reset: () => {
      script.reset();
      log.reset();
      promptCache.reset();
    },
    close: () => close(server, sockets.open),
  };
}

interface Incoming {
  readonly settings: ExchangeSettings;
  readonly options: SimulatorOptions;
  readonly number: number;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function route(incoming: Incoming): Promise<void> {
  const { settings, number, request, response } = incoming;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const codec = simulatedWires.find((wire) => wire.path === path);
  try {
    if (codec !== undefined && request.method === 'POST') {
      await new ChatExchange(settings, codec, number, request, response).run();
    } else {
      await answerOther({ ...incoming, path });
    }
  } catch (error) {
    // A responder of the test threw: its own words are the most useful answer.
    const message = error instanceof Error ? error.message : String(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`The simulator failed: ${message}`);
  }
}

function trackSockets(server: Server) {
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      for (const wake of waiting) wake();
    });
  });
  return { open, waiting };
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `The simulator cannot listen on ${host}:${port}: ${cause.message}. Choose another port, or 0 for any.`;
      reject(new LatticeError('LATTICE_CONFIG', message, { cause }));
    });
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo;
      resolve(`http://${host.includes(':') ? `[${host}]` : host}:${bound}`);
    });
  });
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  if (!server.listening) return;
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}

import { ChatExchange, type ExchangeSettings } from './chat-exchange.ts';
import { EmbeddingExchange } from './embedding-exchange.ts';
import type { Incoming } from './incoming.ts';
import { answerOther } from './other-routes.ts';
import { PromptCache } from './prompt-cache.ts';
import { ReplyScript } from './reply-script.ts';
import { RequestLog } from './request-log.ts';
import type { Simulator, SimulatorOptions } from './simulator.ts';
import { listen } from './simulator-listener.ts';
import { basePathOf, simulatedEmbeddings, simulatedWires } from './wires/simulated-wires.ts';

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
    deployments: options.deployments,
    models: options.models ?? {},
  };
  const listener = await listen(
    options.host ?? '127.0.0.1',
    options.port ?? 0,
    (incoming) => void route(settings, incoming),
  );
  return {
    url: listener.url,
    baseUrl: (wire) => {
      const path = basePathOf(wire);
      return path === undefined ? undefined : `${listener.url}${path}`;
    },
    enqueue: (...replies) => script.enqueue(replies),
    respondWith: (responder) => script.respondWith(responder),
    served: () => log.served(),
    whenServed: (count, signal) => log.whenServed(count, signal),
    otherRequests: () => log.others(),
    totals: () => log.totals(),
    openSockets: () => listener.openSockets,
    whenSockets: (count = 0, signal) => listener.whenSockets(count, signal),
    reset: () => {
      script.reset();
      log.reset();
      promptCache.reset();
    },
    close: () => listener.close(),
  };
}

async function route(settings: ExchangeSettings, incoming: Incoming): Promise<void> {
  const { target, response } = incoming;
  const isPost = target.method === 'POST';
  const chat = isPost ? simulatedWires.find((wire) => wire.serves(target)) : undefined;
  const embeddings = isPost ? simulatedEmbeddings.find((codec) => codec.serves(target)) : undefined;
  try {
    if (chat !== undefined) await new ChatExchange(settings, chat, incoming).run();
    else if (embeddings !== undefined) await new EmbeddingExchange(settings, embeddings, incoming).run();
    else await answerOther(settings, incoming);
  } catch (error) {
    // A responder of the test threw: its own words are the most useful answer.
    const message = error instanceof Error ? error.message : String(error);
    if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`The simulator failed: ${message}`);
  }
}

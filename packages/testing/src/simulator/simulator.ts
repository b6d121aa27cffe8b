import type { OtherRequest, ServedRequest, SimulatorTotals } from './served-request.ts';
import type { SimulatorReply } from './simulator-reply.ts';
import type { SimulatorRequest, SimulatorWire } from './simulator-request.ts';

/** How a simulator is started. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Keys that are let in; any, and none, when absent. */
  readonly acceptedApiKeys?: readonly string[];
  /** Names for the model lists. Any model is served, listed or not. */
  readonly models?: Partial<Readonly<Record<SimulatorWire, readonly string[]>>>;
  /** Pause before every event of a stream, in ms, for a pace that people can watch. Default 0. */
  readonly eventDelayMs?: number;
  /** Sends reasoning text on the OpenAI wire as `reasoning_content`, as vLLM does; OpenAI itself sends only its count. Default false. */
  readonly reasoningContent?: boolean;
  /**
   * The models behind the deployments of Azure OpenAI, by the deployment's name. Others get the vendor's 404; absent:
   * every deployment is there and answers under its own name.
   */
  readonly deployments?: Readonly<Record<string, string>>;
  /** How many records are kept; totals count the older ones too. Default 10 000. */
  readonly recordLimit?: number;
  /** Largest request body, bytes. Default 32 MiB, as Anthropic's. */
  readonly bodyLimitBytes?: number;
}

/** A server that speaks the vendors' wires and keeps a record of what it served. */
export interface Simulator {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** What to configure as a provider's base URL; `undefined` for a wire it does not speak. */
  baseUrl(wire: string): string | undefined;
  /** The next requests that match get these, in order. */
  enqueue(...replies: readonly SimulatorReply[]): void;
  /** Decides every reply for which none is queued. */
  respondWith(responder: (request: SimulatorRequest) => SimulatorReply): void;
  /** Ended requests for answers, in the order they ended; of very many the last `recordLimit`. */
  served(): readonly ServedRequest[];
  /** Resolves once at least so many requests have ended; rejects with the signal's reason. */
  whenServed(count: number, signal?: AbortSignal): Promise<readonly ServedRequest[]>;
  /** Requests for model lists and the like. */
  otherRequests(): readonly OtherRequest[];
  totals(): SimulatorTotals;
  /** Connections that are open now, idle ones included. */
  openSockets(): number;
  /** Resolves once at most `count` (default 0) connections are open; rejects with the signal's reason. */
  whenSockets(count?: number, signal?: AbortSignal): Promise<void>;
  /** Forgets records, queued replies and the responder. */
  reset(): void;
  /** Ends every connection and the server. */
  close(): Promise<void>;
}

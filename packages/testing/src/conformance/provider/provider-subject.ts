import assert from 'node:assert/strict';
import {
  LatticeError,
  type ChatEvent,
  type ChatProvider,
  type ChatRequest,
  type ChatResult,
} from '@lattice-lock/contract';
import type { ServedRequest } from '../../simulator/served-request.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { SimulatorReply } from '../../simulator/simulator-reply.ts';
import type { SimulatorWire } from '../../simulator/simulator-request.ts';

/** What a provider's suite is told about it. */
export interface ProviderSpecimen {
  readonly wire: SimulatorWire;
  /** Makes a provider of its own connections: closing it must close its sockets. */
  createProvider(baseUrl: string, apiKey: string): ChatProvider;
  /** Default: a model that reasons, of the wire's vendor. */
  readonly model?: string;
  /** Whether the suite's server shows reasoning on the OpenAI wire, as vLLM does and OpenAI does not. Default false. */
  readonly reasoningContent?: boolean;
  /** How soon after an abort the vendor's side must have seen the socket closed. Default 100 ms. */
  readonly abortWithinMs?: number;
}

const defaultModels: Readonly<Record<SimulatorWire, string>> = {
  'openai-chat': 'gpt-5-mini',
  'anthropic-messages': 'claude-sonnet-4-6',
  'ollama-chat': 'qwen3:4b',
};

/** How long a check waits for something that a conforming provider brings about at once. */
const patienceMs = 5000;

/** The provider under test and the simulator it talks to; one per check. */
export class ProviderSubject {
  readonly wire: SimulatorWire;
  readonly simulator: Simulator;
  readonly apiKey: string;
  readonly provider: ChatProvider;
  readonly abortWithinMs: number;
  /** Whether this wire carries the text of reasoning. */
  readonly showsReasoning: boolean;
  readonly #specimen: ProviderSpecimen;
  readonly #opened: ChatProvider[] = [];

  constructor(specimen: ProviderSpecimen, simulator: Simulator, apiKey: string) {
    this.wire = specimen.wire;
    this.simulator = simulator;
    this.apiKey = apiKey;
    this.abortWithinMs = specimen.abortWithinMs ?? 100;
    this.showsReasoning = specimen.wire !== 'openai-chat' || specimen.reasoningContent === true;
    this.#specimen = specimen;
    this.provider = this.open();
  }

  /** Another provider, e.g. with a wrong key. */
  open(apiKey = this.apiKey, simulator: Simulator = this.simulator): ChatProvider {
    const provider = this.#specimen.createProvider(simulator.baseUrl(this.wire) ?? simulator.url, apiKey);
    this.#opened.push(provider);
    return provider;
  }

  /** A request, of one short user message unless told otherwise. */
  request(more: Partial<ChatRequest> = {}): ChatRequest {
    const model = this.#specimen.model ?? defaultModels[this.wire];
    return { model, messages: [{ role: 'user', content: 'Tell me about the sea.' }], ...more };
  }

  /** A buffered answer to a scripted reply. */
  chat(reply: SimulatorReply, more: Partial<ChatRequest> = {}): Promise<ChatResult> {
    this.simulator.enqueue(reply);
    return this.provider.chat(this.request(more));
  }

  /** Every event of a streamed answer to a scripted reply. */
  stream(reply: SimulatorReply, more: Partial<ChatRequest> = {}): Promise<readonly ChatEvent[]> {
    this.simulator.enqueue(reply);
    return readAll(this.provider.stream(this.request(more)));
  }

  /** The records of what was served, once there are so many. */
  served(count: number): Promise<readonly ServedRequest[]> {
    return this.simulator.whenServed(count, AbortSignal.timeout(patienceMs));
  }

  /** The only record there is. */
  async onlyServed(): Promise<ServedRequest> {
    const records = await this.served(1);
    assert.equal(records.length, 1, 'the vendor was called once, and not again');
    return records[0] as ServedRequest;
  }

  /** Resolves once at most so many connections are open. */
  async socketsGone(): Promise<void> {
    await this.simulator.whenSockets(0, AbortSignal.timeout(patienceMs));
  }

  async close(): Promise<void> {
    await Promise.all(this.#opened.map((provider) => provider.close()));
    await this.simulator.close();
  }
}

/** Reads a stream to its end; the iterator must not throw. */
export async function readAll(stream: AsyncIterable<ChatEvent>): Promise<readonly ChatEvent[]> {
  const events: ChatEvent[] = [];
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    assert.fail(`The stream threw; errors are events. It threw: ${String(error)}`);
  }
  return events;
}

/** The events of one kind. */
export function eventsOf<Type extends ChatEvent['type']>(
  events: readonly ChatEvent[],
  type: Type,
): readonly Extract<ChatEvent, { type: Type }>[] {
  return events.filter((event): event is Extract<ChatEvent, { type: Type }> => event.type === type);
}

/** Checks that a stream is `start`, anything, one `finish`. */
export function assertWholeStream(events: readonly ChatEvent[]): void {
  const error = eventsOf(events, 'error')[0]?.error;
  assert.equal(error, undefined, `the stream is whole, but ended with ${error?.code}: ${error?.message}`);
  assert.equal(events[0]?.type, 'start', 'the first event is `start`');
  assert.equal(eventsOf(events, 'start').length, 1, 'there is one `start`');
  assert.equal(events.at(-1)?.type, 'finish', 'the last event is `finish`');
  assert.equal(eventsOf(events, 'finish').length, 1, 'there is one `finish`');
}

/** Checks that a stream ends in one error and never finishes; gives the error back. */
export function assertBrokenStream(events: readonly ChatEvent[]): LatticeError {
  assert.equal(eventsOf(events, 'finish').length, 0, 'a broken stream never says `finish`');
  assert.equal(eventsOf(events, 'tool-call-end').length, 0, 'no tool call of a broken answer is whole');
  assert.equal(eventsOf(events, 'error').length, 1, 'a broken stream says `error` once');
  const last = events.at(-1);
  assert.ok(last?.type === 'error', `the last event is \`error\`, not \`${last?.type}\``);
  assert.ok(LatticeError.isInstance(last.error), 'the error is a LatticeError');
  return last.error;
}

/** Awaits a call that must fail with a LatticeError; gives it back. */
export async function rejection(call: Promise<unknown>): Promise<LatticeError> {
  const [outcome] = await Promise.allSettled([call]);
  if (outcome.status === 'fulfilled') assert.fail('the call failed, as it had to; but it resolved');
  assert.ok(LatticeError.isInstance(outcome.reason), `a LatticeError is thrown, not ${String(outcome.reason)}`);
  return outcome.reason;
}

/** The text of the deltas. */
export function streamedText(events: readonly ChatEvent[]): string {
  return eventsOf(events, 'text-delta')
    .map((event) => event.text)
    .join('');
}

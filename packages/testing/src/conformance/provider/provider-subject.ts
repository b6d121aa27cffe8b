import assert from 'node:assert/strict';
import type {
  ChatEvent,
  ChatProvider,
  ChatRequest,
  ChatResult,
  EmbeddingProvider,
  ProviderCapabilities,
} from '@lattice-lock/contract';
import type { ServedRequest } from '../../simulator/served-request.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import type { SimulatorReply } from '../../simulator/simulator-reply.ts';
import type { SimulatorWire } from '../../simulator/simulator-request.ts';
import { readAll } from './stream-assertions.ts';
import { RecordingLogger, SteppedClock, type SpecimenParts } from './specimen-parts.ts';
import { wireTraits, type WireTraits } from './wire-traits.ts';

/** What a provider's suite is told about it. */
export interface ProviderSpecimen {
  readonly wire: SimulatorWire;
  /** Makes a provider of its own connections: closing it must close its sockets. The parts are for its options. */
  createProvider(baseUrl: string, apiKey: string, parts: SpecimenParts): ChatProvider;
  /** The same for its embeddings; must be there when the capabilities say `embeddings`. */
  createEmbeddings?(baseUrl: string, apiKey: string, parts: SpecimenParts): EmbeddingProvider;
  /** Default: a model that reasons, of the wire's vendor. */
  readonly model?: string;
  /** Default: an embedding model of the wire's vendor. */
  readonly embeddingModel?: string;
  /** Whether its wire carries texts of reasoning, where this vendor differs from others of the wire. */
  readonly showsReasoning?: boolean;
  /** Whether the suite's server shows reasoning on the OpenAI wire, as vLLM does and OpenAI does not. Default false. */
  readonly reasoningContent?: boolean;
  /** How soon after an abort the vendor's side must have seen the socket closed. Default 1000 ms: closed at once takes a few, and a busy machine some hundred. */
  readonly abortWithinMs?: number;
}

/** How long a check waits for something that a conforming provider brings about at once. */
const patienceMs = 5000;

/** The provider under test and the simulator it talks to; one per check. */
export class ProviderSubject {
  readonly wire: SimulatorWire;
  readonly simulator: Simulator;
  readonly apiKey: string;
  readonly provider: ChatProvider;
  readonly abortWithinMs: number;
  /** What the wire can show, whoever speaks it. */
  readonly traits: WireTraits;
  /** Whether this wire carries the text of reasoning. */
  readonly showsReasoning: boolean;
  readonly clock = new SteppedClock();
  readonly logger = new RecordingLogger();
  readonly #specimen: ProviderSpecimen;
  readonly #opened: (ChatProvider | EmbeddingProvider)[] = [];

  constructor(specimen: ProviderSpecimen, simulator: Simulator, apiKey: string) {
    this.wire = specimen.wire;
    this.simulator = simulator;
    this.apiKey = apiKey;
    this.abortWithinMs = specimen.abortWithinMs ?? 1000;
    this.traits = wireTraits(specimen.wire);
    this.showsReasoning = specimen.showsReasoning ?? (this.traits.showsReasoning || specimen.reasoningContent === true);
    this.#specimen = specimen;
    this.provider = this.open();
  }

  /** What the provider says it can do: where it says no, a check looks for a refusal or a warning instead. */
  get capabilities(): ProviderCapabilities {
    return this.provider.capabilities;
  }

  /** Another provider, e.g. with a wrong key. */
  open(apiKey = this.apiKey, simulator: Simulator = this.simulator): ChatProvider {
    const baseUrl = simulator.baseUrl(this.wire) ?? simulator.url;
    const provider = this.#specimen.createProvider(baseUrl, apiKey, { clock: this.clock, logger: this.logger });
    this.#opened.push(provider);
    return provider;
  }

  /** The provider of embeddings. @throws AssertionError when the specimen has none */
  openEmbeddings(apiKey = this.apiKey): EmbeddingProvider {
    assert.ok(this.#specimen.createEmbeddings, 'the specimen says how to create its embeddings (`createEmbeddings`)');
    const baseUrl = this.simulator.baseUrl(this.wire) ?? this.simulator.url;
    const embeddings = this.#specimen.createEmbeddings(baseUrl, apiKey, { clock: this.clock, logger: this.logger });
    this.#opened.push(embeddings);
    return embeddings;
  }

  get embeddingModel(): string {
    return this.#specimen.embeddingModel ?? this.traits.embeddingModel ?? 'embedding-model';
  }

  /** A request, of one short user message unless told otherwise. */
  request(more: Partial<ChatRequest> = {}): ChatRequest {
    const model = this.#specimen.model ?? this.traits.model;
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

  /** Closes every provider that was opened; the simulator is its starter's. */
  async close(): Promise<void> {
    await Promise.all(this.#opened.map((provider) => provider.close()));
  }
}

import {
  LatticeError,
  tokenCount,
  unknownUsage,
  type ChatRequest,
  type JsonObject,
  type Usage,
} from '@lattice-lock/contract';
import { limitAnswer } from './answer-limits.ts';
import { conversationSeed } from './conversation-seed.ts';
import { sendAnswer } from './answer-sender.ts';
import { defaultAnswer } from './default-answer.ts';
import { answeringModel } from './deployed-model.ts';
import type { Incoming, IncomingRequest, OutgoingResponse } from './incoming.ts';
import { countInput, type PromptCache } from './prompt-cache.ts';
import { planAnswer, type PlannedAnswer } from './planned-answer.ts';
import type { ReplyScript } from './reply-script.ts';
import { receivedMedia, type RequestLog } from './request-log.ts';
import { checkAccess, maskedHeaders, parseJsonObject, readBody } from './request-reading.ts';
import { ResponseWriter, type ReportedUsage } from './response-writer.ts';
import { seedText } from './seeded-random.ts';
import type { ServedOutcome } from './served-request.ts';
import type { SimulatorFault, SimulatorReply } from './simulator-reply.ts';
import type { SimulatorOptions } from './simulator.ts';
import type { SimulatorRequest } from './simulator-request.ts';
import { statusError } from './status-error.ts';
import type { DecodedRequest, SimulatedWireCodec } from './wires/simulated-wire.ts';

/** What every exchange of one simulator shares. */
export interface ExchangeSettings {
  readonly script: ReplyScript;
  readonly log: RequestLog;
  readonly promptCache: PromptCache;
  readonly acceptedApiKeys: readonly string[] | undefined;
  readonly bodyLimitBytes: number;
  readonly eventDelayMs: number;
  readonly reasoningContent: boolean;
  readonly deployments: SimulatorOptions['deployments'];
  readonly models: NonNullable<SimulatorOptions['models']>;
}

/** The id of a request by its number. */
export function requestId(number: number): string {
  return `req_sim${number.toString(36).padStart(8, '0')}`;
}

/** A request that is understood, and what it gets. */
interface Answering {
  readonly request: SimulatorRequest;
  readonly decoded: DecodedRequest;
  readonly answeringModel: string;
  readonly reply: SimulatorReply;
}

/** One request for an answer, from its headers to its record. */
export class ChatExchange {
  readonly #settings: ExchangeSettings;
  readonly #codec: SimulatedWireCodec;
  readonly #id: string;
  readonly #number: number;
  readonly #incoming: Incoming;
  readonly #request: IncomingRequest;
  readonly #response: OutgoingResponse;
  readonly #closed = new AbortController();
  readonly #startedAtMs = Date.now();
  #body: JsonObject | null = null;
  #decoded: DecodedRequest | null = null;
  #plan: PlannedAnswer | null = null;
  #writer: ResponseWriter;
  #outcome: ServedOutcome | undefined;

  constructor(settings: ExchangeSettings, codec: SimulatedWireCodec, incoming: Incoming) {
    this.#settings = settings;
    this.#codec = codec;
    this.#incoming = incoming;
    this.#number = incoming.number;
    this.#id = requestId(incoming.number);
    this.#request = incoming.request;
    this.#response = incoming.response;
    this.#writer = new ResponseWriter(incoming, this.#closed.signal);
  }

  /** Answers the request. @throws what the test's own responder throws */
  async run(): Promise<void> {
    this.#response.on('error', () => undefined);
    this.#response.on('close', () => this.#onClose());
    try {
      this.#settle(await this.#answer());
    } catch (error) {
      const isGone = this.#closed.signal.aborted || (this.#request.destroyed && !this.#request.complete);
      if (isGone) return this.#settle('aborted');
      if (LatticeError.isInstance(error) && error.status !== undefined) return this.#refuse(error, {});
      this.#settle('fault', 500);
      throw error;
    }
  }

  async #answer(): Promise<ServedOutcome> {
    const { script } = this.#settings;
    const { target } = this.#incoming;
    checkAccess(target, this.#codec, this.#settings.acceptedApiKeys);
    const text = await readBody(this.#request, this.#settings.bodyLimitBytes, this.#codec.wire);
    const body = parseJsonObject(text);
    this.#body = body;
    const decoded = this.#codec.decode(body, target);
    this.#decoded = decoded;
    const { wire } = this.#codec;
    const { deployments } = this.#settings;
    const model =
      this.#codec.hasDeployments === true ? answeringModel(wire, decoded.model, deployments) : decoded.model;
    const request: SimulatorRequest = {
      id: this.#id,
      wire: this.#codec.wire,
      model: decoded.model,
      stream: decoded.stream,
      headers: maskedHeaders(this.#request.headers),
      body,
      chat: decoded.chat,
    };
    const reply = script.takeChat(request);
    if (reply.fault?.type === 'status') return this.#sendStatus(reply.fault);
    return this.#send({ request, decoded, answeringModel: model, reply }, reply.fault);
  }

  #send(
    { request, decoded, answeringModel: model, reply }: Answering,
    fault: Exclude<SimulatorFault, { type: 'status' }> | undefined,
  ): Promise<ServedOutcome> {
    const seed = conversationSeed(request.chat);
    const input = countInput(request.chat, this.#settings.promptCache);
    const plan =
      reply.answer === undefined
        ? limitAnswer(request.chat, planAnswer(defaultAnswer(request.chat, seed), input, seed))
        : planAnswer(reply.answer, input, seed);
    this.#plan = plan;
    this.#writer = new ResponseWriter(this.#incoming, this.#closed.signal, reply.chunking);
    return sendAnswer(this.#writer, {
      codec: this.#codec,
      answer: plan,
      context: {
        // An answer has an id of its own, though the same question gets the same words.
        id: `${seedText(seed)}${this.#number.toString(36).padStart(5, '0')}`,
        request: decoded,
        body: request.body,
        atMs: this.#startedAtMs,
        reasoningContent: this.#settings.reasoningContent,
        answeringModel: model,
      },
      fault,
      framing: reply.framing,
      headers: this.#codec.headers(this.#id, this.#number),
      requestId: this.#id,
      eventDelayMs: this.#settings.eventDelayMs,
    });
  }

  #sendStatus(fault: Extract<SimulatorFault, { type: 'status' }>): ServedOutcome {
    const error = statusError(this.#codec.wire, fault.status, fault);
    this.#refuse(error, fault.headers ?? {}, fault.body);
    return 'fault';
  }

  #refuse(error: LatticeError, headers: Readonly<Record<string, string>>, body?: JsonObject | string): void {
    const content = body ?? this.#codec.errorBody(error, this.#id);
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    const contentType = typeof content === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
    const all = {
      'content-type': contentType,
      ...this.#codec.headers(this.#id, this.#number),
      ...this.#codec.errorHeaders(error),
      ...headers,
    };
    this.#settle('fault', error.status ?? 500);
    // What is left of a body is read aside, so that the client gets to read the answer.
    this.#request.resume();
    this.#response.writeHead(error.status ?? 500, all);
    this.#response.end(text);
  }

  /** Writes the record; the first outcome stands, but an answer that did not leave was an abort. */
  #settle(outcome: ServedOutcome, status = this.#response.headersSent ? this.#response.statusCode : 0): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = outcome;
    this.#record(status, this.#writer.reported);
  }

  #onClose(): void {
    this.#closed.abort(new LatticeError('LATTICE_ABORTED', 'The client closed the connection.'));
    if (this.#response.writableFinished || this.#outcome === 'fault' || this.#outcome === 'cut') return;
    if (this.#outcome === undefined) return;
    this.#outcome = 'aborted';
    this.#record(this.#response.statusCode, this.#writer.reported);
  }

  #record(status: number, reported: ReportedUsage): void {
    const chat: ChatRequest | null = this.#decoded?.chat ?? null;
    const { target } = this.#incoming;
    const model = this.#decoded?.model ?? this.#codec.modelIn?.(target) ?? this.#body?.model;
    const usage = countable(this.#plan?.usage ?? unknownUsage);
    this.#settings.log.put({
      id: this.#id,
      route: 'chat',
      wire: this.#codec.wire,
      model: typeof model === 'string' ? model : '',
      stream: this.#decoded?.stream ?? this.#body?.stream === true,
      status,
      headers: maskedHeaders(this.#request.headers),
      body: this.#body,
      chat,
      images: chat === null ? [] : receivedMedia(chat, 'image'),
      files: chat === null ? [] : receivedMedia(chat, 'file'),
      outcome: this.#outcome ?? 'aborted',
      usage,
      usageReported: countable(reported.usage),
      usageSent: reported.isWhole,
      startedAtMs: this.#startedAtMs,
      closedAtMs: Date.now(),
    });
  }
}

/** Counts that are none, such as a negative one that a test has sent, are unknown to any reader. */
function countable(usage: Usage): Usage {
  return Object.fromEntries(
    Object.entries(usage).map(([name, value]) => [name, tokenCount(value)]),
  ) as unknown as Usage;
}

import type { JsonObject } from '@lattice-lock/contract';
import { mapHttpError, type DecodeContext, type EmitEvent, type StreamDecoder } from '@lattice-lock/provider-kit';
import { fieldsOf, textOf, type Fields } from '../chat/chat-fields.ts';
import { mapResponsesFinishReason, rawResponsesFinishReason } from './responses-finish-reason.ts';
import { responsesMetadata } from './responses-metadata.ts';
import { ResponsesOutput } from './responses-output.ts';
import type { ItemChannel } from './responses-output-item.ts';
import { mapResponsesUsage } from './responses-usage.ts';

/** Which text an event is about, where its place in the item stands, and where its words are. */
interface TextEvent {
  readonly channel: ItemChannel;
  readonly place: 'content_index' | 'summary_index' | null;
  readonly words: string;
  readonly isWhole: boolean;
}

function textEvents(
  name: string,
  channel: ItemChannel,
  place: TextEvent['place'],
  wholeField: string,
): [string, TextEvent][] {
  return [
    [`response.${name}.delta`, { channel, place, words: 'delta', isWhole: false }],
    [`response.${name}.done`, { channel, place, words: wholeField, isWhole: true }],
  ];
}

/** `reasoning` is what servers of open-weights models sent before the wire had `reasoning_text`. */
const textEventByType: ReadonlyMap<string, TextEvent> = new Map([
  ...textEvents('output_text', 'text', 'content_index', 'text'),
  ...textEvents('refusal', 'refusal', 'content_index', 'refusal'),
  ...textEvents('reasoning_summary_text', 'summary', 'summary_index', 'text'),
  ...textEvents('reasoning_text', 'reasoning', 'content_index', 'text'),
  ...textEvents('reasoning', 'reasoning', 'content_index', 'text'),
  ...textEvents('function_call_arguments', 'arguments', null, 'arguments'),
]);

const terminalTypes: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed']);

/**
 * Reads the events of one response. The item of a server-side tool is no tool call; an event of a type that is not
 * known is passed over. The response in the terminal event adds what no event before it had said.
 */
export class ResponsesStreamDecoder implements StreamDecoder {
  readonly #context: DecodeContext;
  readonly #metadataFields: readonly string[];
  readonly #output = new ResponsesOutput();
  readonly #annotations: JsonObject[] = [];
  #isStarted = false;
  #id: string | null = null;
  #model: string | null = null;

  /** `metadataFields`: fields of the response to keep beside the common words. */
  constructor(context: DecodeContext, metadataFields: readonly string[] = []) {
    this.#context = context;
    this.#metadataFields = metadataFields;
  }

  decode(data: JsonObject, event: string | null, emit: EmitEvent): void {
    const type = textOf(data['type']) ?? event ?? '';
    const textEvent = textEventByType.get(type);
    if (textEvent !== undefined) this.#text(textEvent, data, emit);
    else if (terminalTypes.has(type)) this.finish(fieldsOf(data['response']), emit);
    else if (type === 'error') this.#fail(data, emit);
    else this.#other(type, data, emit);
  }

  /** Without its terminal event a response is not whole, whatever came. */
  end(): void {
    // The terminal event has emitted everything.
  }

  /** Ends the answer by the response itself, which a buffered body is too. */
  finish(response: Fields, emit: EmitEvent): void {
    this.#name(response);
    this.#start(emit);
    this.#output.settle(response['output'], emit);
    const { items } = this.#output;
    for (const item of items) item.seal(emit);
    const usage = mapResponsesUsage(response['usage']);
    if (usage !== null) emit({ type: 'usage', usage });
    const rawFinishReason = rawResponsesFinishReason(response);
    const error = fieldsOf(response['error']) as JsonObject;
    const hasError = Object.keys(error).length > 0;
    if (rawFinishReason === 'failed' || (hasError && rawFinishReason !== 'completed')) {
      this.#fail({ error: hasError ? error : { message: 'The response failed; the vendor does not say why.' } }, emit);
      return;
    }
    for (const item of items) item.end(emit);
    const raw = items.map((item) => item.raw);
    const metadata = responsesMetadata(response, raw, this.#annotations, this.#metadataFields);
    if (metadata !== null) emit({ type: 'metadata', metadata });
    const hasToolCalls = items.some((item) => item.isToolCall);
    emit({ type: 'finish', finishReason: mapResponsesFinishReason(rawFinishReason, hasToolCalls), rawFinishReason });
  }

  #text({ channel, place, words, isWhole }: TextEvent, data: Fields, emit: EmitEvent): void {
    this.#start(emit);
    const item = this.#output.itemOf(data);
    const index = place === null ? 0 : data[place];
    const at = typeof index === 'number' ? index : 0;
    const text = data[words];
    if (typeof text === 'string') {
      if (isWhole) item.complete(channel, at, text, emit);
      else item.append(channel, at, text, emit);
    }
    if (channel === 'text') item.addLogprobs(at, data['logprobs'], isWhole, emit);
  }

  #other(type: string, data: Fields, emit: EmitEvent): void {
    if (type === 'response.output_item.added') {
      this.#start(emit);
      this.#output.itemAt(data).describe(fieldsOf(data['item']), emit);
    } else if (type === 'response.output_item.done') {
      this.#start(emit);
      const item = this.#output.itemAt(data);
      item.settle(fieldsOf(data['item']), emit);
      if (typeof item.raw['encrypted_content'] === 'string') item.seal(emit);
    } else if (type === 'response.output_text.annotation.added') {
      const annotation = fieldsOf(data['annotation']) as JsonObject;
      if (Object.keys(annotation).length > 0) this.#annotations.push(annotation);
    } else if ('response' in data) {
      this.#name(fieldsOf(data['response']));
      if (this.#model !== null) this.#start(emit);
    }
  }

  #name(response: Fields): void {
    this.#id ??= textOf(response['id']);
    this.#model ??= textOf(response['model']);
  }

  #start(emit: EmitEvent): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { provider, model, warnings, rateLimit, upstreamRequestId } = this.#context;
    emit({
      type: 'start',
      id: this.#id,
      provider,
      model: this.#model ?? model,
      warnings,
      rateLimit,
      upstreamRequestId,
    });
  }

  #fail(body: JsonObject, emit: EmitEvent): void {
    const { provider, model, upstreamRequestId } = this.#context;
    const headers = upstreamRequestId === null ? {} : { 'x-request-id': upstreamRequestId };
    const assumedStatus = isRefusedInput(body) ? 400 : 500;
    emit({
      type: 'error',
      error: mapHttpError({ provider, model, status: 200, assumedStatus, headers, body, nowMs: 0 }),
    });
  }
}

/** The codes of a failed response that speak of what was sent, not of the server. */
function isRefusedInput(body: JsonObject): boolean {
  const code = textOf(fieldsOf(body['error'])['code']) ?? textOf(body['code']) ?? '';
  return /^(invalid_|image_|empty_image|unsupported_|failed_to_download|bio_policy|misalignment)/.test(code);
}

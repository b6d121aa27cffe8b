import {
  createUsage,
  tokenCount,
  unknownUsage,
  type ChatRequest,
  type FinishReason,
  type JsonObject,
  type Message,
  type MessagePart,
  type Usage,
} from '@lattice-lock/contract';
import type { Flaw } from './reference-flaws.ts';

/** A request on the OpenAI chat wire. */
export function encodeRequest(request: ChatRequest, stream: boolean, flaw: Flaw | undefined): JsonObject {
  const messages = flaw === 'drops-history' ? request.messages.slice(-1) : request.messages;
  const { toolChoice, responseFormat: format } = request;
  const schema =
    format?.type === 'json-schema' ? { name: format.name, schema: format.schema, strict: true } : undefined;
  return defined({
    model: request.model,
    messages: messages.flatMap((message) => encodeMessage(message, flaw)),
    stream,
    stream_options: stream && flaw !== 'asks-for-no-usage' ? { include_usage: true } : undefined,
    tools: (flaw === 'drops-tools' ? undefined : request.tools)?.map(({ name, description, parameters }) => {
      return { type: 'function', function: defined({ name, description, parameters }) };
    }),
    tool_choice:
      typeof toolChoice === 'object' ? { type: 'function', function: { name: toolChoice.name } } : toolChoice,
    parallel_tool_calls: request.parallelToolCalls,
    max_completion_tokens: request.maxOutputTokens,
    reasoning_effort: request.reasoning?.effort,
    response_format:
      schema !== undefined
        ? { type: 'json_schema', json_schema: schema }
        : format?.type === 'json'
          ? { type: 'json_object' }
          : undefined,
    logprobs: request.topLogprobs === undefined || flaw === 'drops-the-wish-for-logprobs' ? undefined : true,
    top_logprobs: flaw === 'drops-the-wish-for-logprobs' ? undefined : request.topLogprobs,
    ...(flaw === 'drops-options' ? {} : encodeOptions(request)),
    ...(flaw === 'tells-others-state' ? stateOfOthers(request) : request.providerOptions?.['reference']),
  });
}

/** Whatever stands in the request, for whomever it is. */
function stateOfOthers(request: ChatRequest): JsonObject {
  return Object.assign({}, ...Object.values(request.providerOptions ?? {})) as JsonObject;
}

function encodeOptions(request: ChatRequest): JsonObject {
  return {
    temperature: request.temperature,
    top_p: request.topP,
    stop: request.stop,
    seed: request.seed,
    presence_penalty: request.presencePenalty,
    frequency_penalty: request.frequencyPenalty,
    user: request.user,
  };
}

function encodeMessage(message: Message, flaw: Flaw | undefined): readonly JsonObject[] {
  const { role, content } = message;
  if (typeof content === 'string') return [{ role, content }];
  if (role === 'tool') {
    return message.content.map((result) => ({
      role,
      tool_call_id: result.toolCallId,
      content: flaw === 'drops-tool-results' ? '' : (result.content as string),
    }));
  }
  if (role !== 'assistant') return [{ role, content: content.flatMap((part) => encodePart(part, flaw)) }];
  const calls = message.content as readonly MessagePart[];
  const toolCalls = calls.flatMap((part) =>
    part.type === 'tool-call'
      ? [{ id: part.id, type: 'function', function: { name: part.name, arguments: part.argumentsText } }]
      : [],
  );
  const text = calls.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return [defined({ role, content: text, tool_calls: toolCalls.length === 0 ? undefined : toolCalls })];
}

function encodePart(part: MessagePart, flaw: Flaw | undefined): readonly JsonObject[] {
  if (part.type === 'text') return [{ type: 'text', text: part.text }];
  if (part.type === 'file' && part.source.type === 'base64' && flaw !== 'drops-files') {
    const { mediaType, data } = part.source;
    return [
      { type: 'file', file: { filename: part.filename ?? 'file', file_data: `data:${mediaType};base64,${data}` } },
    ];
  }
  if (part.type !== 'image' || part.source.type !== 'base64') return [];
  const { mediaType, data } = part.source;
  const sent = flaw === 're-encodes-images' ? Buffer.from(data, 'base64').subarray(1).toString('base64') : data;
  return [{ type: 'image_url', image_url: { url: `data:${mediaType};base64,${sent}` } }];
}

function defined(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function more(count: number | null, extra: number): number | null {
  return count === null ? null : count + extra;
}

/** A usage of the OpenAI wire in normal form. */
export function decodeUsage(usage: JsonObject | undefined, flaw: Flaw | undefined): Usage {
  if (usage === undefined)
    return flaw === 'takes-unknown-for-zero' ? createUsage({ inputTokens: 0, outputTokens: 0 }) : unknownUsage;
  const input = usage.prompt_tokens_details as JsonObject | undefined;
  const output = usage.completion_tokens_details as JsonObject | undefined;
  const countOf =
    flaw === 'believes-any-count' ? (value: unknown) => (value as number | undefined) ?? null : tokenCount;
  const extra = flaw === 'counts-one-token-too-many' ? 1 : 0;
  return createUsage({
    inputTokens: countOf(usage.prompt_tokens),
    outputTokens: more(countOf(usage.completion_tokens), extra),
    totalTokens: more(countOf(usage.total_tokens), extra),
    cachedInputTokens: tokenCount(input?.cached_tokens),
    reasoningTokens: tokenCount(output?.reasoning_tokens),
  });
}

/** A finish word of the OpenAI wire in the house's own. */
export function decodeFinish(word: string, hasCalls: boolean): FinishReason {
  if (word === 'length') return 'length';
  if (word === 'content_filter') return 'content-filter';
  if (word === 'tool_calls' || hasCalls) return 'tool-calls';
  return word === 'stop' ? 'stop' : 'other';
}

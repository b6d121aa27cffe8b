import {
  createToolCall,
  type AssistantPart,
  type ChatRequest,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type Message,
  type ReasoningOptions,
  type ResponseFormat,
  type TextPart,
  type ToolChoice,
  type ToolDefinition,
} from '@lattice-lock/contract';
import { type BodyReader, refusal, type ReaderDialect } from './body-reader.ts';
import { definedFields } from './defined-fields.ts';
import type { DecodedRequest } from './simulated-wire.ts';

/** OpenAI's way to name and word things: `messages[0].role`. */
export const openAIDialect: ReaderDialect = {
  join: (parent, key) => (typeof key === 'number' ? `${parent}[${key}]` : parent === '' ? key : `${parent}.${key}`),
  missing: (path) => ({ message: `Missing required parameter: '${path}'.`, code: 'missing_required_parameter' }),
  wrongType: (path, expected, got) => ({
    message: `Invalid type for '${path}': expected ${expected}, but got ${got} instead.`,
    code: 'invalid_type',
  }),
  wrongValue: (path, got, allowed) => ({
    message: `Invalid value for '${path}': '${got}'. Expected ${allowed}.`,
    code: 'invalid_value',
  }),
};

const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const;
const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;

/** Reads a body of `POST /v1/chat/completions`. @throws LatticeError naming the parameter that is wrong */
export function decodeOpenAIChat(body: BodyReader): DecodedRequest {
  const model = body.string('model');
  if (!body.has('messages')) throw body.missing('messages');
  const entries = body.objects('messages');
  if (entries.length === 0) throw body.wrongValue('messages', 'at least one message');
  const messages = entries.map(decodeMessage);
  checkToolOrder(messages, entries);

  const tools = body.objects('tools').flatMap(decodeTool);
  const toolChoice = decodeToolChoice(body, tools);
  const responseFormat = decodeResponseFormat(body);
  const reasoning = decodeReasoning(body);
  const maxOutputTokens = body.optionalInteger('max_completion_tokens', 1) ?? body.optionalInteger('max_tokens', 1);
  const stop = body.strings('stop');
  const chat: ChatRequest = {
    model,
    messages,
    ...(tools.length === 0 ? {} : { tools }),
    ...definedFields({
      toolChoice,
      parallelToolCalls: body.optionalBoolean('parallel_tool_calls'),
      responseFormat,
      maxOutputTokens,
      temperature: body.optionalNumber('temperature', 0, 2),
      topP: body.optionalNumber('top_p', 0, 1),
      stop: stop.length === 0 ? undefined : stop,
      seed: body.optionalNumber('seed', -Infinity, Infinity),
      presencePenalty: body.optionalNumber('presence_penalty', -2, 2),
      frequencyPenalty: body.optionalNumber('frequency_penalty', -2, 2),
      reasoning,
      topLogprobs: decodeLogprobs(body),
      user: body.optionalString('user') ?? body.optionalString('safety_identifier'),
    }),
  };
  const includeUsage = body.optionalObject('stream_options')?.optionalBoolean('include_usage') ?? false;
  return { model, stream: body.optionalBoolean('stream') ?? false, chat, includeUsage };
}

function decodeMessage(entry: BodyReader): Message {
  const role = entry.word('role', roles);
  switch (role) {
    case 'system':
    case 'developer':
      return { role: 'system', content: textContent(entry) };
    case 'user':
      if (!entry.has('content')) throw entry.missing('content');
      if (typeof entry.raw('content') === 'string') return { role, content: entry.string('content') };
      return { role, content: entry.objects('content').map(decodeUserPart) };
    case 'assistant':
      return { role, content: decodeAssistantContent(entry) };
    case 'tool':
      return {
        role,
        content: [{ type: 'tool-result', toolCallId: entry.string('tool_call_id'), content: textContent(entry) }],
      };
  }
}

function textContent(entry: BodyReader): string | readonly TextPart[] {
  if (!entry.has('content')) throw entry.missing('content');
  if (typeof entry.raw('content') === 'string') return entry.string('content');
  return entry.objects('content').map((part) => ({ type: part.word('type', ['text']), text: part.string('text') }));
}

function decodeAssistantContent(entry: BodyReader): readonly AssistantPart[] {
  const parts: AssistantPart[] = [];
  const reasoning = entry.optionalString('reasoning_content');
  if (reasoning !== undefined) parts.push({ type: 'reasoning', text: reasoning });
  const content = entry.raw('content');
  if (typeof content === 'string') parts.push({ type: 'text', text: content });
  else if (content !== undefined) {
    for (const part of entry.objects('content')) {
      const type = part.word('type', ['text', 'refusal']);
      parts.push({ type: 'text', text: part.string(type) });
    }
  }
  const calls = entry.objects('tool_calls');
  if (content === undefined && calls.length === 0 && !entry.has('refusal')) throw entry.missing('content');
  for (const call of calls) {
    const target = call.object('function');
    parts.push(createToolCall(call.string('id'), target.string('name'), target.string('arguments')));
  }
  return parts;
}

function decodeUserPart(part: BodyReader): TextPart | ImagePart | FilePart {
  const type = part.word('type', ['text', 'image_url', 'file', 'input_audio']);
  if (type === 'text') return { type, text: part.string('text') };
  if (type === 'image_url') {
    const image = part.object('image_url');
    const detail = image.has('detail') ? image.word('detail', ['auto', 'low', 'high']) : undefined;
    const source = mediaSource(image.string('url')) ?? { type: 'url' as const, url: image.string('url') };
    return { type: 'image', source, ...definedFields({ detail }) };
  }
  const file = part.object(type);
  const data = file.optionalString(type === 'file' ? 'file_data' : 'data') ?? '';
  const source = mediaSource(data) ?? { type: 'base64' as const, mediaType: 'application/octet-stream', data };
  return { type: 'file', source, ...definedFields({ filename: file.optionalString('filename') }) };
}

/** The bytes of a `data:` URL; `undefined` for any other. */
function mediaSource(url: string): MediaSource | undefined {
  const comma = url.indexOf(',');
  if (!url.startsWith('data:') || comma < 0 || !url.slice(0, comma).endsWith(';base64')) return undefined;
  return { type: 'base64', mediaType: url.slice('data:'.length, comma - ';base64'.length), data: url.slice(comma + 1) };
}

function decodeTool(tool: BodyReader): readonly ToolDefinition[] {
  if (tool.string('type') !== 'function') return [];
  const target = tool.object('function');
  const name = target.string('name');
  if (!/^[\w-]{1,64}$/.test(name)) throw target.wrongValue('name', 'at most 64 letters, digits, "_" or "-"');
  const parameters = target.json('parameters') ?? { type: 'object', properties: {} };
  const more = { description: target.optionalString('description'), strict: target.optionalBoolean('strict') };
  return [{ name, parameters, ...definedFields(more) }];
}

function decodeToolChoice(body: BodyReader, tools: readonly ToolDefinition[]): ToolChoice | undefined {
  const choice = body.raw('tool_choice');
  if (choice === undefined) return undefined;
  if (typeof choice === 'string') return body.word('tool_choice', ['auto', 'none', 'required'] as const);
  const target = body.object('tool_choice');
  if (target.string('type') !== 'function') return 'auto';
  const name = target.object('function').string('name');
  if (tools.some((tool) => tool.name === name)) return { name };
  throw target.object('function').wrongValue('name', 'the name of a tool in `tools`');
}

function decodeResponseFormat(body: BodyReader): ResponseFormat | undefined {
  const format = body.optionalObject('response_format');
  if (format === undefined) return undefined;
  const type = format.word('type', ['text', 'json_object', 'json_schema']);
  if (type === 'text') return { type: 'text' };
  if (type === 'json_object') return { type: 'json' };
  const spec = format.object('json_schema');
  const more = { description: spec.optionalString('description'), strict: spec.optionalBoolean('strict') };
  return { type: 'json-schema', name: spec.string('name'), schema: spec.json('schema') ?? {}, ...definedFields(more) };
}

function decodeReasoning(body: BodyReader): ReasoningOptions | undefined {
  return body.has('reasoning_effort') ? { effort: body.word('reasoning_effort', efforts) } : undefined;
}

function decodeLogprobs(body: BodyReader): number | undefined {
  const top = body.optionalNumber('top_logprobs', 0, 20);
  return body.optionalBoolean('logprobs') === true ? (top ?? 0) : undefined;
}

/** OpenAI's own rule: every call is answered by a tool message right behind it, and no tool message stands alone. */
function checkToolOrder(messages: readonly Message[], entries: readonly BodyReader[]): void {
  let open = new Set<string>();
  let openAt = '';
  messages.forEach((message, index) => {
    const entry = entries[index];
    const path = entry?.path ?? '';
    if (message.role === 'tool') {
      const id = message.content[0]?.toolCallId ?? '';
      if (!open.delete(id))
        throw refusal(path, unmatched(`'${path}' answers the tool call '${id}', which is not open`));
      return;
    }
    if (open.size > 0) throw refusal(openAt, unanswered(openAt, open));
    if (message.role !== 'assistant' || typeof message.content === 'string') return;
    open = new Set(message.content.flatMap((part) => (part.type === 'tool-call' ? [part.id] : [])));
    openAt = path;
  });
  if (open.size > 0) throw refusal(openAt, unanswered(openAt, open));
}

function unmatched(what: string) {
  return {
    message: `${what}: a message with role 'tool' must follow the message with its tool call.`,
    code: 'invalid_value',
  };
}

function unanswered(path: string, ids: ReadonlySet<string>) {
  const list = [...ids].join(', ');
  return { message: `The tool calls of '${path}' lack tool messages for: ${list}.`, code: 'invalid_value' };
}

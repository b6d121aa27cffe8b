import {
  createToolCall,
  type AssistantPart,
  type ChatRequest,
  type ImagePart,
  type Message,
  type ReasoningOptions,
  type ResponseFormat,
  type ToolDefinition,
} from '@lattice-lock/contract';
import type { BodyReader, ReaderDialect } from './body-reader.ts';
import { definedFields } from './defined-fields.ts';
import type { DecodedRequest } from './simulated-wire.ts';

const code = 'bad_request';

/** Ollama's errors are one line of text; the path in it is ours, so that it says where. */
export const ollamaDialect: ReaderDialect = {
  join: (parent, key) => (parent === '' ? String(key) : `${parent}.${key}`),
  missing: (path) => ({ message: `${path} is required`, code }),
  wrongType: (path, expected, got) => ({ message: `cannot read ${got} into field ${path} of type ${expected}`, code }),
  wrongValue: (path, got, allowed) => ({ message: `invalid ${path}: "${got}" (expected ${allowed})`, code }),
};

/** The first bytes of image files, in base64: the wire does not say what an image is. */
const imageSignatures: readonly (readonly [string, string])[] = [
  ['iVBORw0KGg', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
];

/** Reads a body of `POST /api/chat`. @throws LatticeError naming the field that is wrong */
export function decodeOllamaChat(body: BodyReader): DecodedRequest {
  const model = body.string('model');
  const matcher = new ToolCallMatcher();
  const messages = body.objects('messages').map((entry, index) => decodeMessage(entry, index, matcher));
  const tools = body.objects('tools').map(decodeTool);
  const options = body.optionalObject('options');
  const limit = options?.optionalInteger('num_predict', -2) ?? -1;
  const stop = options?.strings('stop') ?? [];
  const chat: ChatRequest = {
    model,
    messages,
    ...(tools.length === 0 ? {} : { tools }),
    ...definedFields({
      responseFormat: decodeFormat(body),
      // -1 and -2 mean no limit; 0 is taken for none as well.
      maxOutputTokens: limit > 0 ? limit : undefined,
      temperature: options?.optionalNumber('temperature', 0, Infinity),
      topP: options?.optionalNumber('top_p', 0, 1),
      stop: stop.length === 0 ? undefined : stop,
      seed: options?.optionalNumber('seed', -Infinity, Infinity),
      presencePenalty: options?.optionalNumber('presence_penalty', -Infinity, Infinity),
      frequencyPenalty: options?.optionalNumber('frequency_penalty', -Infinity, Infinity),
      reasoning: decodeThink(body),
      topLogprobs: decodeLogprobs(body),
    }),
  };
  return { model, stream: body.optionalBoolean('stream') ?? true, chat, includeUsage: true };
}

function decodeMessage(entry: BodyReader, index: number, matcher: ToolCallMatcher): Message {
  const role = entry.word('role', ['system', 'user', 'assistant', 'tool']);
  const content = entry.optionalString('content') ?? '';
  switch (role) {
    case 'system':
      return { role, content };
    case 'user': {
      const images = entry.strings('images').map(decodeImage);
      return { role, content: images.length === 0 ? content : [{ type: 'text', text: content }, ...images] };
    }
    case 'assistant':
      return { role, content: decodeAssistantContent(entry, content, index, matcher) };
    case 'tool': {
      const name = entry.optionalString('tool_name');
      const toolCallId = entry.optionalString('tool_call_id') ?? matcher.answer(name);
      const result = { type: 'tool-result' as const, toolCallId, content, ...definedFields({ toolName: name }) };
      return { role, content: [result] };
    }
  }
}

/** Gives results the ids of the calls they answer: the wire tells them apart by name and order only. */
class ToolCallMatcher {
  #open: { id: string; name: string }[] = [];

  ask(id: string, name: string): void {
    this.#open.push({ id, name });
  }

  answer(name: string | undefined): string {
    const named = this.#open.findIndex((call) => call.name === name);
    return this.#open.splice(Math.max(named, 0), 1)[0]?.id ?? '';
  }
}

function decodeAssistantContent(
  entry: BodyReader,
  content: string,
  index: number,
  matcher: ToolCallMatcher,
): readonly AssistantPart[] {
  const parts: AssistantPart[] = [];
  const thinking = entry.optionalString('thinking') ?? '';
  if (thinking !== '') parts.push({ type: 'reasoning', text: thinking });
  if (content !== '') parts.push({ type: 'text', text: content });
  for (const [place, call] of entry.objects('tool_calls').entries()) {
    const target = call.object('function');
    const id = call.optionalString('id') ?? `call_${index}_${place}`;
    const name = target.string('name');
    parts.push(createToolCall(id, name, JSON.stringify(target.json('arguments') ?? {})));
    matcher.ask(id, name);
  }
  return parts;
}

function decodeImage(data: string): ImagePart {
  const mediaType = imageSignatures.find(([start]) => data.startsWith(start))?.[1] ?? 'application/octet-stream';
  return { type: 'image', source: { type: 'base64', mediaType, data } };
}

function decodeTool(tool: BodyReader): ToolDefinition {
  const target = tool.object('function');
  const parameters = target.json('parameters') ?? { type: 'object', properties: {} };
  return {
    name: target.string('name'),
    parameters,
    ...definedFields({ description: target.optionalString('description') }),
  };
}

function decodeFormat(body: BodyReader): ResponseFormat | undefined {
  const format = body.raw('format');
  if (format === undefined || format === '') return undefined;
  if (format === 'json') return { type: 'json' };
  return { type: 'json-schema', name: 'answer', schema: body.json('format') ?? {} };
}

function decodeThink(body: BodyReader): ReasoningOptions | undefined {
  const think = body.raw('think');
  if (think === undefined) return undefined;
  if (typeof think === 'boolean') return think ? {} : { effort: 'none' };
  return { effort: body.word('think', ['low', 'medium', 'high', 'max']) };
}

function decodeLogprobs(body: BodyReader): number | undefined {
  const top = body.optionalInteger('top_logprobs', 0);
  return body.optionalBoolean('logprobs') === true ? (top ?? 0) : undefined;
}

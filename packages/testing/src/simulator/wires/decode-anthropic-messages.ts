import {
  createToolCall,
  type AssistantPart,
  type CacheControl,
  type ChatRequest,
  type FilePart,
  type ImagePart,
  type MediaSource,
  type Message,
  type ReasoningOptions,
  type TextPart,
  type ToolChoice,
  type ToolDefinition,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { refusal, type BodyReader, type ReaderDialect } from './body-reader.ts';
import { definedFields } from './defined-fields.ts';
import type { DecodedRequest } from './simulated-wire.ts';

const code = 'invalid_request_error';

/** Anthropic's way to name and word things: `messages.0.role: Field required`. */
export const anthropicDialect: ReaderDialect = {
  join: (parent, key) => (parent === '' ? String(key) : `${parent}.${key}`),
  missing: (path) => ({ message: `${path}: Field required`, code }),
  wrongType: (path, expected, got) => ({ message: `${path}: Input should be a valid ${expected}, got ${got}`, code }),
  wrongValue: (path, got, allowed) => ({ message: `${path}: Input should be ${allowed}, got '${got}'`, code }),
};

/** The least thinking budget the vendor takes. */
const minBudgetTokens = 1024;
const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** Reads a body of `POST /v1/messages`. @throws LatticeError naming the field that is wrong */
export function decodeAnthropicMessages(body: BodyReader): DecodedRequest {
  const model = body.string('model');
  if (!body.has('max_tokens')) throw body.missing('max_tokens');
  const maxOutputTokens = body.optionalInteger('max_tokens', 1);
  if (!body.has('messages')) throw body.missing('messages');
  const entries = body.objects('messages');
  if (entries.length === 0) throw body.wrongValue('messages', 'at least one message');
  checkToolUse(entries);

  const system = decodeSystem(body);
  const tools = body.objects('tools').flatMap(decodeTool);
  const choice = decodeToolChoice(body, tools);
  const reasoning = decodeThinking(body, maxOutputTokens ?? 0, choice.toolChoice);
  const stop = body.strings('stop_sequences');
  const chat: ChatRequest = {
    model,
    messages: [...system, ...entries.flatMap(decodeMessage)],
    ...(tools.length === 0 ? {} : { tools }),
    ...definedFields({
      ...choice,
      maxOutputTokens,
      responseFormat: decodeFormat(body),
      temperature: body.optionalNumber('temperature', 0, 1),
      topP: body.optionalNumber('top_p', 0, 1),
      stop: stop.length === 0 ? undefined : stop,
      reasoning,
      user: body.optionalObject('metadata')?.optionalString('user_id'),
    }),
  };
  return { model, stream: body.optionalBoolean('stream') ?? false, chat, includeUsage: true };
}

function decodeSystem(body: BodyReader): readonly Message[] {
  if (!body.has('system')) return [];
  if (typeof body.raw('system') === 'string') return [{ role: 'system', content: body.string('system') }];
  return [{ role: 'system', content: body.objects('system').map(decodeText) }];
}

function decodeText(block: BodyReader): TextPart {
  block.word('type', ['text']);
  const text = block.string('text');
  if (text.trim() === '') throw block.wrongValue('text', 'a text that is not blank');
  return { type: 'text', text, ...cacheControl(block) };
}

function cacheControl(block: BodyReader): { cacheControl?: CacheControl } {
  const control = block.optionalObject('cache_control');
  if (control === undefined) return {};
  return { cacheControl: { ttl: control.has('ttl') ? control.word('ttl', ['5m', '1h']) : '5m' } };
}

function decodeMessage(entry: BodyReader): readonly Message[] {
  const role = entry.word('role', ['user', 'assistant', 'system']);
  if (!entry.has('content')) throw entry.missing('content');
  const text = typeof entry.raw('content') === 'string' ? entry.string('content') : undefined;
  if (text === '') throw entry.wrongValue('content', 'a text that is not empty');
  if (role === 'assistant') {
    return [{ role, content: text ?? entry.objects('content').flatMap(decodeAssistantBlock) }];
  }
  if (role === 'system') return [{ role, content: text ?? entry.objects('content').map(decodeText) }];
  if (text !== undefined) return [{ role, content: text }];
  const results: ToolResultPart[] = [];
  const parts: (TextPart | ImagePart | FilePart)[] = [];
  for (const block of entry.objects('content')) {
    if (block.raw('type') === 'tool_result') results.push(decodeToolResult(block));
    else parts.push(decodeUserBlock(block));
  }
  return [
    ...(results.length === 0 ? [] : [{ role: 'tool' as const, content: results }]),
    ...(parts.length === 0 ? [] : [{ role, content: parts }]),
  ];
}

function decodeUserBlock(block: BodyReader): TextPart | ImagePart | FilePart {
  const type = block.word('type', ['text', 'image', 'document']);
  if (type === 'text') return decodeText(block);
  const source = decodeSource(block.object('source'));
  const cache = cacheControl(block);
  if (type === 'image') return { type, source, ...cache };
  return { type: 'file', source, ...definedFields({ filename: block.optionalString('title') }), ...cache };
}

function decodeSource(source: BodyReader): MediaSource {
  const type = source.word('type', ['base64', 'url', 'text']);
  if (type === 'url') return { type, url: source.string('url') };
  const mediaType = source.string('media_type');
  const data = source.string('data');
  return { type: 'base64', mediaType, data: type === 'base64' ? data : Buffer.from(data).toString('base64') };
}

function decodeToolResult(block: BodyReader): ToolResultPart {
  const inner = block.raw('content');
  const content =
    inner === undefined || typeof inner === 'string'
      ? (inner ?? '')
      : block.objects('content').map((part) => decodeUserBlock(part) as TextPart | ImagePart);
  const isError = block.optionalBoolean('is_error');
  return { type: 'tool-result', toolCallId: block.string('tool_use_id'), content, ...definedFields({ isError }) };
}

function decodeAssistantBlock(block: BodyReader): readonly AssistantPart[] {
  switch (block.string('type')) {
    case 'text':
      return [decodeText(block)];
    case 'thinking':
      return [{ type: 'reasoning', text: block.string('thinking'), signature: block.string('signature') }];
    case 'redacted_thinking':
      return [{ type: 'reasoning', text: '', redactedData: block.string('data') }];
    case 'tool_use': {
      const input = block.json('input');
      if (input === undefined) throw block.missing('input');
      return [createToolCall(block.string('id'), block.string('name'), JSON.stringify(input))];
    }
    // Server tools and what else the vendor has grown: real there, of no concern here.
    default:
      return [];
  }
}

function decodeTool(tool: BodyReader): readonly ToolDefinition[] {
  if (tool.has('type') && tool.string('type') !== 'custom') return [];
  const name = tool.string('name');
  if (!/^[\w-]{1,128}$/.test(name)) throw tool.wrongValue('name', 'at most 128 letters, digits, "_" or "-"');
  const parameters = tool.json('input_schema');
  if (parameters === undefined) throw tool.missing('input_schema');
  if (parameters.type !== 'object') throw tool.wrongValue('input_schema', 'a schema whose type is `object`');
  const more = { description: tool.optionalString('description'), strict: tool.optionalBoolean('strict') };
  return [{ name, parameters, ...definedFields(more) }];
}

function decodeToolChoice(
  body: BodyReader,
  tools: readonly ToolDefinition[],
): { toolChoice: ToolChoice | undefined; parallelToolCalls: boolean | undefined } {
  const choice = body.optionalObject('tool_choice');
  if (choice === undefined) return { toolChoice: undefined, parallelToolCalls: undefined };
  const isSingle = choice.optionalBoolean('disable_parallel_tool_use') ?? false;
  const parallelToolCalls = isSingle ? false : undefined;
  const type = choice.word('type', ['auto', 'any', 'tool', 'none']);
  if (type !== 'tool') return { toolChoice: type === 'any' ? 'required' : type, parallelToolCalls };
  const name = choice.string('name');
  if (!tools.some((tool) => tool.name === name)) throw choice.wrongValue('name', 'the name of a tool in `tools`');
  return { toolChoice: { name }, parallelToolCalls };
}

function decodeThinking(
  body: BodyReader,
  maxTokens: number,
  choice: ToolChoice | undefined,
): ReasoningOptions | undefined {
  const config = body.optionalObject('output_config');
  const effort = config?.has('effort') === true ? config.word('effort', efforts) : undefined;
  const thinking = body.optionalObject('thinking');
  if (thinking === undefined) return undefined;
  const type = thinking.word('type', ['enabled', 'adaptive', 'disabled']);
  if (type === 'disabled') return { effort: 'none' };
  if (choice === 'required' || typeof choice === 'object') {
    const message = 'Thinking may not be enabled when tool_choice forces tool use.';
    throw refusal('thinking', { message, code });
  }
  if (type === 'adaptive') return definedFields({ effort });
  if (!thinking.has('budget_tokens')) throw thinking.missing('budget_tokens');
  const budgetTokens = thinking.optionalInteger('budget_tokens', minBudgetTokens);
  if ((budgetTokens ?? 0) >= maxTokens) throw thinking.wrongValue('budget_tokens', 'less than `max_tokens`');
  return definedFields({ effort, budgetTokens });
}

function decodeFormat(body: BodyReader): ChatRequest['responseFormat'] {
  const format = body.optionalObject('output_config')?.optionalObject('format') ?? body.optionalObject('output_format');
  if (format === undefined) return undefined;
  format.word('type', ['json_schema']);
  const schema = format.json('schema');
  if (schema === undefined) throw format.missing('schema');
  return { type: 'json-schema', name: 'answer', schema };
}

/** Anthropic's own rule: every `tool_use` is answered by a `tool_result` in the very next message, and none stands alone. */
function checkToolUse(entries: readonly BodyReader[]): void {
  let open: readonly string[] = [];
  entries.forEach((entry, index) => {
    const results = idsOf(entry, 'tool_result', 'tool_use_id');
    const unanswered = open.filter((id) => !results.includes(id));
    if (unanswered.length > 0) {
      const path = entries[index - 1]?.path ?? '';
      const message = `${path}: \`tool_use\` ids without \`tool_result\` blocks right after them: ${unanswered.join(', ')}`;
      throw refusal(path, { message, code });
    }
    const unasked = results.find((id) => !open.includes(id));
    if (unasked !== undefined) {
      const message = `${entry.path}: unexpected \`tool_use_id\` in a \`tool_result\` block: ${unasked}`;
      throw refusal(entry.path, { message, code });
    }
    open = entry.raw('role') === 'assistant' ? idsOf(entry, 'tool_use', 'id') : [];
  });
}

function idsOf(entry: BodyReader, type: string, field: string): readonly string[] {
  if (!Array.isArray(entry.raw('content'))) return [];
  return entry.objects('content').flatMap((block) => (block.raw('type') === type ? [block.string(field)] : []));
}

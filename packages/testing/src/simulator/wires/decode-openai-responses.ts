import type {
  ChatRequest,
  Message,
  ReasoningOptions,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from '@lattice-lock/contract';
import type { BodyReader } from './body-reader.ts';
import { decodeResponsesInput } from './decode-responses-input.ts';
import { definedFields } from './defined-fields.ts';
import type { DecodedRequest } from './simulated-wire.ts';

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
/** The vendor takes no smaller limit. */
const minOutputTokens = 16;
const maxTopLogprobs = 20;

/** Reads a body of `POST /v1/responses`. @throws LatticeError naming the parameter that is wrong */
export function decodeOpenAIResponses(body: BodyReader): DecodedRequest {
  const model = body.string('model');
  if (!body.has('input')) throw body.missing('input');
  const instructions = body.optionalString('instructions');
  const system: readonly Message[] = instructions === undefined ? [] : [{ role: 'system', content: instructions }];
  const tools = body.objects('tools').flatMap(decodeTool);
  const chat: ChatRequest = {
    model,
    messages: [...system, ...decodeResponsesInput(body)],
    ...(tools.length === 0 ? {} : { tools }),
    ...definedFields({
      toolChoice: decodeToolChoice(body, tools),
      parallelToolCalls: body.optionalBoolean('parallel_tool_calls'),
      responseFormat: decodeFormat(body),
      maxOutputTokens: body.optionalInteger('max_output_tokens', minOutputTokens),
      temperature: body.optionalNumber('temperature', 0, 2),
      topP: body.optionalNumber('top_p', 0, 1),
      reasoning: decodeReasoning(body),
      topLogprobs: decodeLogprobs(body),
      user: body.optionalString('user') ?? body.optionalString('safety_identifier'),
    }),
  };
  return { model, stream: body.optionalBoolean('stream') ?? false, chat, includeUsage: true };
}

function decodeTool(tool: BodyReader): readonly ToolDefinition[] {
  if (tool.string('type') !== 'function') return [];
  const name = tool.string('name');
  if (!/^[\w-]{1,64}$/.test(name)) throw tool.wrongValue('name', 'at most 64 letters, digits, "_" or "-"');
  const parameters = tool.json('parameters') ?? { type: 'object', properties: {} };
  const more = { description: tool.optionalString('description'), strict: tool.optionalBoolean('strict') };
  return [{ name, parameters, ...definedFields(more) }];
}

function decodeToolChoice(body: BodyReader, tools: readonly ToolDefinition[]): ToolChoice | undefined {
  const choice = body.raw('tool_choice');
  if (choice === undefined) return undefined;
  if (typeof choice === 'string') return body.word('tool_choice', ['auto', 'none', 'required'] as const);
  const target = body.object('tool_choice');
  if (target.string('type') !== 'function') return 'auto';
  const name = target.string('name');
  if (tools.some((tool) => tool.name === name)) return { name };
  throw target.wrongValue('name', 'the name of a tool in `tools`');
}

function decodeFormat(body: BodyReader): ResponseFormat | undefined {
  const format = body.optionalObject('text')?.optionalObject('format');
  if (format === undefined) return undefined;
  const type = format.word('type', ['text', 'json_object', 'json_schema']);
  if (type === 'text') return { type: 'text' };
  if (type === 'json_object') return { type: 'json' };
  const schema = format.json('schema');
  if (schema === undefined) throw format.missing('schema');
  const more = { description: format.optionalString('description'), strict: format.optionalBoolean('strict') };
  return { type: 'json-schema', name: format.string('name'), schema, ...definedFields(more) };
}

function decodeReasoning(body: BodyReader): ReasoningOptions | undefined {
  const reasoning = body.optionalObject('reasoning');
  return reasoning?.has('effort') === true ? { effort: reasoning.word('effort', efforts) } : undefined;
}

/** Probabilities come only where `include` names them. */
function decodeLogprobs(body: BodyReader): number | undefined {
  const top = body.optionalNumber('top_logprobs', 0, maxTopLogprobs);
  return body.strings('include').includes('message.output_text.logprobs') ? (top ?? 0) : undefined;
}

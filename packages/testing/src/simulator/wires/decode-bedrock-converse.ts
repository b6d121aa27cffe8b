import type {
  ChatRequest,
  JsonObject,
  Message,
  ReasoningOptions,
  ResponseFormat,
  TextPart,
  ToolChoice,
  ToolDefinition,
} from '@lattice-lock/contract';
import type { RequestTarget } from '../request-target.ts';
import { bedrockPath } from './bedrock-vendor.ts';
import type { BodyReader, ReaderDialect } from './body-reader.ts';
import { cacheControl, decodeConverseMessages, markPrevious } from './decode-converse-messages.ts';
import { definedFields } from './defined-fields.ts';
import type { DecodedRequest } from './simulated-wire.ts';

const code = 'ValidationException';

/** Bedrock's way to name and word things, after its models' validation. */
export const bedrockDialect: ReaderDialect = {
  join: (parent, key) => (parent === '' ? String(key) : `${parent}.${key}`),
  missing: (path) => ({
    message: `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must not be null`,
    code,
  }),
  wrongType: (path, expected, got) => ({ message: `Unexpected ${got} at '${path}': expected ${expected}`, code }),
  wrongValue: (path, got, allowed) => ({
    message: `1 validation error detected: Value '${got}' at '${path}' failed to satisfy constraint: Member must be ${allowed}`,
    code,
  }),
};

const efforts = ['low', 'medium', 'high', 'xhigh', 'max'] as const;

/** Reads a body of `converse`, `converse-stream` or `count-tokens`. @throws LatticeError naming what is wrong */
export function decodeBedrockConverse(whole: BodyReader, target: RequestTarget): DecodedRequest {
  const path = bedrockPath(target.path);
  const body = path?.action === 'count-tokens' ? whole.object('input').object('converse') : whole;
  const model = path?.model ?? '';
  const config = body.optionalObject('inferenceConfig');
  const toolConfig = body.optionalObject('toolConfig');
  const tools = decodeTools(toolConfig);
  const messages = decodeConverseMessages(body);
  const usesTools = messages.some(
    ({ role, content }) =>
      role === 'tool' || (Array.isArray(content) && content.some((part) => part.type === 'tool-call')),
  );
  if (usesTools && toolConfig === undefined) throw body.missing('toolConfig');
  const stop = config?.strings('stopSequences') ?? [];
  const chat: ChatRequest = {
    model,
    messages: [...decodeSystem(body), ...messages],
    ...(tools.length === 0 ? {} : { tools }),
    ...definedFields({
      toolChoice: decodeToolChoice(toolConfig, tools),
      responseFormat: decodeFormat(body),
      maxOutputTokens: config?.optionalInteger('maxTokens', 1),
      temperature: config?.optionalNumber('temperature', 0, 1),
      topP: config?.optionalNumber('topP', 0, 1),
      stop: stop.length === 0 ? undefined : stop,
      reasoning: decodeReasoning(body),
    }),
  };
  return { model, stream: path?.action === 'converse-stream', chat, includeUsage: true };
}

function decodeSystem(body: BodyReader): readonly Message[] {
  const parts: TextPart[] = [];
  for (const block of body.objects('system')) {
    if (block.has('cachePoint')) markPrevious(parts, cacheControl(block.object('cachePoint')));
    else parts.push({ type: 'text', text: block.string('text') });
  }
  return parts.length === 0 ? [] : [{ role: 'system', content: parts }];
}

function decodeTools(config: BodyReader | undefined): readonly ToolDefinition[] {
  if (config === undefined) return [];
  const tools = config.objects('tools');
  if (tools.length === 0) throw config.missing('tools');
  return tools.flatMap((tool) => {
    const spec = tool.optionalObject('toolSpec');
    if (spec === undefined) return [];
    const name = spec.string('name');
    if (!/^[\w-]{1,64}$/.test(name)) throw spec.wrongValue('name', 'of the pattern [a-zA-Z0-9_-]+, at most 64 long');
    const parameters = spec.object('inputSchema').json('json');
    if (parameters === undefined) throw spec.object('inputSchema').missing('json');
    const more = { description: spec.optionalString('description'), strict: spec.optionalBoolean('strict') };
    return [{ name, parameters, ...definedFields(more) }];
  });
}

function decodeToolChoice(config: BodyReader | undefined, tools: readonly ToolDefinition[]): ToolChoice | undefined {
  const choice = config?.optionalObject('toolChoice');
  if (choice === undefined) return undefined;
  if (choice.has('any')) return 'required';
  const named = choice.optionalObject('tool');
  if (named === undefined) return 'auto';
  const name = named.string('name');
  if (tools.some((tool) => tool.name === name)) return { name };
  throw named.wrongValue('name', 'the name of a tool in `tools`');
}

function decodeFormat(body: BodyReader): ResponseFormat | undefined {
  const format = body.optionalObject('outputConfig')?.optionalObject('textFormat');
  if (format === undefined) return undefined;
  format.word('type', ['json_schema']);
  const spec = format.object('structure').object('jsonSchema');
  const text = spec.string('schema');
  let schema: JsonObject;
  try {
    schema = JSON.parse(text) as JsonObject;
  } catch {
    throw spec.wrongValue('schema', 'a JSON text');
  }
  const description = spec.optionalString('description');
  return {
    type: 'json-schema',
    name: spec.optionalString('name') ?? 'answer',
    schema,
    ...definedFields({ description }),
  };
}

/** Reasoning stands where each maker has it: the fields are handed through to the model. */
function decodeReasoning(body: BodyReader): ReasoningOptions | undefined {
  const fields = body.optionalObject('additionalModelRequestFields');
  const config = body.optionalObject('outputConfig');
  const effort = config?.has('effort') === true ? config.word('effort', efforts) : undefined;
  const thinking = fields?.optionalObject('thinking') ?? fields?.optionalObject('reasoning_config');
  if (thinking !== undefined) {
    const type = thinking.word('type', ['enabled', 'adaptive', 'disabled']);
    if (type === 'disabled') return { effort: 'none' };
    return definedFields({ effort, budgetTokens: thinking.optionalInteger('budget_tokens', 1024) });
  }
  const nova = fields?.optionalObject('reasoningConfig');
  if (nova !== undefined) {
    if (nova.word('type', ['enabled', 'disabled']) === 'disabled') return { effort: 'none' };
    return { effort: nova.word('maxReasoningEffort', ['low', 'medium', 'high']) };
  }
  if (fields?.has('reasoning_effort') === true) {
    return { effort: fields.word('reasoning_effort', ['low', 'medium', 'high']) };
  }
  return effort === undefined ? undefined : { effort };
}

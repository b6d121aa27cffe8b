import type {
  ChatRequest,
  JsonSchema,
  JsonValue,
  ReasoningOptions,
  ResponseFormat,
  ToolChoice,
} from '@lattice-lock/contract';
import type { ToolDefinition } from '@lattice-lock/contract';
import type { RequestTarget } from '../request-target.ts';
import type { BodyReader, ReaderDialect } from './body-reader.ts';
import { decodeGeminiContents, systemText } from './decode-gemini-contents.ts';
import { definedFields } from './defined-fields.ts';
import { geminiPath } from './gemini-vendor.ts';
import type { DecodedRequest } from './simulated-wire.ts';

const code = 'INVALID_ARGUMENT';

/** Google's way to name and word things: `contents[0].parts[0].text`. */
export const geminiDialect: ReaderDialect = {
  join: (parent, key) => (typeof key === 'number' ? `${parent}[${key}]` : parent === '' ? key : `${parent}.${key}`),
  missing: (path) => ({ message: `* GenerateContentRequest.${path}: ${path} is not specified`, code }),
  wrongType: (path, expected, got) => ({ message: `Invalid value at '${path}' (${expected}), got ${got}`, code }),
  wrongValue: (path, got, allowed) => ({
    message: `* GenerateContentRequest.${path}: "${got}" is not ${allowed}`,
    code,
  }),
};

const levels = ['minimal', 'low', 'medium', 'high'] as const;
const maxStops = 5;

/** Reads a body of `:generateContent` or `:streamGenerateContent`. @throws LatticeError naming the field that is wrong */
export function decodeGemini(body: BodyReader, target: RequestTarget): DecodedRequest {
  const path = geminiPath(target.path);
  const model = path?.model ?? '';
  if (body.objects('contents').length === 0) throw body.missing('contents');
  const config = body.optionalObject('generationConfig');
  const tools = body.objects('tools').flatMap((tool) => tool.objects('functionDeclarations').map(decodeTool));
  const stop = config?.strings('stopSequences') ?? [];
  if (stop.length > maxStops) throw config?.wrongValue('stopSequences', `a list of at most ${maxStops}`);
  const wantsLogprobs = config?.optionalBoolean('responseLogprobs') === true;
  const chat: ChatRequest = {
    model,
    messages: [...systemText(body), ...decodeGeminiContents(body)],
    ...(tools.length === 0 ? {} : { tools }),
    ...definedFields({
      toolChoice: decodeToolChoice(body),
      responseFormat: config === undefined ? undefined : decodeFormat(config),
      maxOutputTokens: config?.optionalInteger('maxOutputTokens', 1),
      temperature: config?.optionalNumber('temperature', 0, 2),
      topP: config?.optionalNumber('topP', 0, 1),
      stop: stop.length === 0 ? undefined : stop,
      seed: config?.optionalInteger('seed', -Infinity),
      presencePenalty: config?.optionalNumber('presencePenalty', -2, 2),
      frequencyPenalty: config?.optionalNumber('frequencyPenalty', -2, 2),
      reasoning: decodeThinking(config),
      topLogprobs: wantsLogprobs ? (config?.optionalNumber('logprobs', 0, 20) ?? 0) : undefined,
    }),
  };
  return { model, stream: path?.method === 'streamGenerateContent', chat, includeUsage: true };
}

function decodeTool(tool: BodyReader): ToolDefinition {
  const name = tool.string('name');
  if (!/^[a-zA-Z_][\w.:-]{0,63}$/.test(name)) throw tool.wrongValue('name', 'a name of at most 64 letters and digits');
  const schema = tool.json('parametersJsonSchema') ?? tool.json('parameters') ?? { type: 'object', properties: {} };
  const description = tool.optionalString('description');
  return { name, parameters: lowerTypes(schema) as JsonSchema, ...definedFields({ description }) };
}

/** Google's own schemas name their types in capitals. */
function lowerTypes(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => lowerTypes(item));
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      key === 'type' && typeof field === 'string' ? field.toLowerCase() : lowerTypes(field),
    ]),
  );
}

function decodeToolChoice(body: BodyReader): ToolChoice | undefined {
  const calling = body.optionalObject('toolConfig')?.optionalObject('functionCallingConfig');
  if (calling?.has('mode') !== true) return undefined;
  const mode = calling.word('mode', ['AUTO', 'ANY', 'NONE', 'VALIDATED', 'MODE_UNSPECIFIED']);
  if (mode === 'NONE') return 'none';
  if (mode !== 'ANY') return 'auto';
  const [name, ...more] = calling.strings('allowedFunctionNames');
  return name === undefined || more.length > 0 ? 'required' : { name };
}

function decodeFormat(config: BodyReader): ResponseFormat | undefined {
  const schema =
    config.json('responseJsonSchema') ?? config.json('_responseJsonSchema') ?? config.json('responseSchema');
  const type = config.optionalString('responseMimeType');
  if (schema !== undefined) {
    if (type !== 'application/json') {
      throw config.wrongValue('responseMimeType', "'application/json', which a response schema needs");
    }
    return { type: 'json-schema', name: 'answer', schema: lowerTypes(schema) as JsonSchema };
  }
  return type === 'application/json' ? { type: 'json' } : undefined;
}

function decodeThinking(config: BodyReader | undefined): ReasoningOptions | undefined {
  const thinking = config?.optionalObject('thinkingConfig');
  if (thinking === undefined) return undefined;
  const budgetTokens = thinking.optionalInteger('thinkingBudget', -1);
  if (budgetTokens === 0) return { effort: 'none' };
  const level = thinking.optionalString('thinkingLevel')?.toLowerCase();
  const effort = levels.find((known) => known === level);
  if (level !== undefined && effort === undefined) throw thinking.wrongValue('thinkingLevel', levels.join(', '));
  return definedFields({ effort, budgetTokens: budgetTokens === -1 ? undefined : budgetTokens });
}

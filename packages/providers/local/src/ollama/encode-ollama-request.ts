import type { ChatRequest, JsonObject, JsonValue, ReasoningOptions, ToolDefinition } from '@lattice-lock/contract';
import { isObject, type EncodedRequest } from '@lattice-lock/provider-kit';
import { convertToOllamaMessages, type Warn } from './convert-to-ollama-messages.ts';

/**
 * Translates a request to `POST /api/chat`. Raw `options` among the extra fields are added to ours instead of replacing
 * them, so that `num_ctx` alone can be set.
 *
 * @throws LatticeError `LATTICE_UNSUPPORTED` for images behind a URL and for files
 */
export function encodeOllamaRequest(request: ChatRequest, stream: boolean, extra: JsonObject = {}): EncodedRequest {
  const warnings = new Set<string>();
  const warn: Warn = (sentence) => warnings.add(sentence);
  const { options: extraOptions, ...extraFields } = extra;
  const tools = offeredTools(request, warn);
  const think = thinkField(request.reasoning, warn);
  const format = formatField(request);
  const body: JsonObject = {
    model: request.model,
    messages: convertToOllamaMessages(request.messages, warn),
    stream,
    ...(tools.length === 0 ? {} : { tools: tools.map(toolField) }),
    ...(format === undefined ? {} : { format }),
    ...(think === undefined ? {} : { think }),
    ...(request.topLogprobs === undefined ? {} : { logprobs: true, top_logprobs: request.topLogprobs }),
    options: { ...optionFields(request), ...(isObject(extraOptions) ? extraOptions : {}) },
    ...extraFields,
  };
  if (request.user !== undefined) warn('Ollama takes no end user id; `user` was left out.');
  return { path: '/api/chat', body, warnings: [...warnings] };
}

/** The server lets the model decide alone, so a choice is honoured as far as leaving tools out can do it. */
function offeredTools(
  { tools = [], toolChoice, parallelToolCalls }: ChatRequest,
  warn: Warn,
): readonly ToolDefinition[] {
  if (tools.length === 0 || toolChoice === 'none') return [];
  if (parallelToolCalls === false) warn('Ollama cannot be held to one tool call a turn; it may answer with several.');
  if (toolChoice === 'required') warn('Ollama cannot be made to call a tool; it may answer with text.');
  if (typeof toolChoice !== 'object') return tools;
  warn(`Ollama cannot be made to call a tool; only ${toolChoice.name} was offered.`);
  return tools.filter((tool) => tool.name === toolChoice.name);
}

function toolField({ name, description, parameters }: ToolDefinition): JsonObject {
  return {
    type: 'function',
    function: {
      name,
      ...(description === undefined ? {} : { description }),
      parameters: { type: 'object', properties: {}, ...parameters },
    },
  };
}

function formatField({ responseFormat }: ChatRequest): JsonValue | undefined {
  if (responseFormat?.type === 'json') return 'json';
  return responseFormat?.type === 'json-schema' ? responseFormat.schema : undefined;
}

/** The server takes a switch or one of four levels (`ThinkValue` in ollama/ollama api/types.go, August 2026). */
function thinkField(reasoning: ReasoningOptions | undefined, warn: Warn): JsonValue | undefined {
  if (reasoning === undefined) return undefined;
  const { effort, budgetTokens } = reasoning;
  if (budgetTokens !== undefined) warn('Ollama takes no thinking budget; it was left out.');
  if (effort === undefined) return budgetTokens === undefined ? undefined : true;
  if (effort === 'none') return false;
  if (effort !== 'minimal' && effort !== 'xhigh') return effort;
  const level = effort === 'minimal' ? 'low' : 'high';
  warn(`Ollama has no reasoning effort \`${effort}\`; \`${level}\` was sent.`);
  return level;
}

function optionFields(request: ChatRequest): JsonObject {
  const { maxOutputTokens, temperature, topP, seed, stop, presencePenalty, frequencyPenalty } = request;
  const all = {
    num_predict: maxOutputTokens,
    temperature,
    top_p: topP,
    seed,
    stop: stop === undefined || stop.length === 0 ? undefined : stop,
    presence_penalty: presencePenalty,
    frequency_penalty: frequencyPenalty,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

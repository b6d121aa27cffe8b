import type { ChatRequest, JsonObject, JsonValue, ResponseFormat } from '@lattice-lock/contract';
import { isObject, itemsOf, objectOf, type EncodeContext, type EncodedRequest } from '@lattice-lock/provider-kit';
import { convertToGeminiContents } from './convert-to-gemini-contents.ts';
import type { Warn } from './convert-to-gemini-parts.ts';
import { convertToGeminiSchema } from './convert-to-gemini-schema.ts';
import { convertToGeminiTools } from './convert-to-gemini-tools.ts';
import { modelFactsOf, modelResource, takesSampling, type GeminiService } from './gemini-model.ts';
import { mapThinkingOptions } from './map-thinking-options.ts';

/**
 * Translates a request to `generateContent` or `streamGenerateContent`.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` for a model name or a tool result that cannot be sent
 */
export function encodeGeminiRequest(
  request: ChatRequest,
  { provider, stream }: EncodeContext,
  service: GeminiService,
): EncodedRequest {
  const warnings = new Set<string>();
  const warn: Warn = (sentence) => warnings.add(sentence);
  const { version } = modelFactsOf(request.model);
  const { systemInstruction, contents } = convertToGeminiContents(request.messages, {
    provider,
    service: service.type,
    isThirdGeneration: version !== null && version >= 3,
    warn,
  });
  const { tools, config } = convertToGeminiTools(request, warn);
  if (request.user !== undefined) warn('Gemini takes no end user id; `user` was left out.');
  const body: JsonObject = {
    contents,
    systemInstruction,
    tools,
    toolConfig: config === undefined ? undefined : { functionCallingConfig: config },
    generationConfig: generationConfig(request, warn),
  };
  const method = stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return {
    path: `/${modelResource(request.model, service)}:${method}`,
    body: withRawFields(body, rawFields(request.providerOptions, provider), warn),
    warnings: [...warnings],
  };
}

/** Raw fields of the family and of the provider's own id; the latter win. */
export function rawFields(options: ChatRequest['providerOptions'], provider: string): JsonObject {
  const family = options?.['google'] ?? {};
  return provider === 'google' ? family : { ...family, ...options?.[provider] };
}

function generationConfig(request: ChatRequest, warn: Warn): JsonObject | undefined {
  const { stop, topLogprobs } = request;
  const all: JsonObject = {
    ...formatFields(request.responseFormat, warn),
    maxOutputTokens: request.maxOutputTokens,
    ...samplingFields(request, warn),
    stopSequences: stop === undefined || stop.length === 0 ? undefined : stop,
    seed: request.seed,
    responseLogprobs: topLogprobs === undefined ? undefined : true,
    logprobs: topLogprobs === undefined || topLogprobs === 0 ? undefined : topLogprobs,
    thinkingConfig: mapThinkingOptions(request.reasoning, request.model, warn),
  };
  return Object.values(all).every((value) => value === undefined) ? undefined : all;
}

function samplingFields(request: ChatRequest, warn: Warn): JsonObject {
  const { temperature, topP, presencePenalty, frequencyPenalty } = request;
  const fields = { temperature, topP, presencePenalty, frequencyPenalty };
  if (takesSampling(modelFactsOf(request.model))) return fields;
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) warn(`This model of Gemini takes no ${name}; it was left out.`);
  }
  return {};
}

function formatFields(format: ResponseFormat | undefined, warn: Warn): JsonObject {
  if (format === undefined || format.type === 'text') return {};
  if (format.type === 'json') return { responseMimeType: 'application/json' };
  const { schema, unenforced } = convertToGeminiSchema(format.schema);
  if (unenforced.length > 0) warn(`Gemini does not enforce ${unenforced.join(', ')} of the response schema.`);
  const { name, description } = format;
  const named = { title: name, ...(description === undefined ? {} : { description }) };
  return {
    responseMimeType: 'application/json',
    responseJsonSchema: '$ref' in schema ? schema : { ...named, ...schema },
  };
}

/** The request's own settings stay beside the raw ones of the same object, so that one of them can be set alone. */
function withRawFields(body: JsonObject, extra: JsonObject, warn: Warn): JsonObject {
  const { generationConfig: config, toolConfig, tools, ...rest } = extra;
  const merged: Record<string, JsonValue | undefined> = { ...body, ...rest };
  if (isObject(config)) {
    const own = objectOf(body['generationConfig']);
    // The vendor refuses both forms of a schema at once.
    const kept = 'responseSchema' in config ? { ...own, responseJsonSchema: undefined } : own;
    merged['generationConfig'] = { ...kept, ...config };
    const count = config['candidateCount'];
    if (typeof count === 'number' && count > 1) warn('Only the first of several candidates is read.');
  }
  if (isObject(toolConfig)) {
    const calling = {
      ...objectOf(objectOf(body['toolConfig'])['functionCallingConfig']),
      ...objectOf(toolConfig['functionCallingConfig']),
    };
    const hasCalling = Object.keys(calling).length > 0;
    merged['toolConfig'] = { ...toolConfig, ...(hasCalling ? { functionCallingConfig: calling } : {}) };
  }
  if (tools !== undefined) merged['tools'] = [...itemsOf(body['tools']), ...itemsOf(tools)];
  return merged;
}

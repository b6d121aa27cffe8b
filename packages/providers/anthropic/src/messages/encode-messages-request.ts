import type { ChatRequest, JsonObject, ResponseFormat } from '@lattice-lock/contract';
import type { Warn } from './convert-to-anthropic-content.ts';
import { convertToAnthropicMessages } from './convert-to-anthropic-messages.ts';
import { convertToAnthropicSchema } from './convert-to-anthropic-schema.ts';
import { convertToAnthropicTools, forcesTool } from './convert-to-anthropic-tools.ts';
import { mapReasoningOptions } from './map-reasoning-options.ts';

/**
 * `max_tokens` when the caller sets none; the vendor requires the field. 4,096 is the smallest maximum of any Claude 3
 * model; every later one writes at least 32,000 (models.dev, July 2026), of which thinking takes its share.
 */
export const defaultMaxTokens = { claude3: 4096, later: 16_384 } as const;

/** The API version since which the vendor refuses `temperature`, `top_p` and `top_k` (release notes of 21 Oct 2026). */
const firstVersionWithoutSampling = '2026-10-21';

/** What the body depends on beside the request. */
export interface MessagesEncoding {
  /** The provider's id: only its own reasoning goes back to it. */
  readonly provider: string;
  readonly stream: boolean;
  /** The `anthropic-version` header in force. */
  readonly apiVersion: string;
  /** Replaces {@link defaultMaxTokens}. */
  readonly maxTokens?: number;
  /** Raw vendor fields, merged last. */
  readonly extra?: JsonObject;
}

/** A body for `POST /v1/messages` and what of the request it could not honour. */
export interface EncodedMessages {
  readonly body: JsonObject;
  readonly warnings: readonly string[];
}

/**
 * Translates a request to the Messages wire.
 *
 * @throws LatticeError `LATTICE_UNSUPPORTED` for a document type the vendor does not read
 */
export function encodeMessagesRequest(request: ChatRequest, encoding: MessagesEncoding): EncodedMessages {
  const warnings = new Set<string>();
  const warn: Warn = (sentence) => warnings.add(sentence);
  const prompt = convertToAnthropicMessages(request.messages, encoding.provider, warn);
  const { maxTokens, thinking, effort } = mapReasoningOptions(
    request.reasoning,
    {
      model: request.model,
      maxOutputTokens: request.maxOutputTokens,
      defaultMaxTokens: encoding.maxTokens ?? maxTokensOf(request.model),
      forcesTool: forcesTool(request),
    },
    warn,
  );
  const format = outputFormat(request.responseFormat, warn);
  const stop = request.stop?.filter((text) => text !== '');
  const body: JsonObject = {
    model: request.model,
    max_tokens: maxTokens,
    ...(prompt.system === undefined ? {} : { system: prompt.system }),
    messages: prompt.messages,
    ...(stop === undefined || stop.length === 0 ? {} : { stop_sequences: stop }),
    ...convertToAnthropicTools(request, warn),
    ...(thinking === undefined ? {} : { thinking }),
    ...(effort === undefined && format === undefined ? {} : { output_config: { ...definedEffort(effort), ...format } }),
    ...samplingFields(request, encoding.apiVersion, warn),
    ...(request.user === undefined ? {} : { metadata: { user_id: request.user } }),
    ...(encoding.stream ? { stream: true } : {}),
    ...encoding.extra,
  };
  warnOfUnknownFields(request, warn);
  return { body, warnings: [...warnings] };
}

function maxTokensOf(model: string): number {
  const isLater = /claude-(?!3|2|instant)/.test(model) || /claude-3-7/.test(model);
  return isLater ? defaultMaxTokens.later : defaultMaxTokens.claude3;
}

function definedEffort(effort: string | undefined): JsonObject {
  return effort === undefined ? {} : { effort };
}

function outputFormat(format: ResponseFormat | undefined, warn: Warn): JsonObject | undefined {
  if (format?.type !== 'json-schema') return undefined;
  const { schema, hinted } = convertToAnthropicSchema(format.schema);
  if (hinted.length > 0) {
    warn(`Anthropic does not enforce ${hinted.join(', ')} of the schema; the description tells the model.`);
  }
  return { format: { type: 'json_schema', schema } };
}

function samplingFields(request: ChatRequest, apiVersion: string, warn: Warn): JsonObject {
  const fields = {
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    ...(request.topP === undefined ? {} : { top_p: request.topP }),
  };
  if (apiVersion < firstVersionWithoutSampling) return fields;
  for (const name of Object.keys(fields)) {
    warn(
      `Anthropic refuses ${name} since API version ${firstVersionWithoutSampling}; it was left out. ` +
        'Set the provider option apiVersion to 2023-06-01 to send it to models that still take it.',
    );
  }
  return {};
}

function warnOfUnknownFields(request: ChatRequest, warn: Warn): void {
  for (const name of ['seed', 'presencePenalty', 'frequencyPenalty', 'topLogprobs'] as const) {
    if (request[name] !== undefined) warn(`Anthropic has no ${name}; it was left out.`);
  }
}

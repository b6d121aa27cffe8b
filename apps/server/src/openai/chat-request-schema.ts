import * as z from 'zod';
import { jsonObject, messageSchema } from './message-schema.ts';

/** Letters, digits, `_` and `-`: what every vendor takes as the name of a function. */
const functionName = z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, "_" or "-"');

const toolSchema = z.strictObject({
  type: z.literal('function', { error: 'only tools of type "function" are supported' }),
  function: z.strictObject({
    name: functionName,
    description: z.string().optional(),
    parameters: jsonObject.optional(),
    strict: z.boolean().nullish(),
  }),
});

const toolChoiceSchema = z.union(
  [
    z.enum(['auto', 'none', 'required']),
    z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: functionName }) }),
  ],
  { error: 'must be "auto", "none", "required" or {"type": "function", "function": {"name": "..."}}' },
);

const responseFormatSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text') }),
  z.strictObject({ type: z.literal('json_object') }),
  z.strictObject({
    type: z.literal('json_schema'),
    json_schema: z.strictObject({
      name: functionName,
      schema: jsonObject,
      description: z.string().optional(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

const weight = z.number().min(0).max(1000).optional();
const modelPattern = z.string().min(1).max(256);

const regions = z.array(z.string().min(1).max(64)).max(64).exactOptional();

/** Where a request may be served from and what may be kept of it; the operator's own rules hold beside it. */
const dataSchema = z.strictObject({
  allowRegions: regions,
  denyRegions: regions,
  maxRetentionDays: z.int().min(0).max(36_500).exactOptional(),
  allowTraining: z.boolean().exactOptional(),
  unknown: z.enum(['refuse', 'allow']).exactOptional(),
});

/** What OpenAI's wire has no word for: how to choose, and raw fields for a vendor. */
const latticeSchema = z.strictObject({
  constraints: z
    .strictObject({
      allow: z.array(modelPattern).min(1).optional(),
      deny: z.array(modelPattern).optional(),
      maxCostUsd: z.number().positive().optional(),
      maxOutputTokens: z.int().positive().optional(),
      allowDeprecated: z.boolean().optional(),
      minQuality: z.number().min(0).max(1).optional(),
      data: dataSchema.optional(),
    })
    .optional(),
  weights: z.strictObject({ fit: weight, cost: weight, latency: weight, reliability: weight }).optional(),
  fallbacks: z.array(modelPattern).max(8).optional(),
  providerOptions: z.record(z.string().min(1).max(64), jsonObject).optional(),
  afterFirstToken: z.enum(['fail', 'continue']).optional(),
});

const count = z
  .int()
  .positive()
  .max(2 ** 31 - 1);
const penalty = z.number().min(-2).max(2).optional();

/** Allows a field only with values that ask for nothing, so that clients which always send it go on working. */
function idle(description: string, ...values: readonly unknown[]) {
  const isIdle = (value: unknown) =>
    value === null || values.some((one) => JSON.stringify(one) === JSON.stringify(value));
  return z.unknown().refine(isIdle, `is not supported: ${description}`).optional();
}

const throughProviderOptions = 'send it as lattice.providerOptions.<provider> to the vendor that knows it';

/**
 * The body of `POST /v1/chat/completions` and `POST /v1/route`: OpenAI's fields, and `lattice` for what OpenAI has no
 * word for. Unknown fields are refused by name. `null` stands for "not given" where OpenAI documents it as a default,
 * never for a number.
 */
export const chatRequestSchema = z.strictObject({
  model: z.string().min(1).max(256).optional(),
  messages: z.array(messageSchema).min(1),
  tools: z.array(toolSchema).max(128).nullish(),
  tool_choice: toolChoiceSchema.nullish(),
  parallel_tool_calls: z.boolean().optional(),
  response_format: responseFormatSchema.nullish(),
  max_tokens: count.optional(),
  max_completion_tokens: count.optional(),
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(4)]).nullish(),
  seed: z.int().optional(),
  presence_penalty: penalty,
  frequency_penalty: penalty,
  user: z.string().max(512).nullish(),
  reasoning_effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z
    .strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() })
    .nullish(),
  // Kept by nobody: the gateway stores no conversations.
  metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  store: z.boolean().nullish(),
  n: idle('the gateway gives one choice; send several requests instead', 1),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  logit_bias: idle('it depends on one model’s tokenizer', {}),
  modalities: idle('the gateway answers in text', ['text']),
  audio: idle('the gateway answers in text'),
  prediction: idle(throughProviderOptions),
  service_tier: idle(throughProviderOptions, 'auto'),
  verbosity: idle(throughProviderOptions),
  prompt_cache_key: idle(throughProviderOptions),
  prompt_cache_retention: idle(throughProviderOptions),
  web_search_options: idle(throughProviderOptions),
  safety_identifier: idle('send it as "user"'),
  functions: idle('it is OpenAI’s old form; send "tools" instead'),
  function_call: idle('it is OpenAI’s old form; send "tool_choice" instead'),
  lattice: latticeSchema.optional(),
});

/** A body that passed {@link chatRequestSchema}. */
export type WireChatRequest = z.infer<typeof chatRequestSchema>;

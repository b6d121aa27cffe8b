import type { JsonObject } from '@lattice-lock/contract';
import * as z from 'zod';

/** A JSON object of any content. */
export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

const name = z.string().min(1).max(256);

/** How far a prompt is to be cached, written as Anthropic and OpenRouter write it. */
const cacheControl = z.strictObject({
  type: z.literal('ephemeral'),
  ttl: z.enum(['5m', '1h']).optional(),
});

const textPart = z.strictObject({
  type: z.literal('text'),
  text: z.string(),
  cache_control: cacheControl.optional(),
});

const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().min(1),
    detail: z.enum(['auto', 'low', 'high']).optional(),
  }),
  cache_control: cacheControl.optional(),
});

const filePart = z.strictObject({
  type: z.literal('file'),
  file: z.strictObject({
    file_data: z.string().min(1).optional(),
    filename: z.string().min(1).max(256).optional(),
    file_id: z.string().optional(),
  }),
  cache_control: cacheControl.optional(),
});

const refusalPart = z.strictObject({ type: z.literal('refusal'), refusal: z.string() });

/** Reasoning as our own answers carry it (the shape is OpenRouter's), so that a vendor's signature can go back to it. */
const reasoningDetail = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('reasoning.text'),
    text: z.string().optional(),
    signature: z.string().optional(),
    provider: z.string().optional(),
    index: z.int().optional(),
  }),
  z.strictObject({
    type: z.literal('reasoning.encrypted'),
    data: z.string(),
    text: z.string().optional(),
    provider: z.string().optional(),
    index: z.int().optional(),
  }),
]);

const toolCall = z.strictObject({
  id: z.string().min(1).max(256),
  type: z.literal('function'),
  // The official client's helpers add what they parsed to the answers they give back.
  function: z.strictObject({
    name: z.string().min(1).max(64),
    arguments: z.string(),
    parsed_arguments: z.unknown().optional(),
  }),
  index: z.int().optional(),
});

const systemMessage = z.strictObject({
  role: z.enum(['system', 'developer']),
  content: z.union([z.string(), z.array(textPart).min(1)]),
  name: name.optional(),
});

const userMessage = z.strictObject({
  role: z.literal('user'),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart, filePart])).min(1)]),
  name: name.optional(),
});

/** Takes the message of an earlier answer back as it came: the fields of OpenAI's answers that say nothing are allowed. */
const assistantMessage = z.strictObject({
  role: z.literal('assistant'),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart]))]).nullish(),
  name: name.optional(),
  refusal: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  reasoning_details: z.array(reasoningDetail).nullish(),
  provider_metadata: z.record(z.string().min(1).max(64), jsonObject).nullish(),
  tool_calls: z.array(toolCall).nullish(),
  annotations: z.array(z.unknown()).max(0).nullish(),
  audio: z.null().optional(),
  function_call: z.null().optional(),
  parsed: z.unknown().optional(),
});

const toolMessage = z.strictObject({
  role: z.literal('tool'),
  tool_call_id: z.string().min(1).max(256),
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart])).min(1)]),
  name: name.optional(),
});

/** A message as OpenAI's Chat Completions write it. Anything they do not have is refused by its name. */
export const messageSchema = z.discriminatedUnion('role', [systemMessage, userMessage, assistantMessage, toolMessage]);

/** A message that passed {@link messageSchema}. */
export type WireMessage = z.infer<typeof messageSchema>;
/** A text part of a message. */
export type WireTextPart = z.infer<typeof textPart>;
/** An image part of a message. */
export type WireImagePart = z.infer<typeof imagePart>;
/** A file part of a message. */
export type WireFilePart = z.infer<typeof filePart>;
/** An assistant's message. */
export type WireAssistantMessage = z.infer<typeof assistantMessage>;
/** A tool's message. */
export type WireToolMessage = z.infer<typeof toolMessage>;

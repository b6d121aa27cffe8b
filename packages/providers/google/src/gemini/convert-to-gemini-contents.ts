import {
  LatticeError,
  type AssistantMessage,
  type AssistantPart,
  type JsonObject,
  type Message,
  type ToolCallPart,
  type ToolMessage,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { itemsOf } from '@lattice-lock/provider-kit';
import { convertToGeminiMedia, convertToGeminiParts, type PartContext } from './convert-to-gemini-parts.ts';
import { ownCallIdPrefix } from './tool-call-collector.ts';

/** What a conversation is written for. */
export interface ContentContext extends PartContext {
  /** Id of the provider: reasoning and state of others are left out. */
  readonly provider: string;
  /** Generation of the model: from 3 on signatures are demanded and images may stand in tool results. */
  readonly isThirdGeneration: boolean;
}

/** A conversation in the vendor's two places. */
export interface GeminiPrompt {
  readonly systemInstruction: JsonObject | undefined;
  readonly contents: readonly JsonObject[];
}

/**
 * What the vendor documents as the signature of a call that it did not make itself, so that a conversation can come
 * over from another model (ai.google.dev/gemini-api/docs/thought-signatures).
 */
const foreignSignature = 'skip_thought_signature_validator';

/**
 * Translates a conversation. System messages go to `systemInstruction`; results of tools become parts of one user turn,
 * as many as there were calls; each signature returns to the part that it stood on.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` for a tool result whose call is unknown and unnamed
 */
export function convertToGeminiContents(messages: readonly Message[], context: ContentContext): GeminiPrompt {
  const names = new Map<string, string>();
  const system: JsonObject[] = [];
  const contents: { readonly role: 'user' | 'model'; readonly parts: JsonObject[] }[] = [];
  let before: Message['role'] | undefined;
  for (const message of messages) {
    if (message.role === 'system') {
      if (contents.length > 0) context.warn('A system message inside the conversation was moved to the front.');
      system.push(...convertToGeminiParts(message.content, context));
      continue;
    }
    const parts = partsOf(message, names, context);
    const last = contents.at(-1);
    if (parts.length === 0) context.warn('A message without content was left out; Gemini refuses such.');
    else if (message.role === 'tool' && before === 'tool' && last !== undefined) last.parts.push(...parts);
    else contents.push({ role: message.role === 'assistant' ? 'model' : 'user', parts });
    before = message.role;
  }
  return { systemInstruction: system.length === 0 ? undefined : { parts: system }, contents };
}

function partsOf(
  message: Exclude<Message, { role: 'system' }>,
  names: Map<string, string>,
  context: ContentContext,
): JsonObject[] {
  if (message.role === 'user') return convertToGeminiParts(message.content, context);
  if (message.role === 'tool') return resultParts(message, names, context);
  if (typeof message.content !== 'string') {
    for (const part of message.content) if (part.type === 'tool-call') names.set(part.id, part.name);
  }
  return modelParts(message, context);
}

function modelParts(message: AssistantMessage, context: ContentContext): JsonObject[] {
  const kept = itemsOf(message.providerMetadata?.[context.provider]?.['parts']);
  if (kept.length > 0) return kept as JsonObject[];
  if (typeof message.content === 'string') return convertToGeminiParts(message.content, context);
  const parts: JsonObject[] = [];
  const firstCall = message.content.find(({ type }) => type === 'tool-call');
  let signature: string | undefined;
  for (const part of message.content) {
    if (part.type === 'reasoning') {
      const isOwn = isOwnReasoning(part, context);
      if (isOwn && part.text === '' && part.signature !== undefined) {
        if (signature !== undefined) parts.push({ text: '', thoughtSignature: signature });
        signature = part.signature;
      } else if (isOwn) parts.push(thoughtPart(part));
      continue;
    }
    if (part.type === 'text' && part.text === '') continue;
    const isUnproven = part === firstCall && context.isThirdGeneration;
    const proof = signature ?? (isUnproven ? foreignSignature : undefined);
    const content = part.type === 'text' ? { text: part.text } : { functionCall: functionCall(part) };
    parts.push(proof === undefined ? content : { ...content, thoughtSignature: proof });
    signature = undefined;
  }
  if (signature !== undefined) parts.push({ text: '', thoughtSignature: signature });
  return parts;
}

type Reasoning = Extract<AssistantPart, { type: 'reasoning' }>;

function isOwnReasoning({ provider }: Reasoning, context: ContentContext): boolean {
  if (provider === undefined || provider === context.provider) return true;
  context.warn('Reasoning of another provider was left out of the history.');
  return false;
}

function thoughtPart({ text, signature }: Reasoning): JsonObject {
  return { text, thought: true, ...(signature === undefined ? {} : { thoughtSignature: signature }) };
}

/** Ids of ours are not the vendor's to know; arguments that never became JSON go back wrapped. */
function functionCall({ id, name, arguments: parsed, argumentsText }: ToolCallPart): JsonObject {
  return { ...vendorId(id), name, args: parsed ?? { INVALID_JSON: argumentsText } };
}

function vendorId(id: string): JsonObject {
  return id === '' || id.startsWith(ownCallIdPrefix) ? {} : { id };
}

function resultParts({ content }: ToolMessage, names: Map<string, string>, context: ContentContext): JsonObject[] {
  const beside: JsonObject[] = [];
  const parts = content.map((part) => {
    const name = part.toolName ?? names.get(part.toolCallId);
    if (name === undefined) throw unknownCall(part);
    const { text, media } = outputOf(part, context);
    const isInside = context.isThirdGeneration && media.length > 0;
    if (!isInside) beside.push(...media);
    return {
      functionResponse: {
        ...vendorId(part.toolCallId),
        name,
        response: part.isError === true ? { error: text } : { output: text },
        ...(isInside ? { parts: media } : {}),
      },
    };
  });
  return [...parts, ...beside];
}

function outputOf(part: ToolResultPart, context: ContentContext): { text: string; media: JsonObject[] } {
  if (typeof part.content === 'string') return { text: part.content, media: [] };
  const texts: string[] = [];
  const media: JsonObject[] = [];
  for (const piece of part.content) {
    if (piece.type === 'text') texts.push(piece.text);
    else media.push(convertToGeminiMedia(piece, context));
  }
  return { text: texts.join('\n'), media };
}

function unknownCall({ toolCallId }: ToolResultPart): LatticeError {
  return new LatticeError(
    'LATTICE_INVALID_REQUEST',
    `The tool result "${toolCallId}" names no tool, and its call is not in the conversation. Set toolName.`,
  );
}

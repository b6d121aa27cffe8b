import {
  messageText,
  type AssistantMessage,
  type FilePart,
  type ImagePart,
  type JsonObject,
  type JsonValue,
  type MediaSource,
  type Message,
  type ReasoningPart,
  type TextPart,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { cacheBreakpoint } from '../chat/cache-breakpoint.ts';
import { fieldsOf, itemsOf, textOf } from '../chat/chat-fields.ts';

/** Whom the items are for, and where to say what could not be carried. */
export interface InputEncoding {
  readonly provider: string;
  /** The role of instructions. */
  readonly systemRole: 'system' | 'developer';
  /** Whether the vendor keeps the answers, so that an item's id is enough. */
  readonly isStored: boolean;
  /** Whether the model takes reasoning at all. */
  readonly takesReasoning: boolean;
  readonly takesReasoningText: boolean;
  readonly takesCacheBreakpoints: boolean;
  warn(warning: string): void;
}

type ContentPart = TextPart | ImagePart | FilePart;

/**
 * Messages as the input items of Responses. Reasoning goes back sealed (`redactedData`), or by its id (`signature`)
 * where the vendor keeps it; other reasoning cannot be taken back and is left out. An answer that held more than the
 * common words goes back as the vendor sent it (`providerMetadata.output`).
 */
export function encodeResponsesInput(messages: readonly Message[], encoding: InputEncoding): JsonValue[] {
  return messages.flatMap((message): JsonObject[] => {
    switch (message.role) {
      case 'system':
        return [{ role: encoding.systemRole, content: content(message.content, encoding) }];
      case 'user':
        return [{ role: 'user', content: content(message.content, encoding) }];
      case 'assistant':
        return assistantItems(message, encoding);
      case 'tool':
        return message.content.map((result) => toolOutput(result, encoding));
    }
  });
}

function content(parts: string | readonly ContentPart[], encoding: InputEncoding): JsonValue {
  if (typeof parts === 'string') return parts;
  const isMarked = parts.some((part) => part.cacheControl !== undefined);
  if (isMarked && !encoding.takesCacheBreakpoints) {
    encoding.warn(`${encoding.provider} has no cacheControl on message parts; it was left out.`);
  }
  const marks = isMarked && encoding.takesCacheBreakpoints;
  const [only] = parts;
  if (!marks && parts.length === 1 && only?.type === 'text') return only.text;
  return parts.map((part) => {
    const encoded = contentPart(part);
    const mark = marks ? cacheBreakpoint(part.cacheControl) : undefined;
    return mark === undefined ? encoded : { ...encoded, prompt_cache_breakpoint: mark };
  });
}

function contentPart(part: ContentPart): JsonObject {
  if (part.type === 'text') return { type: 'input_text', text: part.text };
  if (part.type === 'image') {
    return { type: 'input_image', image_url: mediaUrl(part.source), detail: part.detail ?? 'auto' };
  }
  if (part.source.type === 'url') return { type: 'input_file', file_url: part.source.url };
  const filename = part.filename ?? `file.${part.source.mediaType.split('/').at(-1) ?? 'bin'}`;
  return { type: 'input_file', filename, file_data: mediaUrl(part.source) };
}

/** The base64 text is passed on untouched. */
function mediaUrl(source: MediaSource): string {
  return source.type === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

function assistantItems(message: AssistantMessage, encoding: InputEncoding): JsonObject[] {
  const output = itemsOf(message.providerMetadata?.[encoding.provider]?.['output']) as readonly JsonObject[];
  if (output.length > 0 && isSameAnswer(output, message)) {
    return output.filter((item) => isTakenBack(item, encoding));
  }
  if (typeof message.content === 'string') return [{ role: 'assistant', content: message.content }];
  return message.content.flatMap((part): JsonObject[] => {
    if (part.type === 'text') return [{ role: 'assistant', content: part.text }];
    if (part.type === 'reasoning') return reasoningItems(part, encoding);
    const { id, name, argumentsText } = part;
    return [{ type: 'function_call', call_id: id, name, arguments: argumentsText }];
  });
}

/** The vendor's items stand for the message only while it says the same: a text may be edited, a call's id changed. */
function isSameAnswer(output: readonly JsonObject[], message: AssistantMessage): boolean {
  const callIds = output.flatMap((item) => (item['type'] === 'function_call' ? [item['call_id']] : []));
  const parts = typeof message.content === 'string' ? [] : message.content;
  const knownIds = parts.flatMap((part) => (part.type === 'tool-call' ? [part.id] : []));
  if (callIds.length !== knownIds.length || callIds.some((id, place) => id !== knownIds[place])) return false;
  const text = output
    .flatMap((item) => (item['type'] === 'message' ? itemsOf(item['content']) : []))
    .map((part) => textOf(fieldsOf(part)['text']) ?? '')
    .join('');
  return text === messageText(message);
}

/** A vendor that keeps no answers knows a reasoning item only by what is sealed in it. */
function isTakenBack(item: JsonObject, { isStored, takesReasoning }: InputEncoding): boolean {
  if (item['type'] !== 'reasoning') return true;
  return takesReasoning && (isStored || typeof item['encrypted_content'] === 'string');
}

function reasoningItems(part: ReasoningPart, encoding: InputEncoding): JsonObject[] {
  if (!encoding.takesReasoning || (part.provider !== undefined && part.provider !== encoding.provider)) return [];
  const { text, signature: id, redactedData } = part;
  if (redactedData !== undefined) {
    const summary = text === '' ? [] : [{ type: 'summary_text', text }];
    return [{ type: 'reasoning', id, summary, encrypted_content: redactedData }];
  }
  if (encoding.isStored && id !== undefined) return [{ type: 'item_reference', id }];
  if (!encoding.takesReasoningText || text === '') return [];
  return [{ type: 'reasoning', id, summary: [], content: [{ type: 'reasoning_text', text }] }];
}

function toolOutput({ toolCallId, content: parts }: ToolResultPart, encoding: InputEncoding): JsonObject {
  const output = typeof parts === 'string' ? parts : content(parts, encoding);
  return { type: 'function_call_output', call_id: toolCallId, output };
}

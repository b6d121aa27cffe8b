import {
  LatticeError,
  type AssistantMessage,
  type FilePart,
  type ImagePart,
  type JsonObject,
  type JsonValue,
  type MediaSource,
  type Message,
  type TextPart,
  type ToolMessage,
} from '@lattice-lock/contract';
import { cacheBreakpoint } from './cache-breakpoint.ts';

/** Whom the messages are for, and where to say what could not be carried. */
export interface MessageEncoding {
  readonly provider: string;
  /** The role of instructions. */
  readonly systemRole: 'system' | 'developer';
  readonly takesCacheBreakpoints: boolean;
  /** Further fields of an encoded message, of vendors that have some of their own. */
  readonly messageFields?: MessageFields | undefined;
  warn(warning: string): void;
}

/** The fields a vendor adds to a message; `undefined` for none. Tool messages get none. */
export type MessageFields = (message: Exclude<Message, ToolMessage>) => JsonObject | undefined;

/**
 * Messages in the words of Chat Completions. Reasoning is left out: this wire takes none back. Images of tool results
 * follow in a user message, because a tool message carries text only.
 *
 * @throws LatticeError `LATTICE_UNSUPPORTED` for a file that is only a URL.
 */
export function encodeChatMessages(messages: readonly Message[], encoding: MessageEncoding): JsonValue[] {
  return messages.flatMap((message): JsonObject[] => {
    switch (message.role) {
      case 'system':
        return [
          extended({ role: encoding.systemRole, content: content(message.content, encoding) }, message, encoding),
        ];
      case 'user':
        return [extended({ role: 'user', content: content(message.content, encoding) }, message, encoding)];
      case 'assistant':
        return [extended(assistant(message), message, encoding)];
      case 'tool':
        return toolResults(message, encoding);
    }
  });
}

function extended(
  encoded: JsonObject,
  message: Exclude<Message, ToolMessage>,
  { messageFields }: MessageEncoding,
): JsonObject {
  const fields = messageFields?.(message);
  return fields === undefined ? encoded : { ...encoded, ...fields };
}

type ContentPart = TextPart | ImagePart | FilePart;

function content(parts: string | readonly ContentPart[], encoding: MessageEncoding): JsonValue {
  if (typeof parts === 'string') return parts;
  const isMarked = parts.some((part) => part.cacheControl !== undefined);
  if (isMarked && !encoding.takesCacheBreakpoints) {
    encoding.warn(`${encoding.provider} has no cacheControl on message parts; it was left out.`);
  }
  const marks = isMarked && encoding.takesCacheBreakpoints;
  const [only] = parts;
  if (!marks && parts.length === 1 && only?.type === 'text') return only.text;
  return parts.map((part) => {
    const encoded = contentPart(part, encoding);
    const mark = marks ? cacheBreakpoint(part.cacheControl) : undefined;
    return mark === undefined ? encoded : { ...encoded, prompt_cache_breakpoint: mark };
  });
}

function contentPart(part: ContentPart, encoding: MessageEncoding): JsonObject {
  if (part.type === 'text') return { type: 'text', text: part.text };
  if (part.type === 'image') {
    return { type: 'image_url', image_url: { url: mediaUrl(part.source), detail: part.detail } };
  }
  if (part.source.type === 'url') {
    const message = `${encoding.provider} takes a file only inline over Chat Completions; send its bytes as base64 instead of a URL.`;
    throw new LatticeError('LATTICE_UNSUPPORTED', message, { provider: encoding.provider });
  }
  const filename = part.filename ?? `file.${part.source.mediaType.split('/').at(-1) ?? 'bin'}`;
  return { type: 'file', file: { filename, file_data: mediaUrl(part.source) } };
}

/** The base64 text is passed on untouched. */
function mediaUrl(source: MediaSource): string {
  return source.type === 'url' ? source.url : `data:${source.mediaType};base64,${source.data}`;
}

function assistant(message: AssistantMessage): JsonObject {
  if (typeof message.content === 'string') return { role: 'assistant', content: message.content };
  let text = '';
  const toolCalls: JsonObject[] = [];
  for (const part of message.content) {
    if (part.type === 'text') text += part.text;
    if (part.type !== 'tool-call') continue;
    const { id, name, argumentsText } = part;
    toolCalls.push({ id, type: 'function', function: { name, arguments: argumentsText } });
  }
  if (toolCalls.length === 0) return { role: 'assistant', content: text };
  return { role: 'assistant', content: text === '' ? null : text, tool_calls: toolCalls };
}

function toolResults(message: ToolMessage, encoding: MessageEncoding): JsonObject[] {
  const images: JsonObject[] = [];
  const results = message.content.map((result): JsonObject => {
    let text = '';
    const parts =
      typeof result.content === 'string' ? [{ type: 'text', text: result.content } as const] : result.content;
    for (const part of parts) {
      if (part.type === 'text') {
        text += part.text;
        continue;
      }
      images.push({ type: 'text', text: `Image from the result of tool call ${result.toolCallId}:` });
      images.push(contentPart(part, encoding));
    }
    return { role: 'tool', tool_call_id: result.toolCallId, content: text };
  });
  if (images.length === 0) return results;
  encoding.warn(`${encoding.provider} takes text only in tool results; their images follow in a user message.`);
  return [...results, { role: 'user', content: images }];
}

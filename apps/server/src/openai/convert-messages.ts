import {
  createToolCall,
  type AssistantPart,
  type FilePart,
  type ImagePart,
  type Message,
  type ReasoningPart,
  type TextPart,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { fileSource, imageSource } from './media-source.ts';
import type {
  WireAssistantMessage,
  WireFilePart,
  WireImagePart,
  WireMessage,
  WireTextPart,
  WireToolMessage,
} from './message-schema.ts';
import { invalidField } from './request-problem.ts';

/** Messages in the house's words, and what of them could not be kept. */
export interface ConvertedMessages {
  readonly messages: readonly Message[];
  readonly warnings: readonly string[];
}

/**
 * Turns OpenAI's messages into the house's. Tool results that follow each other become one message; each must answer a
 * call that is open, and no call may have the id of an open one, so that results are never swapped.
 *
 * @throws RequestProblem 400 that names the field
 */
export function convertMessages(wire: readonly WireMessage[]): ConvertedMessages {
  const messages: Message[] = [];
  const warnings: string[] = [];
  const calls = new ToolCalls();
  let results: ToolResultPart[] | null = null;
  for (const [index, message] of wire.entries()) {
    const path = `messages[${index}]`;
    if (message.name !== undefined && message.role !== 'tool') {
      warnings.push(`${path}.name was left out: the gateway does not pass on names of participants.`);
    }
    if (message.role === 'tool') {
      const result = toolResult(message, path, calls);
      if (results === null) messages.push({ role: 'tool', content: (results = []) });
      results.push(result);
      continue;
    }
    results = null;
    messages.push(conversationMessage(message, path, calls));
  }
  return { messages, warnings };
}

function conversationMessage(message: Exclude<WireMessage, WireToolMessage>, path: string, calls: ToolCalls): Message {
  if (message.role === 'assistant') {
    const { provider_metadata: providerMetadata } = message;
    const content = assistantContent(message, path, calls);
    return { role: 'assistant', content, ...(providerMetadata ? { providerMetadata } : {}) };
  }
  const { content } = message;
  if (message.role === 'user') {
    if (typeof content === 'string') return { role: 'user', content };
    return { role: 'user', content: content.map((part, index) => userPart(part, `${path}.content[${index}]`)) };
  }
  return {
    role: 'system',
    content: typeof content === 'string' ? content : (content as readonly WireTextPart[]).map(textPart),
  };
}

function assistantContent(message: WireAssistantMessage, path: string, calls: ToolCalls): string | AssistantPart[] {
  const { content } = message;
  const reasoning = reasoningParts(message);
  const toolCalls = message.tool_calls ?? [];
  if (typeof content === 'string' && content !== '' && reasoning.length === 0 && toolCalls.length === 0) return content;

  const parts: AssistantPart[] = reasoning;
  if (typeof content === 'string') {
    if (content !== '') parts.push({ type: 'text', text: content });
  } else {
    for (const part of content ?? []) {
      parts.push(part.type === 'text' ? textPart(part) : { type: 'text', text: part.refusal });
    }
  }
  if (parts.length === reasoning.length && typeof message.refusal === 'string' && message.refusal !== '') {
    parts.push({ type: 'text', text: message.refusal });
  }
  for (const [index, call] of toolCalls.entries()) {
    calls.open(call.id, call.function.name, `${path}.tool_calls[${index}].id`);
    parts.push(createToolCall(call.id, call.function.name, call.function.arguments));
  }
  if (parts.length > 0) return parts;
  if (typeof content === 'string') return content;
  throw invalidField(
    `${path}.content`,
    `${path}.content is missing: a message of the assistant needs content or tool_calls.`,
    'missing_required_parameter',
  );
}

function reasoningParts(message: WireAssistantMessage): ReasoningPart[] {
  const details = message.reasoning_details ?? [];
  if (details.length > 0) {
    return details.map((detail) => ({
      type: 'reasoning',
      text: detail.text ?? '',
      ...(detail.type === 'reasoning.encrypted' ? { redactedData: detail.data } : {}),
      ...(detail.type === 'reasoning.text' && detail.signature !== undefined ? { signature: detail.signature } : {}),
      ...(detail.provider === undefined ? {} : { provider: detail.provider }),
    }));
  }
  const text = message.reasoning_content ?? '';
  return text === '' ? [] : [{ type: 'reasoning', text }];
}

function userPart(part: WireTextPart | WireImagePart | WireFilePart, path: string): TextPart | ImagePart | FilePart {
  if (part.type === 'text') return textPart(part);
  if (part.type === 'image_url') return imagePart(part, path);
  const { file_data: fileData, file_id: fileId, filename } = part.file;
  if (fileData === undefined || fileId !== undefined) {
    throw invalidField(
      `${path}.file`,
      `${path}.file must hold file_data, a data URL: the gateway keeps no uploaded files, so file_id is not supported.`,
      'unsupported_value',
    );
  }
  return {
    type: 'file',
    source: fileSource(fileData, `${path}.file.file_data`),
    ...(filename === undefined ? {} : { filename }),
    ...cacheControl(part),
  };
}

function imagePart(part: WireImagePart, path: string): ImagePart {
  const { url, detail } = part.image_url;
  const source = imageSource(url, `${path}.image_url.url`);
  return { type: 'image', source, ...(detail === undefined ? {} : { detail }), ...cacheControl(part) };
}

function textPart(part: WireTextPart): TextPart {
  return { type: 'text', text: part.text, ...cacheControl(part) };
}

function cacheControl(part: WireTextPart | WireImagePart | WireFilePart): Pick<TextPart, 'cacheControl'> {
  return part.cache_control === undefined ? {} : { cacheControl: { ttl: part.cache_control.ttl ?? '5m' } };
}

function toolResult(message: WireToolMessage, path: string, calls: ToolCalls): ToolResultPart {
  const { tool_call_id: toolCallId, content } = message;
  const toolName = calls.close(toolCallId, `${path}.tool_call_id`);
  return {
    type: 'tool-result',
    toolCallId,
    toolName,
    content:
      typeof content === 'string'
        ? content
        : content.map((part, index) =>
            part.type === 'text' ? textPart(part) : imagePart(part, `${path}.content[${index}]`),
          ),
  };
}

/** Which calls wait for their result. An id may come again once its call was answered: some models count per turn. */
class ToolCalls {
  readonly #open = new Map<string, string>();
  readonly #answered = new Set<string>();

  open(id: string, name: string, param: string): void {
    if (this.#open.has(id)) {
      throw invalidField(
        param,
        `${param} "${id}" is used by an earlier call that is not answered yet; ids must differ.`,
      );
    }
    this.#open.set(id, name);
    this.#answered.delete(id);
  }

  /** The name of the tool that was called. */
  close(id: string, param: string): string {
    const name = this.#open.get(id);
    if (name === undefined) {
      const why = this.#answered.has(id) ? 'was answered already' : 'matches no earlier tool call';
      throw invalidField(param, `${param} "${id}" ${why}.`);
    }
    this.#open.delete(id);
    this.#answered.add(id);
    return name;
  }
}

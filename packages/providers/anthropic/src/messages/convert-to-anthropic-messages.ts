import {
  messageText,
  type AssistantMessage,
  type AssistantPart,
  type JsonObject,
  type JsonValue,
  type Message,
  type SystemMessage,
  type ToolCallPart,
  type ToolResultPart,
} from '@lattice-lock/contract';
import { objectOf, textOf } from '@lattice-lock/provider-kit';
import { convertToAnthropicContent, type Warn } from './convert-to-anthropic-content.ts';

/** A conversation in the vendor's two places: `system` and alternating `messages`. */
export interface AnthropicPrompt {
  readonly system: string | readonly JsonObject[] | undefined;
  readonly messages: readonly JsonObject[];
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly toolResults: JsonObject[];
  readonly blocks: JsonObject[];
}

/**
 * Translates a conversation for the provider of that id. System messages go to `system`; tool results become blocks
 * of a user turn, before its other blocks as the vendor requires; neighbours of one role become one turn; the
 * provider's own thinking and blocks go back unchanged.
 */
export function convertToAnthropicMessages(
  messages: readonly Message[],
  provider: string,
  warn: Warn,
): AnthropicPrompt {
  const system: SystemMessage[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'system') {
      if (turns.length > 0) warn('A system message inside the conversation was moved to the front, to `system`.');
      system.push(message);
      continue;
    }
    const blocks = blocksOf(message, provider, warn);
    if (blocks.length === 0) {
      warn('A message without content was left out; Anthropic refuses such.');
      continue;
    }
    const turn = turnFor(turns, message.role === 'assistant' ? 'assistant' : 'user');
    (message.role === 'tool' ? turn.toolResults : turn.blocks).push(...blocks);
  }
  return {
    system: convertSystem(system, warn),
    messages: turns.map(({ role, toolResults, blocks }) => ({ role, content: [...toolResults, ...blocks] })),
  };
}

function blocksOf(message: Exclude<Message, SystemMessage>, provider: string, warn: Warn): JsonObject[] {
  if (message.role === 'tool') return message.content.map((part) => toolResultBlock(part, warn));
  return message.role === 'user'
    ? convertToAnthropicContent(message.content, warn)
    : (returnedBlocks(message, provider) ?? assistantBlocks(message.content, provider, warn));
}

function turnFor(turns: Turn[], role: Turn['role']): Turn {
  const last = turns.at(-1);
  if (last?.role === role) return last;
  const turn: Turn = { role, toolResults: [], blocks: [] };
  turns.push(turn);
  return turn;
}

function convertSystem(messages: readonly SystemMessage[], warn: Warn): AnthropicPrompt['system'] {
  const blocks = messages.flatMap((message) => convertToAnthropicContent(message.content, warn));
  if (blocks.length === 0) return undefined;
  if (blocks.length > 1 || blocks[0]?.['cache_control'] !== undefined) return blocks;
  return String(blocks[0]?.['text']);
}

function assistantBlocks(content: string | readonly AssistantPart[], provider: string, warn: Warn): JsonObject[] {
  if (typeof content === 'string') return convertToAnthropicContent(content, warn);
  return content.flatMap((part) => {
    if (part.type === 'text') return convertToAnthropicContent([part], warn);
    if (part.type === 'tool-call') return [toolUseBlock(part)];
    if (part.provider === undefined || part.provider === provider) {
      if (part.redactedData !== undefined) return [{ type: 'redacted_thinking', data: part.redactedData }];
      if (part.signature !== undefined) return [{ type: 'thinking', thinking: part.text, signature: part.signature }];
    }
    warn('Reasoning of another provider, or without a signature, was left out of the history.');
    return [];
  });
}

/**
 * The blocks of an earlier answer as this provider sent them, where it had some of its own (`providerMetadata.content`):
 * they go back unchanged, as paused turns and server tools require. `null` when there are none, or when the message
 * does not say the same any more.
 */
function returnedBlocks(message: AssistantMessage, provider: string): JsonObject[] | null {
  const content: JsonValue | undefined = message.providerMetadata?.[provider]?.['content'];
  if (!Array.isArray(content)) return null;
  const blocks = content.map((block: JsonValue) => objectOf(block));
  const textIn = blocks.map(({ type, text }) => (type === 'text' ? textOf(text) : '')).join('');
  const callsIn = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
  const calls = typeof message.content === 'string' ? [] : message.content.filter(({ type }) => type === 'tool-call');
  const isSame =
    textIn === messageText(message) &&
    callsIn.length === calls.length &&
    calls.every((call) => call.type === 'tool-call' && callsIn.includes(call.id));
  return isSame ? blocks.filter(({ type, text }) => type !== 'text' || textOf(text).trim() !== '') : null;
}

/**
 * A call whose arguments never became JSON goes back wrapped, as the vendor advises for invalid tool input
 * (platform.claude.com, fine-grained tool streaming): the model then sees what it wrote.
 */
function toolUseBlock(part: ToolCallPart): JsonObject {
  const input = part.arguments ?? { INVALID_JSON: part.argumentsText };
  return { type: 'tool_use', id: part.id, name: part.name, input };
}

function toolResultBlock(part: ToolResultPart, warn: Warn): JsonObject {
  const content = typeof part.content === 'string' ? part.content : convertToAnthropicContent(part.content, warn);
  return {
    type: 'tool_result',
    tool_use_id: part.toolCallId,
    ...(content.length === 0 ? {} : { content }),
    ...(part.isError === true ? { is_error: true } : {}),
  };
}

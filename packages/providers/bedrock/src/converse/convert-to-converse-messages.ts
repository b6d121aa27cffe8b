import type {
  AssistantPart,
  JsonObject,
  Message,
  SystemMessage,
  ToolCallPart,
  ToolMessage,
  ToolResultPart,
} from '@lattice-lock/contract';
import {
  cachePointOf,
  convertToConverseContent,
  type ContentContext,
  type Warn,
} from './convert-to-converse-content.ts';
import { modelFamilyOf } from './model-family.ts';
import { toolUseId } from './tool-use-id.ts';

/** A conversation in the vendor's two places: `system` and alternating `messages`. */
export interface ConversePrompt {
  readonly system: readonly JsonObject[];
  readonly messages: readonly JsonObject[];
}

/** For whom a conversation is translated. */
export interface PromptTarget {
  /** The provider's id: only its own reasoning goes back to it. */
  readonly provider: string;
  readonly model: string;
}

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly toolResults: JsonObject[];
  readonly blocks: JsonObject[];
}

/**
 * Translates a conversation. System messages go to `system`; tool results become blocks of a user turn, before its
 * other blocks; neighbours of one role become one turn, since the vendor wants the roles to alternate; the provider's
 * own reasoning goes back unchanged with its signature.
 */
export function convertToConverseMessages(
  messages: readonly Message[],
  target: PromptTarget,
  warn: Warn,
): ConversePrompt {
  const context: ContentContext = { warn, documentNames: new Set() };
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const message of messages) {
    if (message.role === 'system') {
      if (turns.length > 0) warn('A system message inside the conversation was moved to the front, to `system`.');
      system.push(...convertToConverseContent(message.content, context));
      continue;
    }
    const blocks = blocksOf(message, target, context);
    if (blocks.length === 0) {
      warn('A message without content was left out; Bedrock refuses such.');
      continue;
    }
    const turn = turnFor(turns, message.role === 'assistant' ? 'assistant' : 'user');
    (message.role === 'tool' ? turn.toolResults : turn.blocks).push(...blocks);
  }
  for (const turn of turns) giveDocumentsText(turn, warn);
  return {
    system,
    messages: turns.map(({ role, toolResults, blocks }) => ({ role, content: [...toolResults, ...blocks] })),
  };
}

function turnFor(turns: Turn[], role: Turn['role']): Turn {
  const last = turns.at(-1);
  if (last?.role === role) return last;
  const turn: Turn = { role, toolResults: [], blocks: [] };
  turns.push(turn);
  return turn;
}

function giveDocumentsText({ blocks }: Turn, warn: Warn): void {
  const hasDocument = blocks.some((block) => 'document' in block);
  if (!hasDocument || blocks.some((block) => 'text' in block)) return;
  warn('Bedrock wants text beside a document; "See the attached document." was added.');
  blocks.unshift({ text: 'See the attached document.' });
}

function blocksOf(
  message: Exclude<Message, SystemMessage>,
  target: PromptTarget,
  context: ContentContext,
): JsonObject[] {
  if (message.role === 'tool') return toolResultBlocks(message, target, context);
  return message.role === 'user'
    ? convertToConverseContent(message.content, context)
    : assistantBlocks(message.content, target, context);
}

function assistantBlocks(
  content: string | readonly AssistantPart[],
  target: PromptTarget,
  context: ContentContext,
): JsonObject[] {
  if (typeof content === 'string') return convertToConverseContent(content, context);
  return content.flatMap((part) => {
    if (part.type === 'text') return convertToConverseContent([part], context);
    if (part.type === 'tool-call') return [toolUseBlock(part, target.model)];
    if (part.provider === undefined || part.provider === target.provider) {
      const { text, signature, redactedData } = part;
      if (redactedData !== undefined) return [{ reasoningContent: { redactedContent: redactedData } }];
      if (signature !== undefined) return [{ reasoningContent: { reasoningText: { text, signature } } }];
    }
    context.warn('Reasoning of another provider, or without a signature, was left out of the history.');
    return [];
  });
}

/** A call whose arguments never became JSON goes back wrapped: the model then sees what it wrote. */
function toolUseBlock(part: ToolCallPart, model: string): JsonObject {
  const input = part.arguments ?? { INVALID_JSON: part.argumentsText };
  return { toolUse: { toolUseId: toolUseId(part.id, model), name: part.name, input } };
}

function toolResultBlocks({ content }: ToolMessage, { model }: PromptTarget, context: ContentContext): JsonObject[] {
  return content.flatMap((part) => [
    {
      toolResult: {
        toolUseId: toolUseId(part.toolCallId, model),
        content: resultContent(part, model, context),
        ...(part.isError === true ? { status: 'error' } : {}),
      },
    },
    ...cachePointOf(cacheControlOf(part)),
  ]);
}

/** A result has no cache point inside; one that a part asks for comes behind it. */
function cacheControlOf({ content }: ToolResultPart) {
  return typeof content === 'string' ? undefined : content.findLast((part) => part.cacheControl)?.cacheControl;
}

function resultContent({ content }: ToolResultPart, model: string, context: ContentContext): JsonObject[] {
  if (typeof content === 'string' && modelFamilyOf(model) === 'mistral') return [{ json: resultObject(content) }];
  const parts = typeof content === 'string' ? content : content.map(({ cacheControl: _moved, ...part }) => part);
  const blocks = convertToConverseContent(parts, context);
  return blocks.length === 0 ? [{ text: '(no output)' }] : blocks;
}

/** Mistral's models take the result of a tool as an object, not as text (pydantic-ai, profile of Bedrock's Mistral). */
function resultObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // A result need not be JSON.
  }
  return { result: text };
}

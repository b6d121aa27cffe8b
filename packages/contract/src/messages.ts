import type { JsonObject } from './json.ts';

/** Asks the vendor to cache the prompt up to and including this part; vendors without such a control ignore it with a warning. */
export interface CacheControl {
  /** How long the vendor keeps the prefix: five minutes, or an hour at a higher write price. */
  readonly ttl: '5m' | '1h';
}

/** Plain text. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
  readonly cacheControl?: CacheControl;
}

/** Where the bytes of an image or file are: inline (base64, never re-encoded) or at a URL that the vendor fetches. */
export type MediaSource =
  | { readonly type: 'base64'; readonly mediaType: string; readonly data: string }
  | { readonly type: 'url'; readonly url: string };

/** An image for a model that sees. */
export interface ImagePart {
  readonly type: 'image';
  readonly source: MediaSource;
  readonly detail?: 'auto' | 'low' | 'high';
  readonly cacheControl?: CacheControl;
}

/** A document such as a PDF. */
export interface FilePart {
  readonly type: 'file';
  readonly source: MediaSource;
  readonly filename?: string;
  readonly cacheControl?: CacheControl;
}

/**
 * What a model thought before it answered. `signature` and `redactedData` are the vendor's own proof and must go back
 * unchanged to the same vendor; other vendors never see them.
 */
export interface ReasoningPart {
  readonly type: 'reasoning';
  readonly text: string;
  readonly signature?: string;
  readonly redactedData?: string;
  /** Who thought it; the executor leaves it out of calls to anyone else. */
  readonly provider?: string;
}

/** A tool call the model asks for. */
export interface ToolCallPart {
  readonly type: 'tool-call';
  /** Unique within the conversation; generated where the vendor sends none. */
  readonly id: string;
  readonly name: string;
  /** The arguments as the model wrote them; an empty text is normalised to `{}`. */
  readonly argumentsText: string;
  /** The parsed arguments; `null` when the text is not a JSON object, and then the call must not be executed. */
  readonly arguments: JsonObject | null;
}

/** The outcome of a tool call, sent back to the model. */
export interface ToolResultPart {
  readonly type: 'tool-result';
  readonly toolCallId: string;
  readonly toolName?: string;
  readonly content: string | readonly (TextPart | ImagePart)[];
  /** True when the tool failed; the content then says why. */
  readonly isError?: boolean;
}

/** Instructions of the application. */
export interface SystemMessage {
  readonly role: 'system';
  readonly content: string | readonly TextPart[];
}

/** What the user says. */
export interface UserMessage {
  readonly role: 'user';
  readonly content: string | readonly (TextPart | ImagePart | FilePart)[];
}

/** What the model said in an earlier turn. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: string | readonly AssistantPart[];
  /**
   * The `providerMetadata` of the answer by provider id: a vendor that keeps state in its answers gets its own back,
   * others never see it.
   */
  readonly providerMetadata?: { readonly [providerId: string]: JsonObject | undefined };
}

/** The results of the tool calls of the turn before. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly content: readonly ToolResultPart[];
}

/** A part of an assistant's message, in the order the model produced it. */
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart;

/** Any part of any message. */
export type MessagePart = TextPart | ImagePart | FilePart | ReasoningPart | ToolCallPart | ToolResultPart;

/** One message of a conversation. */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage;

/**
 * Parses tool arguments the one way this house does it: an empty or blank text is `{}`, anything but a JSON object
 * is `null`.
 */
export function parseToolArguments(argumentsText: string): JsonObject | null {
  if (argumentsText.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(argumentsText);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

/** Builds a tool call from the model's text, normalising empty arguments to `{}`. */
export function createToolCall(id: string, name: string, argumentsText: string): ToolCallPart {
  const text = argumentsText.trim() === '' ? '{}' : argumentsText;
  return { type: 'tool-call', id, name, argumentsText: text, arguments: parseToolArguments(text) };
}

/** The text of a message: its text parts joined without a separator; other parts give nothing. */
export function messageText(message: Message): string {
  if (typeof message.content === 'string') return message.content;
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

import type { ChatRequest, Message, MessagePart } from '@lattice-lock/contract';

/**
 * How the simulator counts. No vendor's tokenizer: a rule simple enough to check by hand.
 *
 * - text: one token per started four bytes of UTF-8;
 * - every message and every tool call: 4 more; every request: 3 more;
 * - every image or file: 256, whatever its size;
 * - every offered tool and a JSON schema: as the text of their JSON.
 */
export const tokenRule = Object.freeze({ bytesPerToken: 4, perMessage: 4, perCall: 4, perRequest: 3, perMedia: 256 });

/** Tokens of a text by {@link tokenRule}. */
export function textTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / tokenRule.bytesPerToken);
}

/** The longest beginning of a text that has at most so many tokens, cut between characters. */
export function firstTokens(text: string, tokens: number): string {
  if (textTokens(text) <= tokens) return text;
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > tokens * tokenRule.bytesPerToken) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function partTokens(part: MessagePart): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return textTokens(part.text);
    case 'image':
    case 'file':
      return tokenRule.perMedia;
    case 'tool-call':
      return tokenRule.perCall + textTokens(part.name) + textTokens(part.argumentsText);
    case 'tool-result':
      return contentTokens(part.content);
  }
}

function contentTokens(content: string | readonly MessagePart[]): number {
  if (typeof content === 'string') return textTokens(content);
  return content.reduce((sum, part) => sum + partTokens(part), 0);
}

/** Tokens of one message by {@link tokenRule}. */
function messageTokens(message: Message): number {
  return tokenRule.perMessage + contentTokens(message.content);
}

/** Tokens of a request by {@link tokenRule}. */
export function inputTokens(chat: ChatRequest): number {
  let sum = tokenRule.perRequest;
  for (const message of chat.messages) sum += messageTokens(message);
  for (const tool of chat.tools ?? []) sum += textTokens(JSON.stringify(tool));
  if (chat.responseFormat?.type === 'json-schema') sum += textTokens(JSON.stringify(chat.responseFormat.schema));
  return sum;
}

/** Tokens of an answer by {@link tokenRule}, reasoning included. */
export function outputTokens(answer: {
  readonly text: string;
  readonly refusal: string | null;
  readonly reasoning: { readonly text: string } | null;
  readonly toolCalls: readonly { readonly name: string; readonly argumentsText: string }[];
}): number {
  const calls = answer.toolCalls.reduce(
    (sum, call) => sum + tokenRule.perCall + textTokens(call.name) + textTokens(call.argumentsText),
    0,
  );
  return textTokens(answer.reasoning?.text ?? '') + textTokens(answer.text) + textTokens(answer.refusal ?? '') + calls;
}

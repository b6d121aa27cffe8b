import type { JsonObject, Message, MessagePart, ToolDefinition } from '@lattice-lock/contract';
import { partsOf, type AnalysisInput } from './conversation-view.ts';
import { estimateTokens } from './token-estimate.ts';

/**
 * Tokens beyond the text. Sources: a message and the start of the answer, OpenAI's cookbook "How to count tokens with
 * tiktoken" (3 each); an image, `assumption` between OpenAI's 765 (1024 x 1024, high detail) and Anthropic's 1,600 (its
 * upper bound); a document, `assumption` of a page of 2,000 tokens (Anthropic's PDF guide: 1,500 to 3,000) for every 50
 * kB, and of 5 pages where only a URL is known.
 */
const overhead = Object.freeze({
  message: 3,
  answerStart: 3,
  image: 1000,
  page: 2000,
  bytesOfPage: 50_000,
  pagesBehindUrl: 5,
  tool: 8,
});

/** Base64 holds three bytes in four characters. */
const bytesOfBase64Char = 0.75;

const toolTokens = new WeakMap<ToolDefinition, number>();

/**
 * Estimated tokens of a whole request: every message, tool and schema.
 *
 * @param known A text whose tokens were counted already, so that it is not walked twice.
 */
export function estimateInputTokens(
  request: AnalysisInput,
  known: { readonly text: string; readonly tokens: number },
): number {
  let tokens = overhead.answerStart;
  for (const message of request.messages) {
    tokens += message.content === known.text ? overhead.message + known.tokens : messageTokens(message);
  }
  for (const tool of request.tools ?? []) tokens += definitionTokens(tool);
  if (request.responseFormat?.type === 'json-schema')
    tokens += estimateTokens(JSON.stringify(request.responseFormat.schema));
  return tokens;
}

function messageTokens(message: Message): number {
  if (typeof message.content === 'string') return overhead.message + estimateTokens(message.content);
  return partsOf(message).reduce<number>((sum, part) => sum + partTokens(part), overhead.message);
}

function partTokens(part: MessagePart): number {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return estimateTokens(part.text);
    case 'image':
      return overhead.image;
    case 'file': {
      if (part.source.type === 'url') return overhead.pagesBehindUrl * overhead.page;
      const bytes = part.source.data.length * bytesOfBase64Char;
      return Math.max(1, Math.ceil(bytes / overhead.bytesOfPage)) * overhead.page;
    }
    case 'tool-call':
      return overhead.tool + estimateTokens(part.name) + estimateTokens(part.argumentsText);
    case 'tool-result':
      return overhead.tool + (typeof part.content === 'string' ? estimateTokens(part.content) : 0);
  }
}

/** Definitions are the same objects over many requests, and their schemas are long: each is counted once. */
function definitionTokens(tool: ToolDefinition): number {
  const known = toolTokens.get(tool);
  if (known !== undefined) return known;
  const { name, description = '', parameters } = tool;
  const tokens =
    overhead.tool + estimateTokens(`${name} ${description} ${JSON.stringify(parameters satisfies JsonObject)}`);
  toolTokens.set(tool, tokens);
  return tokens;
}

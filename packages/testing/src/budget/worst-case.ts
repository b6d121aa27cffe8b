import {
  costOfUsage,
  createUsage,
  LatticeError,
  type ChatRequest,
  type MessagePart,
  type ModelPrice,
  type Usage,
} from '@lattice-lock/contract';

/**
 * What vendors add around a message, and around the first tool or a schema, in tokens: more than is known of any
 * (OpenAI's cookbook counts up to 12, Anthropic's documentation up to 530).
 */
const frameTokens = 16;
const toolPromptTokens = 700;
/** Above the largest image of OpenAI (1 105 tokens at high detail) and of Anthropic (about 1 600), by their documents. */
const imageTokens = 4096;

/**
 * More input tokens than a request can have: no tokenizer makes more tokens than there are bytes of UTF-8. Images and
 * files at URLs count as one image.
 */
export function worstInputTokens(request: ChatRequest): number {
  let tokens = frameTokens;
  for (const message of request.messages) {
    tokens += frameTokens;
    tokens += typeof message.content === 'string' ? bytesOf(message.content) : partTokens(message.content);
  }
  const { tools = [], responseFormat } = request;
  if (tools.length > 0) tokens += toolPromptTokens + bytesOf(JSON.stringify(tools)) + tools.length * frameTokens;
  if (responseFormat?.type === 'json-schema') tokens += toolPromptTokens + bytesOf(JSON.stringify(responseFormat));
  return tokens;
}

function partTokens(parts: readonly MessagePart[]): number {
  let tokens = 0;
  for (const part of parts) {
    if (part.type === 'image') tokens += imageTokens;
    else if (part.type === 'file') {
      // A page is up to 3 000 tokens (Anthropic's documentation) and seldom fewer bytes.
      tokens += part.source.type === 'url' ? imageTokens : bytesOf(part.source.data);
    } else if (part.type === 'tool-result' && typeof part.content !== 'string') {
      tokens += frameTokens + partTokens(part.content);
    } else tokens += frameTokens + bytesOf(JSON.stringify(part));
  }
  return tokens;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

/**
 * The most that a call can cost in nano-dollars: every token at the highest price that could hold for it.
 *
 * @throws LatticeError `LATTICE_BUDGET` when a price is missing, so that no bound is known
 */
export function worstCost(inputTokens: number, outputTokens: number, price: ModelPrice): bigint {
  const input = { inputTokens, outputTokens };
  const inputs: readonly Partial<Usage>[] = [
    input,
    { ...input, cacheWriteTokens: inputTokens },
    { ...input, cacheWriteTokens: inputTokens, cacheWriteLongTokens: inputTokens },
  ];
  const costs = inputs
    .flatMap((usage) => [usage, { ...usage, reasoningTokens: outputTokens }])
    .map((usage) => costOfUsage(createUsage(usage), price))
    .filter((cost) => cost !== null);
  if (costs.length === 0) throw new LatticeError('LATTICE_BUDGET', 'The price has no figures to bound a cost by.');
  return costs.reduce((most, cost) => (cost > most ? cost : most));
}

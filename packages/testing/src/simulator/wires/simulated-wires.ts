import type { RequestTarget } from '../request-target.ts';
import type { SimulatorWire } from '../simulator-request.ts';
import { anthropicMessagesWire } from './anthropic-messages-wire.ts';
import { azureChatWire, azureResponsesWire } from './azure-openai-wire.ts';
import { bedrockConverseWire } from './bedrock-converse-wire.ts';
import { dialBasePath, dialChatWire } from './dial-chat-wire.ts';
import { bedrockEmbeddings } from './bedrock-embeddings.ts';
import { geminiEmbeddings } from './gemini-embeddings.ts';
import { geminiArrayWire, geminiWire } from './gemini-wire.ts';
import { ollamaChatWire } from './ollama-chat-wire.ts';
import { ollamaEmbeddings } from './ollama-embeddings.ts';
import { azureEmbeddings, dialEmbeddings, openAIEmbeddings } from './openai-embeddings.ts';
import type { SimulatedEmbeddings } from './simulated-embeddings.ts';
import { openAIChatWire } from './openai-chat-wire.ts';
import { openAIResponsesWire } from './openai-responses-wire.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';
import { xaiBasePath, xaiChatWire, xaiResponsesWire } from './xai-chat-wire.ts';

/** Every codec of the simulator; the last one takes the paths that nobody else owns. */
export const simulatedWires: readonly SimulatedWireCodec[] = [
  anthropicMessagesWire,
  ollamaChatWire,
  geminiWire,
  geminiArrayWire,
  bedrockConverseWire,
  xaiChatWire,
  xaiResponsesWire,
  azureChatWire,
  azureResponsesWire,
  dialChatWire,
  openAIResponsesWire,
  openAIChatWire,
];

/** Every vendor that is asked for vectors. */
export const simulatedEmbeddings: readonly SimulatedEmbeddings[] = [
  openAIEmbeddings,
  azureEmbeddings,
  dialEmbeddings,
  geminiEmbeddings,
  ollamaEmbeddings,
  bedrockEmbeddings,
];

/** What a provider's base URL has behind the simulator's own. */
const basePaths: Readonly<Record<SimulatorWire, string>> = {
  'openai-chat': '/v1',
  'openai-responses': '/v1',
  'anthropic-messages': '',
  'ollama-chat': '',
  gemini: '',
  'bedrock-converse': '',
  'xai-chat': xaiBasePath,
  'azure-openai': '',
  'dial-chat': dialBasePath,
};

/** The path of a wire's base URL; `undefined` for a wire that is not spoken. */
export function basePathOf(wire: string): string | undefined {
  return Object.hasOwn(basePaths, wire) ? basePaths[wire as SimulatorWire] : undefined;
}

/** The codec whose vendor a path belongs to. */
export function ownerOf(target: RequestTarget): SimulatedWireCodec {
  return simulatedWires.find((codec) => codec.owns(target)) ?? openAIChatWire;
}

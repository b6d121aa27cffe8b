import { createUsage, type JsonObject } from '@lattice-lock/contract';
import type { RequestTarget } from '../request-target.ts';
import { azureChatWire, deploymentOf } from './azure-openai-wire.ts';
import { BodyReader } from './body-reader.ts';
import { openAIDialect } from './decode-openai-chat.ts';
import { dialChatWire, dialDeploymentOf } from './dial-chat-wire.ts';
import { openAIChatWire } from './openai-chat-wire.ts';
import type {
  DecodedEmbedding,
  EmbeddingContext,
  EncodedEmbedding,
  SimulatedEmbeddings,
} from './simulated-embeddings.ts';

function decode(whole: JsonObject): DecodedEmbedding {
  const body = new BodyReader(whole, openAIDialect);
  const model = body.string('model');
  if (!body.has('input')) throw body.missing('input');
  const texts = body.strings('input');
  if (texts.length === 0 || texts.includes('')) throw body.wrongValue('input', 'texts that are not empty');
  if (body.has('encoding_format')) body.word('encoding_format', ['float', 'base64']);
  return { model, texts, dimensions: body.optionalInteger('dimensions', 1) };
}

/** A vector as the vendor's own clients ask for it: 32-bit floats, little endian. */
function base64Of(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

function encode(vectors: readonly (readonly number[])[], context: EmbeddingContext): EncodedEmbedding {
  const isBase64 = context.body.encoding_format === 'base64';
  const tokens = context.tokens.reduce((sum, count) => sum + count, 0);
  return {
    body: {
      object: 'list',
      data: vectors.map((vector, index) => ({
        object: 'embedding',
        index,
        embedding: isBase64 ? base64Of(vector) : vector,
      })),
      model: context.answeringModel,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    },
    reported: createUsage({ inputTokens: tokens, totalTokens: tokens }),
  };
}

/** Takes the model from the path, where it is there. */
function atDeployment(deploymentIn: (target: RequestTarget) => string | undefined) {
  return (body: JsonObject, target: RequestTarget) => {
    const model = deploymentIn(target);
    return decode(model === undefined ? body : { ...body, model });
  };
}

/** `POST /v1/embeddings` as OpenAI and its compatibles speak it. */
export const openAIEmbeddings: SimulatedEmbeddings = {
  wire: 'openai-chat',
  vendor: openAIChatWire,
  serves: ({ path }) => path === '/v1/embeddings',
  decode,
  encode,
};

/** Embeddings of Azure: on deployments, under `/openai/v1`, and on AI Foundry's `/models`. */
export const azureEmbeddings: SimulatedEmbeddings = {
  wire: 'azure-openai',
  vendor: azureChatWire,
  hasDeployments: true,
  serves: (target) =>
    target.path === '/openai/v1/embeddings' ||
    target.path === '/models/embeddings' ||
    deploymentOf(target, 'embeddings') !== undefined,
  decode: atDeployment((target) => deploymentOf(target, 'embeddings')),
  encode,
};

/** Embeddings of DIAL's deployments. */
export const dialEmbeddings: SimulatedEmbeddings = {
  wire: 'dial-chat',
  vendor: dialChatWire,
  serves: (target) => dialDeploymentOf(target, 'embeddings') !== undefined,
  decode: atDeployment((target) => dialDeploymentOf(target, 'embeddings')),
  encode,
};

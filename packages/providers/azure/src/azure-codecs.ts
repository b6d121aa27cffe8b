import type { ChatRequest, EmbeddingRequest } from '@lattice-lock/contract';
import type { ChatCodec, EmbeddingCodec, EncodeContext, EncodedRequest } from '@lattice-lock/provider-kit';
import {
  answersOnlyOverResponses,
  createChatCodec,
  createEmbeddingCodec,
  createResponsesCodec,
  sealsReasoning,
  takesCacheBreakpoints,
  wantsResponses,
} from '@lattice-lock/provider-openai-compatible';
import { isDated, type AzureAddress } from './azure-address.ts';
import type { AzureOptions } from './azure-options.ts';
import { AzureChatMetadata } from './content-filter.ts';

/** The first version that knows `max_completion_tokens` and `stream_options` (Azure's version history). */
const firstWithNewerFields = '2024-09-01';

/** The codecs of one resource. */
export interface AzureCodecs {
  readonly chat: ChatCodec | ((request: ChatRequest) => ChatCodec);
  readonly embeddings: EmbeddingCodec;
}

/** Makes the codecs that an address wants; `auto` decides by the names of models, which deployments often keep. */
export function createAzureCodecs(
  { id: provider = 'azure', api = 'auto', reasoningSummary }: AzureOptions,
  address: AzureAddress,
): AzureCodecs {
  const { route, apiVersion } = address;
  const isOld =
    route === 'deployments' && apiVersion !== null && isDated(apiVersion) && apiVersion < firstWithNewerFields;
  const chat = atDeployment(
    createChatCodec({
      maxTokensField: isOld || route === 'models' ? 'max_tokens' : 'max_completion_tokens',
      streamUsage: !isOld,
      takesCacheBreakpoints,
      createMetadata: () => new AzureChatMetadata(),
    }),
    address,
  );
  const embeddings = atDeployment(
    createEmbeddingCodec({ encodingFormat: route === 'models' ? 'float' : 'base64' }),
    address,
  );
  const responses = createResponsesCodec({
    sealsReasoning: ({ model, reasoning }) =>
      sealsReasoning(model) || (reasoning?.effort !== undefined && reasoning.effort !== 'none'),
    reasoningSummary,
    takesCacheBreakpoints,
    metadataFields: ['content_filters'],
  });
  if (api === 'responses') return { chat: responses, embeddings };
  if (api === 'chat' || route === 'models') return { chat, embeddings };
  const choose = ({ model, providerOptions }: ChatRequest) => {
    const own = providerOptions?.[provider];
    return answersOnlyOverResponses(model) || (own !== undefined && wantsResponses(own)) ? responses : chat;
  };
  return { chat: choose, embeddings };
}

interface Encodes<R> {
  encode(request: R, context: EncodeContext): EncodedRequest;
}

/** The older paths hold the deployment; on the others the body's model is it. */
function atDeployment<R extends ChatRequest | EmbeddingRequest, C extends Encodes<R>>(
  codec: C & Encodes<R>,
  { route, deployment }: AzureAddress,
): C {
  if (route !== 'deployments') return codec;
  return {
    ...codec,
    encode: (request: R, context: EncodeContext) => {
      const encoded = codec.encode(request, context);
      return { ...encoded, path: `/deployments/${encodeURIComponent(deployment ?? request.model)}${encoded.path}` };
    },
  };
}

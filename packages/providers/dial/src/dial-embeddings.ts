import type { EmbeddingCodec } from '@lattice-lock/provider-kit';
import { openAIEmbeddingCodec } from '@lattice-lock/provider-openai-compatible';
import { dialDeploymentPath } from './dial-deployment-path.ts';

/** OpenAI's embedding wire below the path of a deployment. */
export function createDialEmbeddingCodec(apiVersion: string): EmbeddingCodec {
  return {
    encode: (request, context) => ({
      ...openAIEmbeddingCodec.encode(request, context),
      path: dialDeploymentPath(request.model, 'embeddings', apiVersion),
    }),
    decode: openAIEmbeddingCodec.decode,
  };
}

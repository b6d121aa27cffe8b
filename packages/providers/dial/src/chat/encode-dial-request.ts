import type { ChatRequest } from '@lattice-lock/contract';
import type { EncodeContext, EncodedRequest } from '@lattice-lock/provider-kit';
import { encodeChatRequest } from '@lattice-lock/provider-openai-compatible';
import { dialDeploymentPath } from '../dial-deployment-path.ts';
import { convertToDialMessages } from './convert-to-dial-messages.ts';

/** In what one DIAL server differs from another. */
export interface DialDialect {
  readonly apiVersion: string;
  readonly streamUsage: boolean;
  /** By the deployment's name unless given. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
}

/**
 * Writes a request to a deployment. Fields of `providerOptions` under `dial` and under the provider's own id are merged
 * into the body last.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` for a model that is no deployment id
 */
export function encodeDialRequest(request: ChatRequest, context: EncodeContext, dialect: DialDialect): EncodedRequest {
  const { provider } = context;
  const { messages, messageFields, warnings } = convertToDialMessages(request.messages, provider);
  const own = { ...request.providerOptions?.['dial'], ...request.providerOptions?.[provider] };
  const encoded = encodeChatRequest({ ...request, messages, providerOptions: { [provider]: own } }, context, {
    maxTokensField: dialect.maxTokensField ?? limitFieldOf(request.model),
    streamUsage: dialect.streamUsage,
    messageFields,
  });
  return {
    ...encoded,
    path: dialDeploymentPath(request.model, 'chat/completions', dialect.apiVersion),
    warnings: [...encoded.warnings, ...warnings],
  };
}

/** OpenAI's reasoning models refuse the older name, and most other deployments know only that. */
function limitFieldOf(deployment: string): 'max_tokens' | 'max_completion_tokens' {
  return /(?:^|[-_./])(?:o[1-9]|gpt-[5-9])(?![\da-z])/i.test(deployment) ? 'max_completion_tokens' : 'max_tokens';
}

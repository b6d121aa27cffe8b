import type { ChatRequest } from '@lattice-lock/contract';
import { createFixedConnection, type ChatCodec, type WireConnection } from '@lattice-lock/provider-kit';
import { createHostCodec, createResponsesCodec, type HostCodecProfile } from '@lattice-lock/provider-openai-compatible';
import { xaiHealth } from './xai-health.ts';
import { wantsResponses } from './xai-request-options.ts';
import type { XaiOptions } from './xai-provider.ts';

/**
 * xAI's dialect of Chat Completions. Its `completion_tokens` leave the reasoning tokens out; the codec sees that by the
 * vendor's own total. Sources: docs.x.ai API reference, and its answers.
 */
const chatProfile: HostCodecProfile = {
  capabilities: { images: true, files: false },
  request: { maxTokensField: 'max_completion_tokens' },
  metadata: {
    body: ['citations', 'service_tier'],
    usage: ['cost_in_usd_ticks', 'num_sources_used', 'server_side_tool_usage_details'],
  },
};

const responsesCodec = createResponsesCodec({
  // xAI refuses the field for models that do not reason, and says so in their names.
  sealsReasoning: ({ model }) => !model.includes('non-reasoning'),
  metadataFields: ['citations'],
});

/** @throws LatticeError `LATTICE_CONFIG` when the base URL is none. */
export function connectXai(options: XaiOptions, apiKey: string, baseUrl: string): WireConnection {
  const { id: provider = 'xai', api = 'auto' } = options;
  return createFixedConnection({
    provider,
    baseUrl,
    headers: { authorization: `Bearer ${apiKey}` },
    secrets: [apiKey],
    codec: chooseCodec(provider, api),
    health: xaiHealth,
  });
}

function chooseCodec(
  provider: string,
  api: NonNullable<XaiOptions['api']>,
): ChatCodec | ((request: ChatRequest) => ChatCodec) {
  if (api === 'responses') return responsesCodec;
  const chatCodec = createHostCodec(chatProfile, provider);
  if (api === 'chat') return chatCodec;
  return (request) => (wantsResponses(request, provider) ? responsesCodec : chatCodec);
}

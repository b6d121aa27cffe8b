import {
  LatticeError,
  specVersion,
  type ChatRequest,
  type ProviderCapabilities,
  type ProviderDefinition,
  type ProviderOptions,
} from '@lattice-lock/contract';
import {
  createFixedConnection,
  createWireEmbeddings,
  createWireProvider,
  readModelList,
  withSchemaFallback,
  type ChatCodec,
  type EmbeddingCodec,
  type WireProviderSpec,
} from '@lattice-lock/provider-kit';
import { createChatCodec } from '../chat/chat-codec.ts';
import { createEmbeddingCodec } from '../embeddings/embedding-codec.ts';
import { createHostMetadata } from './host-metadata.ts';
import { commonCapabilities, type HostProfile } from './host-profile.ts';
import { encodeHostRequest, fieldsSentBack, refuseUnsupported } from './host-request.ts';

const packageName = '@lattice-lock/provider-openai-compatible';

/**
 * The provider of a vendor that speaks OpenAI Chat Completions, from what its profile says. Its option `streamUsage`
 * overrides the profile's, for a gateway in front of the vendor.
 */
export function defineCompatibleHost(profile: HostProfile): ProviderDefinition {
  const { id, displayName, aliases, env, baseUrl } = profile;
  const capabilities = capabilitiesOf(profile);
  return {
    specVersion,
    id,
    displayName,
    packageName,
    aliases,
    env,
    needsApiKey: true,
    defaultBaseUrl: baseUrl,
    wire: 'openai-chat',
    capabilities,
    models: [],
    create: (options) => createWireProvider(specOf(profile, capabilities, options)),
    ...(profile.embeddings === undefined
      ? {}
      : { createEmbeddings: (options) => createWireEmbeddings(specOf(profile, capabilities, options)) }),
  };
}

function capabilitiesOf({ capabilities, formats, embeddings }: HostProfile): ProviderCapabilities {
  const jsonOnly = formats?.jsonObject === false ? 'none' : 'json';
  return {
    ...commonCapabilities,
    ...capabilities,
    structuredOutput: formats === undefined || formats.jsonSchema === true ? 'native' : jsonOnly,
    embeddings: embeddings !== undefined,
  };
}

function specOf(profile: HostProfile, capabilities: ProviderCapabilities, options: ProviderOptions): WireProviderSpec {
  const { env, displayName, health } = profile;
  const { id = profile.id, apiKey = '', baseUrl = profile.baseUrl } = options;
  if (apiKey.trim() === '') {
    const message = `${displayName} needs an API key; set ${env.apiKey[0] ?? 'apiKey'} or apiKey.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider: id });
  }
  return {
    id: profile.id,
    displayName,
    capabilities,
    options,
    apiKeyEnv: env.apiKey,
    baseUrlEnv: env.baseUrl,
    connect: () =>
      createFixedConnection({
        provider: id,
        baseUrl,
        headers: { authorization: `Bearer ${apiKey}` },
        secrets: [apiKey],
        codec: createHostCodec(profile, id, options['streamUsage']),
        ...(profile.embeddings === undefined ? {} : { embeddings: hostEmbeddings(profile.embeddings) }),
        health: {
          path: health?.path ?? '/models',
          readModels: health?.models === false ? () => null : readModelList,
        },
      }),
  };
}

/** What a host's codec is made of. */
export type HostCodecProfile = Pick<HostProfile, 'capabilities' | 'request' | 'metadata' | 'formats'>;

/**
 * The codec of Chat Completions with the quirks of one host, for packages of vendors whose connection is more than a
 * base URL and a key. `provider` is the id it goes by; `streamUsage`, when it is a boolean, overrides the profile's.
 */
export function createHostCodec(profile: HostCodecProfile, provider: string, streamUsage?: unknown): ChatCodec {
  const { request = {}, metadata, formats } = profile;
  const can = { ...commonCapabilities, ...profile.capabilities };
  const chat = createChatCodec({
    maxTokensField: request.maxTokensField ?? 'max_tokens',
    streamUsage: typeof streamUsage === 'boolean' ? streamUsage : (request.streamUsage ?? true),
    messageFields: (message) => fieldsSentBack(message, provider, request),
    ...(metadata === undefined ? {} : { createMetadata: () => createHostMetadata(metadata) }),
  });
  const codec: ChatCodec = {
    ...chat,
    encode: (asked, context) => {
      refuseUnsupported(asked, context.provider, can);
      return encodeHostRequest(asked, context, request, chat.encode);
    },
  };
  if (formats === undefined) return codec;
  return withSchemaFallback(codec, {
    support: formats.jsonObject ? 'json' : 'none',
    isNative: (asked) => isNativeSchema(asked, formats.jsonSchema),
  });
}

function isNativeSchema({ responseFormat, model }: ChatRequest, support: boolean | readonly string[]): boolean {
  if (responseFormat?.type !== 'json-schema') return false;
  return typeof support === 'boolean' ? support : support.some((prefix) => model.startsWith(prefix));
}

function hostEmbeddings({ encodingFormat, rename = {} }: NonNullable<HostProfile['embeddings']>): EmbeddingCodec {
  const codec = createEmbeddingCodec({ encodingFormat });
  const names = Object.entries(rename);
  if (names.length === 0) return codec;
  return {
    decode: codec.decode,
    encode: (request, context) => {
      const encoded = codec.encode(request, context);
      const body = { ...encoded.body };
      for (const [common, own] of names) {
        const value = body[common];
        if (value === undefined) continue;
        body[own] = value;
        body[common] = undefined;
      }
      return { ...encoded, body };
    },
  };
}

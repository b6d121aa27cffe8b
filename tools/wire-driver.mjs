// Calls a recorded case through the public provider packages and says what came, in the words of the wire checker:
//   npm run build && npx -c 'node ../shared/data/wire/check.mjs tools/wire-driver.mjs --provider openai,anthropic,local --api chat,messages,ollama-chat'
// Without a build: add --conditions=@lattice-lock/source to node.
import { collectChat, LatticeError } from '@lattice-lock/contract';

/** Which definition speaks to a family, and how its base URL and options follow from the case. */
const families = {
  openai: async ({ api }, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-openai')).openai,
    options: { baseUrl: `${baseUrl}/v1`, api },
  }),
  azure: async ({ api }, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-azure')).azure,
    options: { baseUrl, api },
  }),
  anthropic: async (_case, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-anthropic')).anthropic,
    options: { baseUrl },
  }),
  local: async ({ api }, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-local')).local,
    options: api === 'ollama-chat' ? { api: 'ollama', baseUrl } : { api: 'openai', baseUrl: `${baseUrl}/v1` },
  }),
  dial: async (_case, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-dial')).dial,
    options: { baseUrl },
  }),
  bedrock: async (_case, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-bedrock')).bedrock,
    options: {
      baseUrl,
      region: 'us-east-1',
      apiKey: undefined,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wire-driver-secret' },
    },
  }),
  xai: async ({ api }, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-xai')).xai,
    options: { baseUrl: `${baseUrl}/v1`, api },
  }),
  google: async (_case, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-google')).google,
    options: { baseUrl },
  }),
  compat: async (_case, baseUrl) => ({
    definition: (await import('@lattice-lock/provider-openai-compatible')).openAICompatible,
    options: { baseUrl: `${baseUrl}/v1` },
  }),
};

const apis = ['chat', 'responses', 'messages', 'ollama-chat', 'converse', 'generateContent'];

const errorKinds = {
  LATTICE_AUTHENTICATION: 'auth',
  LATTICE_PERMISSION: 'permission',
  LATTICE_NOT_FOUND: 'not_found',
  LATTICE_RATE_LIMIT: 'rate_limit',
  LATTICE_QUOTA: 'quota',
  LATTICE_OVERLOADED: 'overloaded',
  LATTICE_CONTEXT_LENGTH: 'context_length',
  LATTICE_CONTENT_FILTER: 'content_filter',
  LATTICE_INVALID_REQUEST: 'invalid_request',
  LATTICE_TOO_LARGE: 'too_large',
  LATTICE_TIMEOUT: 'timeout',
  LATTICE_UPSTREAM: 'server',
  LATTICE_STREAM_INTERRUPTED: 'truncated',
  LATTICE_MALFORMED_RESPONSE: 'malformed',
};

function requestOf({ call }) {
  const system = call.system === undefined ? [] : [{ role: 'system', content: call.system }];
  return {
    model: call.model,
    messages: [...system, { role: 'user', content: call.prompt }],
    ...(call.tools?.length > 0 ? { tools: call.tools } : {}),
    ...(call.maxTokens === undefined ? {} : { maxOutputTokens: call.maxTokens }),
  };
}

/** The checker tells a broken end apart from others; the raw reason is what says so. */
function finishWord({ finishReason, rawFinishReason }) {
  if (finishReason === 'other' && /malformed|error|failed/i.test(rawFinishReason ?? '')) return 'error';
  return finishReason.replaceAll('-', '_');
}

function normalise(result) {
  const { usage } = result;
  return {
    text: result.text,
    reasoning: result.reasoning === '' ? null : result.reasoning,
    toolCalls: result.toolCalls.map(({ id, name, arguments: parsed }) =>
      parsed === null ? { id, name, invalid: true } : { id, name, arguments: parsed },
    ),
    finishReason: finishWord(result),
    usage: {
      input: usage.inputTokens,
      output: usage.outputTokens,
      total: usage.totalTokens,
      cachedInput: usage.cachedInputTokens,
      reasoning: usage.reasoningTokens,
    },
    model: result.model,
    ...(result.refusal === null ? {} : { refusal: result.refusal }),
  };
}

function normaliseError(error) {
  const { code, status, message, retryable, retryAfterMs, partial } = error;
  return {
    ...(partial === undefined ? {} : normalise(partial)),
    finishReason: 'error',
    error: { kind: errorKinds[code] ?? code, status, message, retryable, retryAfterMs },
  };
}

/** @returns the normalised result of one case, or `{skip}` for a wire that has no package yet. */
export default async function driveCase(wireCase, baseUrl) {
  const family = families[wireCase.provider];
  if (family === undefined || !apis.includes(wireCase.api)) {
    return { skip: `no package speaks ${wireCase.api} to ${wireCase.provider}` };
  }
  const { definition, options } = await family(wireCase, baseUrl);
  const provider = definition.create({ apiKey: 'wire-driver-key', ...options });
  const request = requestOf(wireCase);
  try {
    const result = wireCase.stream
      ? await collectChat(provider.stream(request), { provider: provider.id, model: request.model })
      : await provider.chat(request);
    return normalise(result);
  } catch (error) {
    if (LatticeError.isInstance(error)) return normaliseError(error);
    throw error;
  } finally {
    await provider.close();
  }
}

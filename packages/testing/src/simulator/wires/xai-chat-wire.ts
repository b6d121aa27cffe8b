import type { JsonObject, LatticeError, Usage } from '@lattice-lock/contract';
import { bearerToken } from '../request-target.ts';
import { retryAfterHeader, statusError } from '../status-error.ts';
import { BodyReader } from './body-reader.ts';
import { decodeOpenAIChat, openAIDialect } from './decode-openai-chat.ts';
import { chatBodyEncoder, openAIUsage, type ChatFlavour } from './encode-openai-chat.ts';
import { listedModel, openAIModel, openAIModelList } from './model-list.ts';
import { openAIResponsesWire } from './openai-responses-wire.ts';
import { openAILimitHeaders } from './openai-vendor.ts';
import type { SimulatedVendor, SimulatedWireCodec } from './simulated-wire.ts';
import { chatStreamEncoder } from './stream-openai-chat.ts';

/** Where xAI is on the simulator: its paths are OpenAI's. */
export const xaiBasePath = '/xai/v1';

const defaultModels = ['grok-4', 'grok-4-fast', 'grok-code-fast-1'];

/** xAI's codes by status. */
const codes: Readonly<Record<number, string>> = {
  400: 'invalid-argument',
  401: 'unauthenticated',
  402: 'resource-exhausted',
  403: 'permission-denied',
  404: 'not-found',
  429: 'resource-exhausted',
  503: 'unavailable',
};

/** xAI's shape of an error: two texts. Whatever is wrong with a field, it is one code. */
function errorBody(error: LatticeError): JsonObject {
  const status = error.status ?? 500;
  const code = error.issues.length > 0 ? undefined : error.upstreamCode;
  return { code: code ?? codes[status] ?? 'internal', error: error.message };
}

/** What the vendor says of a key, by which it can be checked at no cost. */
function describeKey(): JsonObject {
  return {
    redacted_api_key: 'xai-...dRiS',
    user_id: '00000000-0000-4000-8000-000000000000',
    name: 'Lattice Lock simulator',
    create_time: '2026-01-15T00:00:00Z',
    modify_time: '2026-01-15T00:00:00Z',
    team_id: '00000000-0000-4000-8000-000000000001',
    acls: ['api-key:endpoint:*', 'api-key:model:*'],
    api_key_id: '00000000-0000-4000-8000-000000000002',
    team_blocked: false,
    api_key_blocked: false,
    api_key_disabled: false,
  };
}

const vendor: SimulatedVendor = {
  // xAI tells limits, but not when they are reset.
  headers: (requestId, served) => ({ 'x-request-id': requestId, ...openAILimitHeaders(served) }),
  credentialOf: bearerToken,
  // A bad key is a bad argument here.
  unknownKey: (target) =>
    bearerToken(target) === ''
      ? statusError('xai-chat', 401, { message: 'No API key was provided.' })
      : statusError('xai-chat', 400, { message: 'Incorrect API key provided. You can obtain an API key from xAI.' }),
  owns: ({ path }) => path.startsWith('/xai/'),
  probe({ method, path }, models = defaultModels) {
    if (method !== 'GET') return undefined;
    if (path === `${xaiBasePath}/api-key`) return describeKey();
    if (path === `${xaiBasePath}/models`) return openAIModelList(models);
    const name = listedModel('xai-chat', path, `${xaiBasePath}/models/`, models);
    return name === undefined ? undefined : openAIModel(name);
  },
  errorBody,
  errorHeaders: retryAfterHeader,
};

/** xAI counts reasoning beside the completion; only the total has both. */
function usage(counted: Usage): JsonObject {
  const { outputTokens, reasoningTokens } = counted;
  const completion = outputTokens === null ? null : outputTokens - (reasoningTokens ?? 0);
  return { ...openAIUsage({ ...counted, outputTokens: completion }), num_sources_used: 0 };
}

const flavour: ChatFlavour = {
  baseFields: { system_fingerprint: 'fp_lattice_simulator' },
  usage,
  showsReasoning: () => true,
  isPadded: false,
  hasWholeCalls: true,
  hasUsageInFinish: false,
};

const errorEvent = (error: LatticeError) => `data: ${JSON.stringify(errorBody(error))}\n\n`;

/** `POST /v1/chat/completions` as xAI speaks it, below {@link xaiBasePath}. */
export const xaiChatWire: SimulatedWireCodec = {
  ...vendor,
  wire: 'xai-chat',
  serves: ({ path }) => path === `${xaiBasePath}/chat/completions`,
  streamContentType: 'text/event-stream; charset=utf-8',
  decode: (body) => decodeOpenAIChat(new BodyReader(body, openAIDialect)),
  encodeBody: chatBodyEncoder(flavour),
  encodeStream: chatStreamEncoder(flavour),
  errorEvent,
  malformedEvent: () => 'data: {"id":"chatcmpl-sim","object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',
};

/** `POST /v1/responses` as xAI speaks it: OpenAI's bodies, where output includes reasoning, and xAI's errors. */
export const xaiResponsesWire: SimulatedWireCodec = {
  ...openAIResponsesWire,
  ...vendor,
  wire: 'xai-chat',
  serves: ({ path }) => path === `${xaiBasePath}/responses`,
  errorEvent,
};

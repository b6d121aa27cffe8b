import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { bearerToken, decodePathPart, headerOf, nameBetween, type RequestTarget } from '../request-target.ts';
import { retryAfterHeader, statusError } from '../status-error.ts';
import { BodyReader } from './body-reader.ts';
import { decodeOpenAIChat, openAIDialect } from './decode-openai-chat.ts';
import { withAttachments } from './dial-attachments.ts';
import { chatBodyEncoder, openAIUsage, type ChatFlavour } from './encode-openai-chat.ts';
import type { SimulatedVendor, SimulatedWireCodec } from './simulated-wire.ts';
import { chatStreamEncoder } from './stream-openai-chat.ts';

/** Where DIAL is on the simulator: its paths are Azure's. */
export const dialBasePath = '/dial';

const defaultModels = ['gpt-5-mini-2025-08-07', 'anthropic.claude-sonnet-4-6', 'text-embedding-3-small'];

function describe(id: string): JsonObject {
  return { id, model: id, display_name: `${id} (simulated)`, object: 'model', status: 'succeeded', owner: 'simulator' };
}

/** DIAL's shapes of an error: the core speaks in plain text of credentials and routes, applications in JSON. */
function errorBody(error: LatticeError): JsonObject | string {
  const status = error.status ?? 500;
  const { message } = error;
  if (status === 401 || status === 403 || status === 502) return message;
  const code = error.issues.length > 0 ? String(status) : (error.upstreamCode ?? String(status));
  if (status === 429) return { error: { message, code } };
  const type = status >= 500 ? 'runtime_error' : 'invalid_request_error';
  const param = error.issues[0]?.path;
  return { error: { message, type, ...(param === undefined ? {} : { param }), code, display_message: message } };
}

/** What this key has left of a deployment. */
const limits = {
  minuteTokenStats: { total: 100_000, used: 1200 },
  dayTokenStats: { total: 5_000_000, used: 98_000 },
  hourRequestStats: { total: 10_000, used: 12 },
  dayRequestStats: { total: 100_000, used: 340 },
};

function probe({ method, path }: RequestTarget, models: readonly string[] = defaultModels): JsonObject | undefined {
  const own = path.slice(dialBasePath.length);
  if (method !== 'GET') return undefined;
  if (own === '/health') return { status: 'ok' };
  if (own === '/v1/user/info') return { roles: ['default'], project: 'lattice-lock-simulator', userClaims: {} };
  const list = /^\/openai\/(?:models|deployments)$/.test(own);
  if (list) return { data: models.map(describe), object: 'list' };
  const named = /^\/(?:openai\/(?:models|deployments)\/(?<one>[^/]+)|v1\/deployments\/(?<limited>[^/]+)\/limits)$/.exec(
    own,
  );
  const name = decodePathPart(named?.groups?.one ?? named?.groups?.limited ?? '');
  if (name === '') return undefined;
  if (!models.includes(name)) throw statusError('dial-chat', 404, { message: `Deployment ${name} is not found.` });
  return named?.groups?.limited === undefined ? describe(name) : limits;
}

const vendor: SimulatedVendor = {
  headers: (requestId) => ({ 'x-request-id': requestId }),
  credentialOf: (target) => headerOf(target, 'api-key') || bearerToken(target),
  unknownKey: (target) => {
    const hasKey = headerOf(target, 'api-key') !== '' || bearerToken(target) !== '';
    const message = hasKey ? 'Unknown api key' : 'At least API-KEY or Authorization header must be provided';
    return statusError('dial-chat', 401, { message });
  },
  owns: ({ path }) => path.startsWith(`${dialBasePath}/`),
  probe,
  errorBody,
  errorHeaders: retryAfterHeader,
};

const stage = { index: 0, name: 'Simulated answer' };
const attachment = { index: 0, type: 'text/markdown', title: 'About this answer', data: 'No model was called.' };

const flavour: ChatFlavour = {
  baseFields: {},
  usage: openAIUsage,
  showsReasoning: () => false,
  isPadded: false,
  hasWholeCalls: false,
  hasUsageInFinish: true,
  extras: (_answer, { request }) => {
    const state = { turns: request.chat.messages.length };
    return {
      whole: {
        custom_content: { stages: [{ ...stage, status: 'completed' }], attachments: [attachment], state },
      },
      before: [{ custom_content: { stages: [{ ...stage, status: null }] } }],
      after: [
        { custom_content: { stages: [{ index: 0, status: 'completed' }], attachments: [attachment] } },
        { custom_content: { state } },
      ],
    };
  },
  bodyFields: (answer, context) => {
    if (!answer.reportsUsage) return {};
    const counts = openAIUsage({ ...answer.usage, cachedInputTokens: null, reasoningTokens: null });
    return { statistics: { usage_per_model: [{ index: 0, model: context.answeringModel, ...counts }] } };
  },
};

/** The deployment a path names; `undefined` for a path that names none. */
export function dialDeploymentOf({ path }: RequestTarget, route: string): string | undefined {
  return nameBetween(path, `${dialBasePath}/openai/deployments/`, `/${route}`);
}

const chatRoute = 'chat/completions';

const frame = (body: JsonObject) => `data: ${JSON.stringify(body)}\n\n`;

/** An application that fails has said `stop` before, and says `[DONE]` behind its error. */
function errorEvent(error: LatticeError): string {
  const stop = { index: 0, delta: {}, finish_reason: 'stop' };
  const fields = { message: error.message, type: 'runtime_error', code: '500', display_message: error.message };
  return `${frame({ object: 'chat.completion.chunk', choices: [stop], usage: null })}${frame({ error: fields })}data: [DONE]\n\n`;
}

/** `POST /openai/deployments/{id}/chat/completions` as EPAM DIAL speaks it, below {@link dialBasePath}. */
export const dialChatWire: SimulatedWireCodec = {
  ...vendor,
  wire: 'dial-chat',
  serves: (target) => dialDeploymentOf(target, chatRoute) !== undefined,
  modelIn: (target) => dialDeploymentOf(target, chatRoute),
  streamContentType: 'text/event-stream; charset=utf-8',
  decode: (body, target) => {
    const model = dialDeploymentOf(target, chatRoute) ?? '';
    const decoded = decodeOpenAIChat(new BodyReader({ ...body, model }, openAIDialect));
    return { ...decoded, chat: withAttachments(decoded.chat, body) };
  },
  encodeBody: chatBodyEncoder(flavour),
  encodeStream: chatStreamEncoder(flavour),
  errorEvent,
  malformedEvent: () => 'data: {"object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',
};

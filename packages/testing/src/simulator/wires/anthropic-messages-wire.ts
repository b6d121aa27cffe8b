import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { bearerToken, headerOf } from '../request-target.ts';
import { retryAfterHeader, statusError } from '../status-error.ts';
import { BodyReader } from './body-reader.ts';
import { anthropicDialect, decodeAnthropicMessages } from './decode-anthropic-messages.ts';
import { anthropicEvent, encodeAnthropicBody, encodeAnthropicStream } from './encode-anthropic-messages.ts';
import { createdAt, listedModel } from './model-list.ts';
import type { SimulatedWireCodec } from './simulated-wire.ts';

/** Anthropic's error types by status (docs, API errors). */
const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
};

const defaultModels = ['claude-opus-4-6', 'claude-sonnet-4-6', 'claude-haiku-4-5'];

/** Limits of a window that began with the hour: `reset` is a time, not a duration. */
const limits = { requests: 4000, tokens: 2_400_000, 'input-tokens': 2_000_000, 'output-tokens': 400_000 };

function errorBody(error: LatticeError, requestId: string): JsonObject {
  const status = error.status ?? 500;
  const type = errorTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
  const isSpendLimit = error.upstreamCode === 'enforced_spend_limit_reached';
  const details = isSpendLimit ? { details: { error_code: error.upstreamCode } } : {};
  return { type: 'error', error: { type, message: error.message, ...details }, request_id: requestId };
}

function describe(id: string): JsonObject {
  return { type: 'model', id, display_name: `${id} (simulated)`, created_at: createdAt };
}

function headers(requestId: string, served: number): Record<string, string> {
  const reset = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const all: Record<string, string> = {
    'request-id': requestId,
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
  };
  for (const [name, limit] of Object.entries(limits)) {
    const remaining = name === 'requests' ? limit - 1 - (served % (limit - 1)) : limit - 1000;
    all[`anthropic-ratelimit-${name}-limit`] = String(limit);
    all[`anthropic-ratelimit-${name}-remaining`] = String(remaining);
    all[`anthropic-ratelimit-${name}-reset`] = reset;
  }
  return all;
}

/** `POST /v1/messages` as Anthropic speaks it. */
export const anthropicMessagesWire: SimulatedWireCodec = {
  wire: 'anthropic-messages',
  serves: ({ path }) => path === '/v1/messages',
  owns: ({ path, headers }) => path.startsWith('/v1/messages') || headers['anthropic-version'] !== undefined,
  streamContentType: 'text/event-stream; charset=utf-8',
  decode: (body) => decodeAnthropicMessages(new BodyReader(body, anthropicDialect)),
  headers,
  credentialOf: (target) => headerOf(target, 'x-api-key') || bearerToken(target),
  unknownKey: () => statusError('anthropic-messages', 401),
  probe({ method, path }, models = defaultModels) {
    if (method !== 'GET') return undefined;
    if (path === '/v1/models') {
      const data = models.map(describe);
      return { data, has_more: false, first_id: models[0] ?? null, last_id: models.at(-1) ?? null };
    }
    const name = listedModel('anthropic-messages', path, '/v1/models/', models);
    return name === undefined ? undefined : describe(name);
  },
  tokenCountField: ({ path }) => (path === '/v1/messages/count_tokens' ? 'input_tokens' : undefined),
  encodeBody: encodeAnthropicBody,
  encodeStream: encodeAnthropicStream,
  errorBody,
  errorHeaders: retryAfterHeader,
  errorEvent: (error, requestId) => {
    const { type: _type, ...fields } = errorBody(error, requestId);
    return anthropicEvent('error', fields);
  },
  malformedEvent: () => 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"del\n\n',
};

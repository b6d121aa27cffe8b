import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { bearerToken } from '../request-target.ts';
import type { SimulatorWire } from '../simulator-request.ts';
import { retryAfterHeader, statusError } from '../status-error.ts';
import { listedModel, openAIModel, openAIModelList } from './model-list.ts';
import type { SimulatedVendor } from './simulated-wire.ts';

const requestLimit = 10_000;
const tokenLimit = 2_000_000;
const defaultModels = ['gpt-5', 'gpt-5-mini', 'gpt-4.1-mini'];

/** What tells a good key of a kin of OpenAI at no cost: OpenRouter's key and Perplexity's list of requests. */
const kinProbes: Readonly<Record<string, JsonObject>> = {
  '/v1/key': { data: { label: 'sk-or-v1-sim', limit: null, usage: 0, is_free_tier: false } },
  '/v1/async/chat/completions': { requests: [] },
};

/** OpenAI's error types by status. */
function typeOf(status: number): string {
  if (status === 429) return 'rate_limit_exceeded';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** OpenAI's shape of an error. */
export function openAIErrorBody(error: LatticeError): JsonObject {
  const status = error.status ?? 500;
  const isQuota = error.upstreamCode === 'insufficient_quota';
  return {
    error: {
      message: error.message,
      type: isQuota ? 'insufficient_quota' : typeOf(status),
      param: error.issues[0]?.path ?? null,
      code: error.upstreamCode ?? null,
    },
  };
}

/** The limits that OpenAI and its kin tell with every answer. */
export function openAILimitHeaders(served: number): Record<string, string> {
  return {
    'x-ratelimit-limit-requests': String(requestLimit),
    'x-ratelimit-limit-tokens': String(tokenLimit),
    'x-ratelimit-remaining-requests': String(requestLimit - 1 - (served % (requestLimit - 1))),
    'x-ratelimit-remaining-tokens': String(tokenLimit - 100),
  };
}

/** OpenAI, for each of its wires. */
export function openAIVendor(wire: SimulatorWire): SimulatedVendor {
  return {
    headers: (requestId, served) => ({
      'x-request-id': requestId,
      'openai-version': '2020-10-01',
      'openai-processing-ms': '12',
      ...openAILimitHeaders(served),
      'x-ratelimit-reset-requests': '6ms',
      'x-ratelimit-reset-tokens': '1.2s',
    }),
    credentialOf: bearerToken,
    unknownKey: () => statusError(wire, 401),
    // Whatever nobody else owns.
    owns: () => true,
    probe({ method, path }, models = defaultModels) {
      if (method !== 'GET') return undefined;
      if (path === '/v1/models') return openAIModelList(models);
      if (Object.hasOwn(kinProbes, path)) return kinProbes[path];
      const name = listedModel(wire, path, '/v1/models/', models);
      return name === undefined ? undefined : openAIModel(name);
    },
    errorBody: openAIErrorBody,
    errorHeaders: retryAfterHeader,
  };
}

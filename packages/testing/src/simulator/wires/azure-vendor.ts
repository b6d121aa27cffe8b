import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { bearerToken, headerOf, type RequestTarget } from '../request-target.ts';
import { retryAfterHeader, statusError } from '../status-error.ts';
import { openAIModelList } from './model-list.ts';
import { openAIErrorBody, openAILimitHeaders } from './openai-vendor.ts';
import type { SimulatedVendor } from './simulated-wire.ts';

const defaultModels = ['gpt-5-mini', 'gpt-4.1-mini', 'text-embedding-3-small'];

/** Old paths want `api-version`, the ones under `/openai/v1` do not. */
function checkTarget({ path, query }: RequestTarget): void {
  if (path.startsWith('/openai/v1/') || query.has('api-version')) return;
  const message = 'Resource not found. The query parameter api-version is missing.';
  throw statusError('azure-openai', 404, { message }).with({ upstreamCode: '404' });
}

/** Verdicts of the content filter; `filtered` for the one that stopped something. */
export function filterResults(isFiltered: boolean): JsonObject {
  const safe = { filtered: false, severity: 'safe' };
  const hate = isFiltered ? { filtered: true, severity: 'high' } : safe;
  return { hate, self_harm: safe, sexual: safe, violence: safe };
}

/** Azure's shapes of an error: its gateway's, the filter's, and OpenAI's for what is wrong with a field. */
function errorBody(error: LatticeError): JsonObject {
  const status = error.status ?? 500;
  const { message, upstreamCode: code } = error;
  if (error.issues.length > 0) return openAIErrorBody(error);
  if (code === 'content_filter') {
    const innererror = { code: 'ResponsibleAIPolicyViolation', content_filter_result: filterResults(true) };
    return { error: { message, type: null, param: 'prompt', code, status, innererror } };
  }
  if (code !== undefined && /[a-z]_[a-z]/.test(code)) return openAIErrorBody(error);
  return { error: { code: code ?? String(status), message } };
}

/** Azure OpenAI and AI Foundry. */
export const azureVendor: SimulatedVendor = {
  headers: (requestId, served) => ({
    'apim-request-id': requestId,
    'x-request-id': requestId,
    'x-ms-region': 'Sweden Central',
    ...openAILimitHeaders(served),
    // Plain numbers, not durations.
    'x-ratelimit-renewalperiod-requests': '60',
    'x-ratelimit-renewalperiod-tokens': '60',
    'x-ratelimit-reset-requests': '1',
    'x-ratelimit-reset-tokens': '7',
  }),
  credentialOf: (target) => headerOf(target, 'api-key') || bearerToken(target),
  unknownKey: () => {
    const message =
      'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.';
    return statusError('azure-openai', 401, { message });
  },
  checkTarget,
  owns: ({ path }) => path.startsWith('/openai/') || path.startsWith('/models/'),
  probe({ method, path }, models = defaultModels) {
    const isList = method === 'GET' && (path === '/openai/models' || path === '/openai/v1/models');
    return isList ? openAIModelList(models) : undefined;
  },
  errorBody,
  errorHeaders: (error) => ({
    ...retryAfterHeader(error),
    ...(error.retryAfterMs === undefined ? {} : { 'retry-after-ms': String(error.retryAfterMs) }),
  }),
};

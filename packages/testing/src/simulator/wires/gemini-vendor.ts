import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { bearerToken, decodePathPart, headerOf, type RequestTarget } from '../request-target.ts';
import { statusError } from '../status-error.ts';
import type { SimulatedVendor } from './simulated-wire.ts';

/** Google's canonical codes (google.rpc.Code) by HTTP status. */
const statusWords: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

const defaultModels = ['gemini-3-pro-preview', 'gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-embedding-001'];

/** The Gemini API's paths, and Vertex AI's with and without a project. */
const modelPath =
  /^\/v1(?:beta1?)?\/(?<vertex>(?:projects\/[^/]+\/locations\/[^/]+\/)?publishers\/google\/)?(?:models|tunedModels)(?:\/(?<model>[^/:]+)(?::(?<method>generateContent|streamGenerateContent|countTokens|embedContent|batchEmbedContents|predict))?)?$/;

/** A path of Google's taken apart. */
export interface GeminiPath {
  readonly isVertex: boolean;
  /** `''` for the list. */
  readonly model: string;
  /** `''` for a description. */
  readonly method: string;
}

/** Takes a path apart; `undefined` for a path that is not Google's. */
export function geminiPath(path: string): GeminiPath | undefined {
  const groups = modelPath.exec(decodePathPart(path))?.groups;
  if (groups === undefined) return undefined;
  return { isVertex: groups.vertex !== undefined, model: groups.model ?? '', method: groups.method ?? '' };
}

/** `/v1/models` is OpenAI's too: there, Google's clients are known by their headers. */
function isGoogles(target: RequestTarget): boolean {
  const found = geminiPath(target.path);
  if (found === undefined || !target.path.startsWith('/v1/')) return found !== undefined;
  const names = Object.keys(target.headers);
  return (
    found.isVertex || found.method !== '' || target.query.has('key') || names.some((name) => name.startsWith('x-goog-'))
  );
}

function describe(name: string): JsonObject {
  const isEmbedding = name.includes('embed');
  return {
    name: `models/${name}`,
    version: '001',
    displayName: `${name} (simulated)`,
    inputTokenLimit: isEmbedding ? 2048 : 1_048_576,
    outputTokenLimit: isEmbedding ? 1 : 65_536,
    supportedGenerationMethods: isEmbedding
      ? ['embedContent', 'batchEmbedContents']
      : ['generateContent', 'streamGenerateContent', 'countTokens'],
  };
}

/** Details that say more than the status: which key, how long to wait, which quota. */
function detailsOf(error: LatticeError): readonly JsonObject[] {
  const details: JsonObject[] = [];
  if (error.upstreamCode === 'API_KEY_INVALID') {
    details.push({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'API_KEY_INVALID',
      domain: 'googleapis.com',
      metadata: { service: 'generativelanguage.googleapis.com' },
    });
  }
  if (error.upstreamCode === 'QUOTA_PER_DAY') {
    const quota = {
      quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
      quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
      quotaValue: '250',
    };
    details.push({ '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [quota] });
  }
  const [issue] = error.issues;
  if (issue !== undefined) {
    const fieldViolations = [{ field: issue.path, description: issue.message }];
    details.push({ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations });
  }
  if (error.retryAfterMs !== undefined) {
    const retryDelay = `${error.retryAfterMs / 1000}s`;
    details.push({ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay });
  }
  return details;
}

/** Google's shape of an error. */
export function geminiErrorBody(error: LatticeError): JsonObject {
  const code = error.status ?? 500;
  const details = detailsOf(error);
  const status = statusWords[code] ?? 'UNKNOWN';
  return { error: { code, message: error.message, status, ...(details.length === 0 ? {} : { details }) } };
}

function unknownKey(target: RequestTarget): LatticeError {
  if (geminiPath(target.path)?.isVertex === true) {
    return statusError('gemini', 401, { message: 'Request had invalid authentication credentials.' });
  }
  if (credentialOf(target) === '') {
    const message =
      "Method doesn't allow unregistered callers. Please use API Key or other form of API consumer identity.";
    return statusError('gemini', 403, { message });
  }
  const message = 'API key not valid. Please pass a valid API key.';
  return statusError('gemini', 400, { message }).with({ upstreamCode: 'API_KEY_INVALID' });
}

function credentialOf(target: RequestTarget): string {
  return headerOf(target, 'x-goog-api-key') || (target.query.get('key') ?? '') || bearerToken(target);
}

/** Google: the Gemini API and Vertex AI. */
export const geminiVendor: SimulatedVendor = {
  // Google has no request ids and tells no limits; ours is sent so that records can be found by it.
  headers: (requestId) => ({ 'x-request-id': requestId, 'x-gemini-service-tier': 'standard' }),
  credentialOf,
  unknownKey,
  checkTarget(target) {
    const isProject = target.path.includes('/projects/') && geminiPath(target.path)?.isVertex === true;
    if (!isProject || headerOf(target, 'x-goog-api-key') === '') return;
    const message = 'API keys are not supported by this API. Expected OAuth2 access token.';
    throw statusError('gemini', 401, { message });
  },
  owns: isGoogles,
  probe({ method, path, query }, models = defaultModels) {
    const found = geminiPath(path);
    if (method !== 'GET' || found === undefined || found.method !== '') return undefined;
    if (found.model !== '') {
      if (models.includes(found.model)) return describe(found.model);
      throw statusError('gemini', 404, { message: `models/${found.model} is not found for API version v1beta.` });
    }
    if (found.isVertex)
      return { publisherModels: models.map((name) => ({ name: `publishers/google/models/${name}` })) };
    const size = Math.max(1, Number(query.get('pageSize') ?? '') || models.length);
    const start = Number(query.get('pageToken') ?? '') || 0;
    const end = start + size;
    const more = end < models.length ? { nextPageToken: String(end) } : {};
    return { models: models.slice(start, end).map(describe), ...more };
  },
  tokenCountField: ({ path }) => (geminiPath(path)?.method === 'countTokens' ? 'totalTokens' : undefined),
  errorBody: geminiErrorBody,
  // The time to wait stands in the body.
  errorHeaders: () => ({}),
};

import type { JsonObject, LatticeError } from '@lattice-lock/contract';
import { bearerToken, decodePathPart, headerOf, type RequestTarget } from '../request-target.ts';
import { retryAfterHeader, statusError } from '../status-error.ts';
import type { SimulatedVendor } from './simulated-wire.ts';

/** Bedrock's exceptions by status, where a status has one (Converse API reference, errors). */
const exceptions: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  500: 'InternalServerException',
  503: 'ServiceUnavailableException',
};

const modelPath = /^\/model\/(?<model>[^/]+)\/(?<action>converse|converse-stream|invoke|count-tokens)$/;

/** Where Bedrock's model ids begin: an inference profile's region, then the maker. */
const knownModel =
  /^(?:(?:us|us-gov|eu|apac|jp|au|ca|global)\.)?(?:ai21|amazon|anthropic|cohere|deepseek|google|luma|meta|minimax|mistral|moonshot|moonshotai|nvidia|openai|qwen|stability|twelvelabs|writer|zai)\.[\w.:-]+$/;

/** A path of Bedrock's runtime taken apart. */
export interface BedrockPath {
  readonly model: string;
  readonly action: string;
  /** False for an id that names no model that there could be. */
  readonly isKnown: boolean;
}

/** Takes a path apart; `undefined` for a path that is none of the runtime's. */
export function bedrockPath(path: string): BedrockPath | undefined {
  const groups = modelPath.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const model = decodePathPart(groups.model ?? '');
  return { model, action: groups.action ?? '', isKnown: knownModel.test(model) || model.startsWith('arn:aws') };
}

const signature =
  /^AWS4-HMAC-SHA256\s+Credential=(?<id>[\w/+=.-]+?)\/\d{8}\/[\w-]+\/bedrock\/aws4_request,\s*SignedHeaders=(?<headers>[\w;:-]+),\s*Signature=[0-9a-f]{64}$/;

/** The API key, or the access key id of a signature. */
function credentialOf(target: RequestTarget): string {
  return bearerToken(target) || (signature.exec(headerOf(target, 'authorization'))?.groups?.id ?? '');
}

function refusal(type: string, message: string): LatticeError {
  return statusError('bedrock-converse', 403, { message }).with({ upstreamCode: type });
}

/** A signature has its parts, and is over the host and the date. */
function checkTarget(target: RequestTarget): void {
  const authorization = headerOf(target, 'authorization');
  if (!authorization.startsWith('AWS4')) return;
  const signed = signature.exec(authorization)?.groups?.headers?.split(';');
  const hasHost = signed?.some((name) => name === 'host' || name === ':authority') === true;
  const isWhole = hasHost && signed.includes('x-amz-date');
  if (isWhole && /^\d{8}T\d{6}Z$/.test(headerOf(target, 'x-amz-date'))) return;
  const parts = "'Credential', 'SignedHeaders' (host and x-amz-date among them), 'Signature' and the header x-amz-date";
  throw refusal('IncompleteSignatureException', `Authorization header requires ${parts}, for the service bedrock.`);
}

/** AWS Bedrock's runtime. */
export const bedrockVendor: SimulatedVendor = {
  headers: (requestId) => ({ 'x-amzn-requestid': requestId }),
  credentialOf,
  unknownKey: (target) =>
    headerOf(target, 'authorization') === ''
      ? refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
      : refusal('UnrecognizedClientException', 'The security token included in the request is invalid.'),
  checkTarget,
  owns: ({ path }) => path.startsWith('/model/'),
  probe({ method, path }): JsonObject | undefined {
    const found = bedrockPath(path);
    if (method === 'POST' && found?.isKnown === false) {
      throw statusError('bedrock-converse', 400, { message: 'The provided model identifier is invalid.' });
    }
    return undefined;
  },
  tokenCountField: ({ path }) => {
    const found = bedrockPath(path);
    return found?.action === 'count-tokens' && found.isKnown ? 'inputTokens' : undefined;
  },
  errorBody: (error) => ({ message: error.message }),
  errorHeaders(error) {
    const type = error.upstreamCode ?? exceptions[error.status ?? 500];
    const suffix = 'http://internal.amazon.com/coral/com.amazon.bedrock/';
    return { ...(type === undefined ? {} : { 'x-amzn-errortype': `${type}:${suffix}` }), ...retryAfterHeader(error) };
  },
};

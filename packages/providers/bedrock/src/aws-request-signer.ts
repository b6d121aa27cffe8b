import type { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { LatticeError, ProviderUnavailableError, type HttpTransport } from '@lattice-lock/contract';
import { checkBaseUrl } from '@lattice-lock/provider-kit';
import type { BedrockOptions } from './bedrock-options.ts';
import { NodeSha256 } from './node-sha256.ts';
import { createSdkRequestHandler, originOf, type SdkRequest } from './sdk-request-handler.ts';

/** A request that is to be signed. */
export interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body: string | undefined;
  /** Names in lower case; those that are signed. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What the vendor's SDK knows of the connection. */
export interface AwsRequestSigner {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  /** Credentials in use. */
  readonly secrets: readonly string[];
  /** The headers of a request with its signature or token. Signs anew each time; the SDK renews what expires. */
  sign(request: UnsignedRequest): Promise<Readonly<Record<string, string>>>;
}

/**
 * Loads the AWS SDK and takes from its client what it knows: region, endpoint, the way to authenticate, credentials and
 * their refresh, the signer. One request that is built and not sent tells endpoint and way; from then on only the
 * client's signer works, 14 us a request where the client's whole middleware takes 125 us (Node 24).
 *
 * @throws LatticeError `LATTICE_CONFIG` without a region, ProviderUnavailableError without a usable credential.
 */
export async function createAwsRequestSigner(
  options: BedrockOptions,
  transport: HttpTransport,
): Promise<AwsRequestSigner> {
  const { client, capture } = await createCapturingClient(options, transport);
  const first = await capture();
  const baseUrl = originOf(first) + first.path.slice(0, first.path.lastIndexOf(probePath));
  const userAgent = first.headers['user-agent'] ?? 'aws-sdk-js';
  const token = bearerTokenOf(first);
  if (token === undefined) return createSigV4Signer({ baseUrl, userAgent, client });
  return createBearerSigner({ baseUrl, userAgent, token, isStatic: isStaticToken(token, options), capture });
}

const probePath = '/model/probe/converse';

/** Loaded, it leaves an empty `awslambda` among the globals, which only AWS Lambda itself has a use for. */
async function loadSdk() {
  const isOnLambda = 'awslambda' in globalThis;
  const sdk = await import('@aws-sdk/client-bedrock-runtime');
  if (!isOnLambda) Reflect.deleteProperty(globalThis, 'awslambda');
  return sdk;
}

interface CapturingClient {
  readonly client: BedrockRuntimeClient;
  /** Builds a request and looks at it instead of sending it. */
  capture(): Promise<SdkRequest>;
}

async function createCapturingClient(options: BedrockOptions, transport: HttpTransport): Promise<CapturingClient> {
  const { BedrockRuntimeClient, ConverseCommand } = await loadSdk();
  const requestHandler = createSdkRequestHandler(transport, probePath);
  const region = regionOf(options);
  const client = new BedrockRuntimeClient({
    maxAttempts: 1,
    sha256: NodeSha256,
    ...(region === undefined ? {} : { region }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.baseUrl === undefined ? {} : { endpoint: checkBaseUrl(options.id ?? 'bedrock', options.baseUrl) }),
    ...authenticationOf(options),
    requestHandler,
  });
  const capture = async () => {
    try {
      await client.send(new ConverseCommand({ modelId: 'probe', messages: [] }));
    } catch (thrown) {
      const request = requestHandler.probeOf(thrown);
      if (request !== undefined) return request;
      throw connectionError(thrown);
    }
    throw connectionError(undefined);
  };
  return { client, capture };
}

/** The token of a request that carries one; the SDK writes this header with a capital letter. */
function bearerTokenOf({ headers }: SdkRequest): string | undefined {
  return /^Bearer (.*)$/.exec(headers['Authorization'] ?? headers['authorization'] ?? '')?.[1];
}

/** A key of the options or the environment stays as it is; the token of a single sign-on is renewed by the SDK. */
function isStaticToken(token: string, { apiKey }: BedrockOptions): boolean {
  return apiKey !== undefined || process.env['AWS_BEARER_TOKEN_BEDROCK'] === token;
}

interface BearerParts {
  readonly baseUrl: string;
  readonly userAgent: string;
  readonly token: string;
  readonly isStatic: boolean;
  capture(): Promise<SdkRequest>;
}

function createBearerSigner(parts: BearerParts): AwsRequestSigner {
  const { baseUrl, userAgent, isStatic, capture } = parts;
  let { token } = parts;
  return {
    baseUrl,
    get secrets() {
      return [token];
    },
    sign: async ({ headers }) => {
      if (!isStatic) token = bearerTokenOf(await capture()) ?? token;
      return { 'user-agent': userAgent, ...headers, authorization: `Bearer ${token}` };
    },
  };
}

interface SigV4Parts {
  readonly baseUrl: string;
  readonly userAgent: string;
  readonly client: BedrockRuntimeClient;
}

async function createSigV4Signer({ baseUrl, userAgent, client }: SigV4Parts): Promise<AwsRequestSigner> {
  const { config } = client;
  const signingRegion = await config.region();
  const signer = await config.signer({ name: 'sigv4', signingName: 'bedrock', signingRegion, properties: {} });
  let credentials = await config.credentials();
  return {
    baseUrl,
    get secrets() {
      const { accessKeyId, secretAccessKey, sessionToken } = credentials;
      return [accessKeyId, secretAccessKey, ...(sessionToken === undefined ? [] : [sessionToken])];
    },
    sign: async ({ method, url, body, headers }) => {
      try {
        credentials = await config.credentials();
        const signed = await signer.sign({
          method,
          protocol: url.protocol,
          hostname: url.hostname,
          path: url.pathname,
          query: {},
          headers: { ...headers, host: url.host },
          ...(body === undefined ? {} : { body }),
        });
        const { host: _host, ...sent } = signed.headers;
        return { 'user-agent': userAgent, ...sent };
      } catch (thrown) {
        throw connectionError(thrown);
      }
    },
  };
}

/** What the options name wins over what the environment holds; without either the SDK looks and decides. */
function authenticationOf({ apiKey, credentials }: BedrockOptions) {
  const key = headerSafe(apiKey);
  if (key !== undefined) return { token: { token: key }, authSchemePreference: ['httpBearerAuth'] };
  return credentials === undefined ? {} : { credentials, authSchemePreference: ['sigv4'] };
}

const awsHost = /^bedrock-runtime(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.|api\.)/;

/** The region that was named, or that of the base URL or the given environment. With a key and another base URL it plays no part, but the SDK wants one. */
function regionOf({ region, baseUrl, apiKey, env = {} }: BedrockOptions): string | undefined {
  if (region !== undefined) return region;
  const ofEnv = env['AWS_REGION']?.trim() || undefined;
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return ofEnv;
  const ofHost = awsHost.exec(new URL(baseUrl).hostname)?.[1];
  return ofHost ?? ofEnv ?? (apiKey === undefined ? undefined : 'us-east-1');
}

/** Trims a key; one that no header can carry is refused before an error message could quote it. */
function headerSafe(apiKey: string | undefined): string | undefined {
  const text = apiKey?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  const message =
    'The Bedrock API key holds a blank, a line break or a non-ASCII character, which none has. Copy it again.';
  throw new LatticeError('LATTICE_CONFIG', message, { provider: 'bedrock' });
}

const waysIn =
  'Set AWS_BEARER_TOKEN_BEDROCK (a Bedrock API key), or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE ' +
  '(after `aws configure` or `aws sso login`), or run where the machine has a role; or use the provider options apiKey, ' +
  'credentials or profile.';

function connectionError(cause: unknown): LatticeError {
  if (LatticeError.isInstance(cause)) return cause;
  const { name, message: reason } = cause instanceof Error ? cause : { name: '', message: '' };
  if (/region is missing/i.test(reason)) {
    const message =
      'AWS Bedrock has no region. Set AWS_REGION, the provider option region, or a region in the profile.';
    return new LatticeError('LATTICE_CONFIG', message, { provider: 'bedrock', cause });
  }
  if (/credential|token|identity/i.test(`${name} ${reason}`)) {
    const why = reason === '' ? '' : ` (${reason.slice(0, 300)})`;
    const message = `AWS Bedrock has no usable credential${why}. ${waysIn}`;
    return new ProviderUnavailableError(message, { provider: 'bedrock', cause });
  }
  const message = `The AWS SDK could not prepare the connection to Bedrock: ${reason.slice(0, 300)}`;
  return new LatticeError('LATTICE_CONFIG', message, { provider: 'bedrock', cause });
}

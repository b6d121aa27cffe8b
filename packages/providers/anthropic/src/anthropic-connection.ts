import {
  LatticeError,
  ProviderUnavailableError,
  type HttpTransport,
  type ProviderOptions,
} from '@lattice-lock/contract';
import { checkBaseUrl, readModelList, type WireConnection, type WireTarget } from '@lattice-lock/provider-kit';
import { createMessagesCodec } from './messages/messages-codec.ts';
import { createTransportFetch } from './transport-fetch.ts';

/** Options of this provider beside the common ones, all optional. */
export interface AnthropicOptions extends ProviderOptions {
  /** The `anthropic-version` to speak; the SDK's own unless given. */
  readonly apiVersion?: string;
  /** `max_tokens` for requests that set no limit. */
  readonly maxTokens?: number;
  /** An OAuth token in place of an API key. */
  readonly authToken?: string;
  /** Name of a credential profile of the vendor's own configuration directory. */
  readonly profile?: string;
}

/** Asks for as many models as the vendor gives in one page. */
const modelsPath = '/v1/models?limit=1000';

/** Headers of the SDK that the transport or the skeleton sets itself. */
const ownHeaders = new Set(['accept', 'content-type', 'content-length']);

/**
 * Loads the vendor's SDK and takes from it what it knows: base URL, credential and its refresh, headers. The SDK
 * builds each request against a `fetch` that hands the headers over instead of sending; the transport sends.
 */
export async function connectAnthropic(options: AnthropicOptions, transport: HttpTransport): Promise<WireConnection> {
  const facts = await createFactSource(options, transport);
  const first = await facts();
  const betas = (headers: Readonly<Record<string, string>>) =>
    [headers['anthropic-beta'], optionHeader(options, betaHeader)].filter((text) => text !== undefined).join(',');
  const headersOf = ({ headers }: ConnectionFacts) => {
    const all = betas(headers);
    return all === '' ? headers : { ...headers, [betaHeader]: all };
  };
  const firstHeaders = headersOf(first);
  let secrets = secretsOf(first.headers);
  return {
    codec: createMessagesCodec({
      apiVersion: optionHeader(options, 'anthropic-version') ?? first.headers['anthropic-version'] ?? '',
      ...(options.maxTokens === undefined ? {} : { maxTokens: options.maxTokens }),
      betas: firstHeaders[betaHeader] ?? '',
    }),
    health: { path: modelsPath, readModels: readModelList },
    get secrets() {
      return secrets;
    },
    async prepare({ path }): Promise<WireTarget> {
      if (first.isStatic) return { url: first.baseUrl + path, headers: firstHeaders };
      const current = await facts();
      secrets = secretsOf(current.headers);
      return { url: current.baseUrl + path, headers: headersOf(current) };
    },
  };
}

const betaHeader = 'anthropic-beta';

function optionHeader({ headers = {} }: AnthropicOptions, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/**
 * The options without their `anthropic-beta` header: as a header of every request it would replace the features that
 * the credential or one request switches on; the connection adds it to those.
 */
export function withoutBetaHeader(options: AnthropicOptions): AnthropicOptions {
  if (optionHeader(options, betaHeader) === undefined) return options;
  const kept = Object.entries(options.headers ?? {}).filter(([name]) => name.toLowerCase() !== betaHeader);
  return { ...options, headers: Object.fromEntries(kept) };
}

interface ConnectionFacts {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** True when nothing in it expires, so that the SDK need not be asked again. */
  readonly isStatic: boolean;
}

async function createFactSource(
  options: AnthropicOptions,
  transport: HttpTransport,
): Promise<() => Promise<ConnectionFacts>> {
  const { default: Anthropic } = await import('@anthropic-ai/sdk');
  const send = createTransportFetch(transport);
  let captured: Headers | undefined;
  const apiKey = headerSafe(options.apiKey, 'API key');
  const authToken = headerSafe(options.authToken, 'token');
  const client = new Anthropic({
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(authToken === undefined ? {} : { authToken }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.baseUrl === undefined
      ? {}
      : { baseURL: withoutVersion(checkBaseUrl(options.id ?? 'anthropic', options.baseUrl)) }),
    ...(options.apiVersion === undefined ? {} : { defaultHeaders: { 'anthropic-version': options.apiVersion } }),
    maxRetries: 0,
    logLevel: 'off',
    openTelemetry: false,
    fetch: async (input, init) => {
      // The SDK's own calls for a fresh token are real; only the call of the API itself is taken down.
      if (!String(input instanceof Request ? input.url : input).endsWith(modelsPath)) return send(input, init);
      captured = new Headers(init?.headers);
      return new Response(null, { status: 204 });
    },
  });
  return async () => {
    try {
      await client.get(modelsPath).asResponse();
    } catch (cause) {
      throw credentialError(cause);
    }
    const headers = Object.fromEntries([...(captured ?? [])].filter(([name]) => !ownHeaders.has(name)));
    const isStatic = client.apiKey !== null || client.authToken !== null;
    return { baseUrl: withoutVersion(client.baseURL), headers, isStatic };
  };
}

/** `/v1` belongs to the path here; a base URL written the OpenAI way is understood all the same. */
function withoutVersion(baseUrl: string): string {
  return baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
}

/** Trims a credential; one that no header can carry is refused before an error message could quote it. */
function headerSafe(credential: string | undefined, what: string): string | undefined {
  const text = credential?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new LatticeError(
    'LATTICE_CONFIG',
    `The Anthropic ${what} holds a blank, a line break or a non-ASCII character, which none has. Copy it again.`,
  );
}

function credentialError(cause: unknown): LatticeError {
  if (LatticeError.isInstance(cause)) return cause;
  const inner: unknown = cause instanceof Error ? cause.cause : undefined;
  if (LatticeError.isInstance(inner)) return inner;
  return new ProviderUnavailableError(
    'Anthropic has no usable credential. Set ANTHROPIC_API_KEY, or the provider option apiKey, authToken or profile.',
    { provider: 'anthropic', cause },
  );
}

function secretsOf(headers: Readonly<Record<string, string>>): readonly string[] {
  const token = headers['authorization']?.replace(/^Bearer\s+/i, '');
  return [token, headers['x-api-key']].filter((secret) => secret !== undefined);
}

import { LatticeError, type ProviderCapabilities, type ProviderOptions } from '@lattice-lock/contract';
import { checkBaseUrl, readModelList, withSchemaFallback, type WireConnection } from '@lattice-lock/provider-kit';
import { createDialCodec } from './chat/dial-codec.ts';
import { createDialEmbeddingCodec } from './dial-embeddings.ts';

/** Options of this provider beside the common ones. */
export interface DialOptions extends ProviderOptions {
  /** The address of DIAL Core, e.g. `https://dial.example.com`. */
  readonly baseUrl?: string;
  /** A JWT of the identity provider in place of an API key, or a function that gives a fresh one for each call. */
  readonly accessToken?: string | (() => string | Promise<string>);
  /** The `api-version` that DIAL passes on to Azure-shaped upstreams; default `2024-10-21`. */
  readonly apiVersion?: string;
  /** The name of the token limit; by default `max_completion_tokens` for o-series and GPT-5 deployments, else `max_tokens`. */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Whether streams ask for usage; default true. Turn it off for applications that refuse `stream_options`. */
  readonly streamUsage?: boolean;
  /**
   * What the deployments enforce of an answer's form; default `native`. With `json` or `none` a schema is asked for in
   * the instructions and the finished answer is checked.
   */
  readonly structuredOutput?: ProviderCapabilities['structuredOutput'];
}

/** The newest version that is generally available and that DIAL's own adapters are tested with. */
const defaultApiVersion = '2024-10-21';

/** Where and as whom DIAL is called. */
export interface DialAccess {
  readonly baseUrl: string;
  /** The credentials in use, newest first. */
  readonly secrets: readonly string[];
  headers(): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
}

/**
 * Reads address and credential. An access token wins over a key, because DIAL refuses calls that carry both.
 *
 * @throws LatticeError `LATTICE_CONFIG` without an address or a credential, or with one that no header can carry
 */
export function openDialAccess(options: DialOptions): DialAccess {
  const { id: provider = 'dial', baseUrl, apiKey, accessToken } = options;
  if (baseUrl === undefined) {
    const message = `The provider ${provider} needs the address of DIAL Core, e.g. https://dial.example.com; set DIAL_URL or baseUrl.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider });
  }
  const address = checkBaseUrl(provider, baseUrl).replace(/\/openai$/, '');
  if (typeof accessToken === 'function') return freshTokens(address, provider, accessToken);
  const secret = headerSafe(accessToken ?? apiKey, provider);
  const headers = accessToken === undefined ? { 'api-key': secret } : { authorization: `Bearer ${secret}` };
  return { baseUrl: address, secrets: [secret], headers: () => headers };
}

/** The token before the newest one is kept as well: a call that still runs may have used it. */
function freshTokens(baseUrl: string, provider: string, give: () => string | Promise<string>): DialAccess {
  let secrets: readonly string[] = [];
  return {
    baseUrl,
    get secrets() {
      return secrets;
    },
    async headers() {
      const token = headerSafe(await given(give, provider), provider);
      if (token !== secrets[0]) secrets = [token, ...secrets.slice(0, 1)];
      return { authorization: `Bearer ${token}` };
    },
  };
}

async function given(give: () => string | Promise<string>, provider: string): Promise<string> {
  try {
    return await give();
  } catch (cause) {
    const message = `The accessToken function of ${provider} failed; no token, no call.`;
    throw new LatticeError('LATTICE_AUTHENTICATION', message, { provider, cause });
  }
}

/** Trims a credential; one that no header can carry is refused before an error message could quote it. */
function headerSafe(credential: string | undefined, provider: string): string {
  const text = credential?.trim() ?? '';
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  const message =
    text === ''
      ? `${provider} has no credential; set DIAL_API_KEY, or the provider option apiKey or accessToken.`
      : `The credential of ${provider} holds a blank, a line break or a non-ASCII character, which none has. Copy it again.`;
  throw new LatticeError('LATTICE_CONFIG', message, { provider });
}

/** The connection to DIAL Core; nothing is asked before the first call. */
export function connectDial(options: DialOptions): WireConnection {
  const { apiVersion = defaultApiVersion, streamUsage = true, maxTokensField, structuredOutput = 'native' } = options;
  const access = openDialAccess(options);
  const dialect = { apiVersion, streamUsage, ...(maxTokensField === undefined ? {} : { maxTokensField }) };
  const codec = createDialCodec(dialect);
  return {
    codec: structuredOutput === 'native' ? codec : withSchemaFallback(codec, { support: structuredOutput }),
    embeddings: createDialEmbeddingCodec(apiVersion),
    health: { path: '/openai/models', readModels: readModelList },
    get secrets() {
      return access.secrets;
    },
    async prepare({ path }) {
      return { url: access.baseUrl + path, headers: await access.headers() };
    },
  };
}

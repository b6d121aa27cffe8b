import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import type { EmbeddingCodec } from './embedding-codec.ts';
import type { WireConnection, WireHealthProbe } from './wire-spec.ts';

/**
 * The base URL of a provider, without a trailing slash.
 *
 * @throws LatticeError `LATTICE_CONFIG` when it is not an http or https URL.
 */
export function checkBaseUrl(provider: string, baseUrl: string): string {
  const protocol = URL.canParse(baseUrl) ? new URL(baseUrl).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return baseUrl.replace(/\/+$/, '');
  // Text before an @ may be a password.
  const shown = baseUrl.includes('@') ? '' : `: "${baseUrl}"`;
  const message = `The base URL of ${provider} is not an http or https URL${shown}.`;
  throw new LatticeError('LATTICE_CONFIG', message, { provider });
}

/** A connection whose base URL and headers never change. */
export interface FixedConnectionOptions {
  /** Named in errors; default `the provider`. */
  readonly provider?: string;
  /** A trailing slash is taken off. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly codec: WireConnection['codec'];
  readonly embeddings?: EmbeddingCodec;
  readonly health: WireHealthProbe;
}

/**
 * Makes a {@link WireConnection} that joins paths to a base URL and sends the same headers with every call.
 *
 * @throws LatticeError as {@link checkBaseUrl}.
 */
export function createFixedConnection(options: FixedConnectionOptions): WireConnection {
  const { headers, codec, health, secrets = [] } = options;
  const baseUrl = checkBaseUrl(options.provider ?? 'the provider', options.baseUrl);
  const { embeddings } = options;
  return {
    codec,
    ...(embeddings === undefined ? {} : { embeddings }),
    health,
    secrets,
    prepare: ({ path }) => ({ url: baseUrl + path, headers }),
  };
}

/**
 * Reads a list of models as OpenAI and Anthropic send it: `{data: [{id}]}`.
 *
 * @throws LatticeError `LATTICE_MALFORMED_RESPONSE` when it is not one.
 */
export function readModelList(body: JsonObject): readonly string[] {
  const { data } = body;
  if (!Array.isArray(data)) {
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', 'The list of models has no "data"; is the base URL right?');
  }
  return data.flatMap((entry: unknown) => {
    const id = typeof entry === 'object' && entry !== null ? (entry as JsonObject)['id'] : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

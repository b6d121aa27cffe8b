import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import type { ChatCodec, WireConnection, WireHealthProbe } from './wire-spec.ts';

/** A connection whose base URL and headers never change. */
export interface FixedConnectionOptions {
  /** A trailing slash is taken off. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly codec: ChatCodec;
  readonly health: WireHealthProbe;
}

/** Makes a {@link WireConnection} that joins paths to a base URL and sends the same headers with every call. */
export function createFixedConnection(options: FixedConnectionOptions): WireConnection {
  const { headers, codec, health, secrets = [] } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  return { codec, health, secrets, prepare: ({ path }) => ({ url: baseUrl + path, headers }) };
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

import {
  LatticeError,
  toLatticeError,
  type Clock,
  type HttpResponse,
  type JsonObject,
  type ProviderState,
  type ProviderStatus,
} from '@lattice-lock/contract';
import { mapHttpError } from '../errors/http-error.ts';
import type { WireCall, WireConnection, WireProviderSpec } from '../wire/wire-spec.ts';

interface HealthProbeOptions {
  readonly spec: WireProviderSpec;
  readonly provider: string;
  readonly clock: Clock;
  connect(): Promise<WireConnection>;
  send(connection: WireConnection, call: WireCall): Promise<HttpResponse>;
}

const maxListBytes = 16 * 1024 * 1024;

/** Asks a vendor whether it is there and takes the credential. Never throws: every failure is a status with a remedy. */
export async function probeHealth(options: HealthProbeOptions): Promise<ProviderStatus> {
  const { provider, clock, spec } = options;
  const begun = clock.monotonic();
  const status = (found: Pick<ProviderStatus, 'state' | 'models' | 'errorCode' | 'message' | 'remedy'>) => ({
    provider,
    checkedAt: new Date(clock.now()).toISOString(),
    latencyMs: Math.max(0, Math.round(clock.monotonic() - begun)),
    ...found,
  });
  try {
    const models = await askForModels(options);
    const listed = models === null ? '' : ` and lists ${models.length} ${models.length === 1 ? 'model' : 'models'}`;
    const message = `${spec.displayName} answers${listed}.`;
    return status({ state: 'available', models, errorCode: null, message, remedy: null });
  } catch (thrown) {
    const error = toLatticeError(thrown, { provider });
    const state = stateOf(error);
    const remedy = remedyOf(state, error, spec);
    return status({ state, models: null, errorCode: error.code, message: error.message, remedy });
  }
}

/** The status for a caller who cancelled its check: nothing was learnt, and nothing is remembered. */
export function abandonedStatus(provider: string, clock: Clock): ProviderStatus {
  return {
    provider,
    state: 'unreachable',
    checkedAt: new Date(clock.now()).toISOString(),
    latencyMs: 0,
    models: null,
    errorCode: 'LATTICE_ABORTED',
    message: 'The check was cancelled by its caller.',
    remedy: 'Check again.',
  };
}

async function askForModels(options: HealthProbeOptions): Promise<readonly string[] | null> {
  const connection = await options.connect();
  const { path, method = 'GET', readModels, isGoodFailure, list } = connection.health;
  const body = connection.health.body === undefined ? undefined : JSON.stringify(connection.health.body);
  let models: readonly string[] | null;
  try {
    models = readModels(await ask(options, connection, { method, path, body }));
  } catch (thrown) {
    if (!LatticeError.isInstance(thrown) || isGoodFailure?.(thrown) !== true) throw thrown;
    return null;
  }
  if (models !== null || list === undefined) return models;
  try {
    return list.readModels(await ask(options, connection, { method: 'GET', path: list.path, body: undefined }));
  } catch {
    return null;
  }
}

async function ask(
  { provider, clock, send }: HealthProbeOptions,
  connection: WireConnection,
  call: Pick<WireCall, 'method' | 'path' | 'body'>,
): Promise<JsonObject> {
  const response = await send(connection, { ...call, stream: false, requestId: undefined });
  const text = await response.text(maxListBytes);
  const { status, headers } = response;
  if (status >= 200 && status <= 299) return parseList(provider, text);
  throw mapHttpError({
    provider,
    status,
    headers,
    body: text,
    nowMs: clock.now(),
    secrets: connection.secrets,
  });
}

function parseList(provider: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    // A vendor or two send the bare list.
    if (Array.isArray(value)) return { data: value };
    if (typeof value === 'object' && value !== null) return value as JsonObject;
  } catch {
    // Said below, in words that help.
  }
  const what = /^\s*</.test(text) ? 'an HTML page' : 'something that is not a JSON object';
  throw new LatticeError(
    'LATTICE_MALFORMED_RESPONSE',
    `${provider} answered 200 with ${what} where its models should be.`,
  );
}

function stateOf({ code }: LatticeError): ProviderState {
  if (code === 'LATTICE_AUTHENTICATION' || code === 'LATTICE_PERMISSION') return 'unauthorized';
  const unreachable = ['LATTICE_DNS', 'LATTICE_CONNECTION_REFUSED', 'LATTICE_CONNECTION_RESET', 'LATTICE_TIMEOUT'];
  return unreachable.includes(code) ? 'unreachable' : 'failing';
}

function remedyOf(state: ProviderState, error: LatticeError, spec: WireProviderSpec): string {
  const key = spec.apiKeyEnv[0];
  const url = spec.baseUrlEnv[0];
  const baseUrl = url === undefined ? 'the base URL' : `the base URL (${url})`;
  if (state === 'unauthorized') {
    const name = key ?? 'the credential';
    return error.code === 'LATTICE_PERMISSION'
      ? `Give the key in ${name} the rights it lacks, or use another key.`
      : `Set ${name} to a key that ${spec.displayName} accepts.`;
  }
  if (state === 'unreachable') return `Check the network and ${baseUrl}; is the server running there?`;
  if (error.code === 'LATTICE_MALFORMED_RESPONSE' || error.code === 'LATTICE_NOT_FOUND') {
    return `Check that ${baseUrl} is that of ${spec.displayName}.`;
  }
  if (error.code === 'LATTICE_QUOTA')
    return `Raise the spending limit or pay the bill of the account at ${spec.displayName}.`;
  return error.retryable ? 'Try again later.' : `Check the configuration of ${spec.displayName}.`;
}

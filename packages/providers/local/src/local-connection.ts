import {
  LatticeError,
  systemClock,
  type HttpTransport,
  type JsonObject,
  type ProviderOptions,
} from '@lattice-lock/contract';
import { createFixedConnection, mapHttpError, readModelList, type WireConnection } from '@lattice-lock/provider-kit';
import { openAIEmbeddingCodec } from '@lattice-lock/provider-openai-compatible';
import { apiOfPath, baseUrlOf, parseLocalAddress, type LocalApi } from './local-address.ts';
import { localChatCodec } from './local-chat-codec.ts';
import { describeLocalServer, kindOfModelList, type LocalServer } from './local-server.ts';
import { ollamaCodec } from './ollama/ollama-codec.ts';
import { ollamaEmbeddingCodec } from './ollama/ollama-embedding-codec.ts';

/** Options of this provider beside the common ones. */
export interface LocalOptions extends ProviderOptions {
  /**
   * The wire to speak: Ollama's own, or OpenAI's (vLLM, llama.cpp, LM Studio, Ollama's `/v1`). Default `auto`: a base
   * URL that ends in `/v1` is OpenAI's, else the server is asked once whether it is Ollama.
   */
  readonly api?: 'auto' | LocalApi;
}

/** Where Ollama listens when nothing else is said. */
export const defaultLocalBaseUrl = 'http://127.0.0.1:11434';

/** How long a server may take to say what it is, ms. */
const probeTimeoutMs = 5000;

/** Finds out which wire the server speaks, and connects. `found` is told who the server is. */
export async function connectLocal(
  options: LocalOptions,
  transport: HttpTransport,
  found?: (server: LocalServer) => void,
): Promise<WireConnection> {
  const { apiKey } = options;
  const address = parseLocalAddress(options.baseUrl ?? defaultLocalBaseUrl);
  const api =
    options.api === undefined || options.api === 'auto'
      ? (apiOfPath(address) ?? (await askForApi(address, options, transport)))
      : options.api;
  const baseUrl = baseUrlOf(address, api);
  const headers = authorization(apiKey);
  const common = {
    provider: options.id ?? 'local',
    baseUrl,
    headers,
    secrets: apiKey === undefined ? [] : [apiKey],
  };
  const server = describeLocalServer(api, baseUrl, { ...headers, ...options.headers });
  found?.(server);
  if (api === 'ollama') {
    const health = { path: '/api/tags', readModels: readTags };
    return createFixedConnection({ ...common, codec: ollamaCodec, embeddings: ollamaEmbeddingCodec, health });
  }
  const readModels = (body: JsonObject) => {
    const models = readModelList(body);
    server.kind = kindOfModelList(body);
    return models;
  };
  return createFixedConnection({
    ...common,
    codec: localChatCodec,
    embeddings: openAIEmbeddingCodec,
    health: { path: '/models', readModels },
  });
}

/** Answers of a server that may well be Ollama, but does not say so now: a verdict would be a guess. */
const undecided = new Set([401, 403, 408, 429]);

/**
 * Only Ollama answers `GET /api/version` with a version.
 *
 * @throws LatticeError when no server is there, or it refuses or fails; then nothing is decided
 */
async function askForApi(address: URL, options: LocalOptions, transport: HttpTransport): Promise<LocalApi> {
  const { id: provider = 'local', apiKey } = options;
  const response = await transport.request({
    method: 'GET',
    url: `${baseUrlOf(address, 'ollama')}/api/version`,
    headers: { accept: 'application/json', ...authorization(apiKey), ...options.headers },
    firstByteTimeoutMs: probeTimeoutMs,
    idleTimeoutMs: probeTimeoutMs,
  });
  const { status, headers } = response;
  const body = await response.text(maxVersionBytes);
  if (status >= 500 || undecided.has(status)) {
    const nowMs = (options.clock ?? systemClock).now();
    throw mapHttpError({ provider, status, headers, body, nowMs, secrets: apiKey === undefined ? [] : [apiKey] });
  }
  return status === 200 && saysVersion(body) ? 'ollama' : 'openai';
}

const maxVersionBytes = 64 * 1024;

function saysVersion(text: string): boolean {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && typeof (body as JsonObject)['version'] === 'string';
  } catch {
    return false;
  }
}

function authorization(apiKey: string | undefined): Readonly<Record<string, string>> {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}

function readTags({ models }: JsonObject): readonly string[] {
  if (!Array.isArray(models)) {
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', 'The answer to GET /api/tags has no `models`; is it Ollama?');
  }
  return (models as readonly JsonObject[]).map(({ name }) => name).filter((name) => typeof name === 'string');
}

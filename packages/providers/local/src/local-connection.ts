import {
  LatticeError,
  type HttpResponse,
  type HttpTransport,
  type JsonObject,
  type ProviderOptions,
} from '@lattice-lock/contract';
import { createFixedConnection, readModelList, type WireConnection } from '@lattice-lock/provider-kit';
import { createChatCodec } from '@lattice-lock/provider-openai-compatible';
import { apiOfPath, baseUrlOf, parseLocalAddress, type LocalApi } from './local-address.ts';
import { ollamaCodec } from './ollama/ollama-codec.ts';

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

/** Finds out which wire the server speaks, and connects. */
export async function connectLocal(options: LocalOptions, transport: HttpTransport): Promise<WireConnection> {
  const { apiKey } = options;
  const address = parseLocalAddress(options.baseUrl ?? defaultLocalBaseUrl);
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const api =
    options.api === undefined || options.api === 'auto'
      ? (apiOfPath(address) ?? (await askForApi(address, headers, transport)))
      : options.api;
  const common = { baseUrl: baseUrlOf(address, api), headers, secrets: apiKey === undefined ? [] : [apiKey] };
  return api === 'ollama'
    ? createFixedConnection({ ...common, codec: ollamaCodec, health: { path: '/api/tags', readModels: readTags } })
    : createFixedConnection({
        ...common,
        codec: createChatCodec({ maxTokensField: 'max_tokens', streamUsage: true }),
        health: { path: '/models', readModels: readModelList },
      });
}

/** Only Ollama answers `GET /api/version` with a version; a server that is not there is an error, not an answer. */
async function askForApi(
  address: URL,
  headers: Readonly<Record<string, string>>,
  transport: HttpTransport,
): Promise<LocalApi> {
  const response = await transport.request({
    method: 'GET',
    url: `${baseUrlOf(address, 'ollama')}/api/version`,
    headers: { accept: 'application/json', ...headers },
    firstByteTimeoutMs: probeTimeoutMs,
    idleTimeoutMs: probeTimeoutMs,
  });
  return (await saysVersion(response)) ? 'ollama' : 'openai';
}

const maxVersionBytes = 64 * 1024;

async function saysVersion(response: HttpResponse): Promise<boolean> {
  const text = await response.text(maxVersionBytes);
  if (response.status !== 200) return false;
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && typeof (body as JsonObject)['version'] === 'string';
  } catch {
    return false;
  }
}

function readTags({ models }: JsonObject): readonly string[] {
  if (!Array.isArray(models)) {
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', 'The answer to GET /api/tags has no `models`; is it Ollama?');
  }
  return (models as readonly JsonObject[]).map(({ name }) => name).filter((name) => typeof name === 'string');
}

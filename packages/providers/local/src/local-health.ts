import type { HttpTransport, JsonObject, ProviderStatus } from '@lattice-lock/contract';
import type { LocalServer } from './local-server.ts';

/** How long a server may take to say how it is, ms. */
const timeoutMs = 5000;

const maxBytes = 4 * 1024 * 1024;

/** What one question was answered with; `null` when no answer came. */
interface Reply {
  readonly status: number;
  readonly body: JsonObject;
}

type Ask = (path: string) => Promise<Reply | null>;

/**
 * Adds to a status what only this make of server says: whether it is loading its model (llama.cpp), whether its engine
 * runs (vLLM), whether the key is right where the list of models is open (llama.cpp), which models are in memory
 * (Ollama, LM Studio). A question that gets no answer leaves the status as it was.
 */
export async function examineLocalServer(
  status: ProviderStatus,
  server: LocalServer,
  transport: HttpTransport,
  signal: AbortSignal,
): Promise<ProviderStatus> {
  if (status.state !== 'available') return isLoading(status.message) ? loading(status) : status;
  const ask: Ask = (path) => askFor(server, path, transport, signal);
  switch (server.kind) {
    case 'ollama':
      return examineOllama(status, ask);
    case 'lm-studio':
      return withLoaded(
        status,
        'LM Studio',
        loadedModels(await ask('/api/v0/models'), ({ state }) => state === 'loaded'),
      );
    case 'llama.cpp':
      return examineLlamaCpp(status, ask);
    case 'vllm':
      return examineVllm(status, ask);
    case 'other':
      return status;
  }
}

async function askFor(
  { root, headers }: LocalServer,
  path: string,
  transport: HttpTransport,
  signal: AbortSignal,
): Promise<Reply | null> {
  try {
    const response = await transport.request({
      method: 'GET',
      url: root + path,
      headers: { accept: 'application/json', ...headers },
      firstByteTimeoutMs: timeoutMs,
      idleTimeoutMs: timeoutMs,
      signal,
    });
    return { status: response.status, body: objectOf(await response.text(maxBytes)) };
  } catch {
    return null;
  }
}

async function examineOllama(status: ProviderStatus, ask: Ask): Promise<ProviderStatus> {
  const [about, loaded] = await Promise.all([ask('/api/version'), ask('/api/ps')]);
  const version = about?.body['version'];
  const name = typeof version === 'string' ? `Ollama ${version}` : 'Ollama';
  return withLoaded(
    status,
    name,
    loadedModels(loaded, () => true),
  );
}

async function examineLlamaCpp(status: ProviderStatus, ask: Ask): Promise<ProviderStatus> {
  const health = await ask('/health');
  if (health?.status === 503) return loading(status);
  const props = await ask('/props');
  if (props?.status !== 401 && props?.status !== 403) return status;
  return {
    ...status,
    state: 'unauthorized',
    models: null,
    errorCode: 'LATTICE_AUTHENTICATION',
    message: `llama.cpp lists its models to everyone, but refuses this key for calls (GET /props answered ${props.status}).`,
    remedy: 'Set LOCAL_API_KEY to the key the server was started with (--api-key).',
  };
}

async function examineVllm(status: ProviderStatus, ask: Ask): Promise<ProviderStatus> {
  const health = await ask('/health');
  if (health === null || health.status < 500) return status;
  return {
    ...status,
    state: 'failing',
    errorCode: 'LATTICE_OVERLOADED',
    message: `vLLM lists its models, but its engine is not well (GET /health answered ${health.status}).`,
    remedy: 'Look into the log of the vLLM server and start it again.',
  };
}

function isLoading(message: string): boolean {
  return /loading model/i.test(message);
}

function loading(status: ProviderStatus): ProviderStatus {
  return {
    ...status,
    state: 'failing',
    errorCode: 'LATTICE_OVERLOADED',
    message: 'The server is loading its model.',
    remedy: 'Wait until the model is loaded (GET /health answers 200), then try again.',
  };
}

/** The names of the models in memory; `null` where the server did not say. */
function loadedModels(reply: Reply | null, isLoaded: (model: JsonObject) => boolean): readonly string[] | null {
  const list = reply?.status === 200 ? (reply.body['models'] ?? reply.body['data']) : undefined;
  if (!Array.isArray(list)) return null;
  return (list as readonly JsonObject[])
    .filter((model) => typeof model === 'object' && isLoaded(model))
    .map(({ name, id }) => name ?? id)
    .filter((name) => typeof name === 'string');
}

function withLoaded(status: ProviderStatus, name: string, loaded: readonly string[] | null): ProviderStatus {
  const count = status.models?.length ?? 0;
  if (count === 0) return { ...status, message: `${name} answers, but has no models yet.` };
  if (loaded === null) return status;
  const memory = loaded.length === 0 ? 'none in memory' : `in memory: ${loaded.join(', ')}`;
  return { ...status, message: `${name} answers and has ${count} ${count === 1 ? 'model' : 'models'}, ${memory}.` };
}

function objectOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
  } catch {
    return {};
  }
}

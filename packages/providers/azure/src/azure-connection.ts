import { LatticeError, systemClock } from '@lattice-lock/contract';
import { readModelList, type WireConnection, type WireTarget } from '@lattice-lock/provider-kit';
import { readAzureAddress, type AzureAddress } from './azure-address.ts';
import { createAzureCodecs } from './azure-codecs.ts';
import { ambientVariables, type AzureOptions } from './azure-options.ts';
import {
  createCredentialTokens,
  createProvidedTokens,
  loadDefaultCredential,
  type EntraCredential,
  type EntraTokens,
} from './entra-token.ts';

/** The version of the list of models, which is the same for all routes. */
const listVersion = '2024-10-21';

/** What a route is spoken to with when no version is given. `v1` needs none, but the SDK wants one. */
const versionOfRoute = { v1: 'v1', deployments: '2024-10-21', models: '2024-05-01-preview' } as const;

/** Foundry refuses fields of a model's own, `stream_options` included, unless it is told to hand them on. */
const headersOfRoute = { v1: {}, deployments: {}, models: { 'extra-parameters': 'pass-through' } } as const;

/** Model names may come from anywhere: beyond so many the targets are asked for anew. */
const keptTargets = 500;

const healthPath = '/models';

/**
 * The connection that `AzureOpenAI` of the `openai` package knows: its `buildRequest` gives URL, credentials and headers;
 * its own transport, retries and parsers stay unused. What it said of a path stays true as long as the credential does.
 *
 * @throws LatticeError `LATTICE_CONFIG` when there is no address, or no credential, or two.
 */
export async function connectAzure(options: AzureOptions): Promise<WireConnection> {
  const { id: provider = 'azure' } = options;
  // A second account has settings of its own; the vendor's variables belong to the first.
  const env = provider === 'azure' ? (options.env ?? process.env) : {};
  const baseUrl = options.baseUrl ?? env['AZURE_OPENAI_ENDPOINT'];
  if (baseUrl === undefined) {
    const message = `${provider} needs the address of its resource, e.g. https://my-resource.openai.azure.com; set AZURE_OPENAI_ENDPOINT or baseUrl.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider });
  }
  const apiVersion = options.apiVersion ?? env['OPENAI_API_VERSION'];
  const address = readAzureAddress(provider, baseUrl, { route: options.route, apiVersion });
  const tokens = tokensOf(provider, options, env);
  const apiKey = tokens === null ? keyOf(provider, options.apiKey ?? env['AZURE_OPENAI_API_KEY']) : null;
  const { AzureOpenAI } = await import('openai');
  const client = new AzureOpenAI({
    baseURL: sdkBaseUrl(address),
    apiVersion: address.apiVersion ?? versionOfRoute[address.route],
    // An empty key keeps the SDK from taking one of the environment beside the token.
    apiKey: apiKey ?? '',
    ...(tokens === null ? {} : { azureADTokenProvider: async () => tokens.last ?? tokens.get() }),
    organization: null,
    project: null,
    maxRetries: 0,
  });
  const targets = new Map<string, SignedTarget>();
  const ask = async (method: 'GET' | 'POST', path: string): Promise<SignedTarget> => {
    const { url, req } = await client.buildRequest({ method: method === 'GET' ? 'get' : 'post', path });
    const headers = { ...Object.fromEntries(req.headers), ...headersOfRoute[address.route] };
    const target = {
      url: urlOf(address, path, url),
      headers,
      authorization: req.headers.get('authorization') ?? undefined,
    };
    if (targets.size >= keptTargets) targets.clear();
    targets.set(path, target);
    return target;
  };
  const codecs = createAzureCodecs(options, address);
  return {
    codec: codecs.chat,
    embeddings: codecs.embeddings,
    health: {
      path: healthPath,
      // The list names the models that could be deployed; what is deployed nobody tells by key.
      readModels: (body) => (readModelList(body), null),
    },
    get secrets() {
      const secret = apiKey ?? tokens?.last ?? null;
      return secret === null ? [] : [secret];
    },
    prepare: async ({ method, path, requestId }) => {
      const authorization = tokens === null ? undefined : `Bearer ${await tokens.get()}`;
      const known = targets.get(path);
      const isGood = known !== undefined && known.authorization === authorization;
      const target = isGood ? known : await ask(method, path);
      if (requestId === undefined) return target;
      return { url: target.url, headers: { ...target.headers, 'x-ms-client-request-id': requestId } };
    },
  };
}

/** A target is good as long as the token it was signed with is. */
interface SignedTarget extends WireTarget {
  readonly authorization: string | undefined;
}

function sdkBaseUrl({ root, route }: AzureAddress): string {
  if (route === 'models') return `${root}/models`;
  return route === 'v1' ? `${root}/openai/v1` : `${root}/openai`;
}

function urlOf({ root, route, apiVersion }: AzureAddress, path: string, built: string): string {
  if (path === healthPath) return `${root}/openai/models?api-version=${listVersion}`;
  if (route !== 'v1' || apiVersion !== null) return built;
  const url = new URL(built);
  url.searchParams.delete('api-version');
  return url.href;
}

const defaultScope = 'https://cognitiveservices.azure.com/.default';

function tokensOf(provider: string, options: AzureOptions, env: NonNullable<AzureOptions['env']>): EntraTokens | null {
  const { apiKey, azureADTokenProvider, credential, scope = defaultScope, clock = systemClock } = options;
  const given = [azureADTokenProvider, typeof credential === 'object' ? credential : undefined, apiKey];
  if (given.filter((one) => one !== undefined).length > 1) {
    const message = `${provider} is given more than one of apiKey, azureADTokenProvider and credential; keep one.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider });
  }
  if (azureADTokenProvider !== undefined) return createProvidedTokens(provider, azureADTokenProvider);
  if (typeof credential === 'object') return createCredentialTokens(provider, scope, clock, () => credential);
  const isAsked = credential === 'default' || ambientVariables.some((name) => env[name] !== undefined);
  if (!isAsked || (apiKey ?? env['AZURE_OPENAI_API_KEY']) !== undefined) return null;
  let loaded: EntraCredential | undefined;
  const load = async () => (loaded ??= await loadDefaultCredential(provider));
  return createCredentialTokens(provider, scope, clock, load);
}

function keyOf(provider: string, apiKey: string | undefined): string {
  if (apiKey !== undefined && apiKey !== '') return apiKey;
  const message = `${provider} has no credential; set AZURE_OPENAI_API_KEY or apiKey, or the option credential: "default" to sign in with Microsoft Entra.`;
  throw new LatticeError('LATTICE_CONFIG', message, { provider });
}

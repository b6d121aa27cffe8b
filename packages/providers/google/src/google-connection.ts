import { LatticeError, type JsonObject } from '@lattice-lock/contract';
import { checkBaseUrl, type WireConnection } from '@lattice-lock/provider-kit';
import { withVersion } from './api-version.ts';
import { createGeminiEmbeddingCodec } from './embeddings/gemini-embedding-codec.ts';
import { createGeminiCodec } from './gemini/gemini-codec.ts';
import type { GoogleOptions } from './google-options.ts';
import { headerCredential } from './header-credential.ts';
import { connectVertex } from './vertex-connection.ts';

/** Where the Gemini API is; its version is added unless a base URL ends in one. */
export const defaultGoogleBaseUrl = 'https://generativelanguage.googleapis.com';

/** Variables of the environment that hold a key of the Gemini API, the first that is set wins. */
export const apiKeyVariables = ['GEMINI_API_KEY', 'GOOGLE_API_KEY'] as const;

/**
 * Connects to the Gemini API, or to Vertex AI when the options or the environment say so.
 *
 * @throws LatticeError `LATTICE_CONFIG` when the credential, the base URL, the project or the location is missing or none
 */
export function connectGoogle(options: GoogleOptions): WireConnection | Promise<WireConnection> {
  const baseUrl = ownBaseUrl(options);
  if (isVertex(options, baseUrl)) return connectVertex(options, baseUrl);
  const provider = options.id ?? 'google';
  const apiKey = apiKeyOf(options, provider);
  const root = withVersion(checkBaseUrl(provider, baseUrl ?? defaultGoogleBaseUrl), 'v1beta');
  const headers = { 'x-goog-api-key': apiKey };
  const service = { type: 'gemini' } as const;
  return {
    codec: createGeminiCodec(service),
    embeddings: createGeminiEmbeddingCodec(service),
    health: { path: '/models?pageSize=1000', readModels: readGeminiModels },
    secrets: [apiKey],
    prepare: ({ path }) => ({ url: root + path, headers }),
  };
}

/**
 * Reads the list of models: `{models: [{name: "models/.."}]}`.
 *
 * @throws LatticeError `LATTICE_MALFORMED_RESPONSE` when it is not one
 */
function readGeminiModels({ models }: JsonObject): readonly string[] {
  if (!Array.isArray(models)) {
    throw new LatticeError('LATTICE_MALFORMED_RESPONSE', 'The list of models has no "models"; is the base URL right?');
  }
  return (models as readonly JsonObject[]).flatMap(({ name }) =>
    typeof name === 'string' ? [name.replace(/^models\//, '')] : [],
  );
}

/** The base URL that was really chosen: a registry hands the default over as if it had been. */
function ownBaseUrl({ baseUrl }: GoogleOptions): string | undefined {
  return baseUrl === undefined || baseUrl.replace(/\/+$/, '') === defaultGoogleBaseUrl ? undefined : baseUrl;
}

/** The variable speaks of Google's own hosts: a proxy or a simulator at a chosen address never gets a cloud token by it. */
function isVertex(options: GoogleOptions, baseUrl: string | undefined): boolean {
  if (options.vertex !== undefined) return options.vertex !== false;
  if (options.accessToken !== undefined) return true;
  if (!isFirstAccount(options)) return false;
  const { env = process.env } = options;
  const wanted = env['GOOGLE_GENAI_USE_ENTERPRISE'] ?? env['GOOGLE_GENAI_USE_VERTEXAI'];
  return baseUrl === undefined && /^(?:true|1)$/i.test(wanted?.trim() ?? '');
}

/** A second account has settings of its own; the variables belong to the first. */
function isFirstAccount({ id }: GoogleOptions): boolean {
  return id === undefined || id === 'google';
}

function apiKeyOf(options: GoogleOptions, provider: string): string {
  const names = isFirstAccount(options) ? apiKeyVariables : [];
  const { env = process.env } = options;
  const key = [options.apiKey, ...names.map((name) => env[name])].map((text) => text?.trim()).find(Boolean);
  if (key === undefined) {
    const message = `${provider} has no API key; set GEMINI_API_KEY or apiKey, or choose Vertex AI by the option vertex.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider });
  }
  return headerCredential(key, `API key of ${provider}`);
}

import { LatticeError } from '@lattice-lock/contract';
import { checkBaseUrl, type WireConnection, type WireHealthProbe } from '@lattice-lock/provider-kit';
import { withVersion } from './api-version.ts';
import { createGeminiEmbeddingCodec } from './embeddings/gemini-embedding-codec.ts';
import { createGeminiCodec } from './gemini/gemini-codec.ts';
import type { GoogleOptions, VertexOptions } from './google-options.ts';
import { headerCredential } from './header-credential.ts';
import { createTokenCredentials, loadDefaultCredentials } from './vertex-credentials.ts';

/** Locations that stand for several regions and have hosts of their own (`@google/genai` 3.1). */
const multiRegions = new Set(['us', 'eu']);

/**
 * Connects to Vertex AI: every call carries a fresh token.
 *
 * @throws LatticeError `LATTICE_CONFIG` when no project is known, the location is none, or the peer that finds the
 * credentials is not installed
 */
export async function connectVertex(options: GoogleOptions, baseUrl: string | undefined): Promise<WireConnection> {
  const { id: provider = 'google', accessToken, env = process.env } = options;
  const given: VertexOptions = typeof options.vertex === 'object' ? options.vertex : {};
  const location = locationOf(given, provider, env);
  const known = (given.project ?? env['GOOGLE_CLOUD_PROJECT'])?.trim() || undefined;
  const credentials =
    accessToken === undefined
      ? await loadDefaultCredentials(provider, known)
      : createTokenCredentials(accessToken, provider);
  const project = known ?? (await credentials.projectId());
  if (project === null) {
    const message = `${provider} has no Google Cloud project; set GOOGLE_CLOUD_PROJECT or the option vertex.project.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider });
  }
  const root = withVersion(baseUrl === undefined ? vertexHost(location) : checkBaseUrl(provider, baseUrl), 'v1');
  const parent = `projects/${encodeURIComponent(project)}/locations/${location}`;
  const service = { type: 'vertex', parent } as const;
  let secrets: readonly string[] = [];
  return {
    codec: createGeminiCodec(service),
    embeddings: createGeminiEmbeddingCodec(service),
    health: healthProbe(parent),
    get secrets() {
      return secrets;
    },
    async prepare({ path }) {
      const headers = await credentials.headers();
      const token = headerCredential(
        headers['authorization']?.replace(/^Bearer\s+/i, '') ?? '',
        `token of ${provider}`,
      );
      // A call under way may still be refused with the token before.
      if (secrets[0] !== token) secrets = [token, ...secrets.slice(0, 1)];
      return { url: root + path, headers };
    },
  };
}

/** The host that serves a location. */
function vertexHost(location: string): string {
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (multiRegions.has(location)) return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/**
 * Counting tokens costs none. It is answered only when the token is good, the project exists with the API switched on,
 * the account may use models there and the location is right: what a call needs. A model that is not served there shows
 * that much too, as a 404 that names the publisher model.
 */
function healthProbe(parent: string): WireHealthProbe {
  return {
    method: 'POST',
    path: `/${parent}/publishers/google/models/gemini-2.5-flash:countTokens`,
    body: { contents: [{ role: 'user', parts: [{ text: 'ping' }] }] },
    isGoodFailure: ({ code, message }) => code === 'LATTICE_NOT_FOUND' && /publisher model/i.test(message),
    readModels: (body) => {
      if ('totalTokens' in body) return null;
      throw new LatticeError(
        'LATTICE_MALFORMED_RESPONSE',
        'The count of tokens has no "totalTokens"; is the base URL right?',
      );
    },
  };
}

function locationOf({ location }: VertexOptions, provider: string, env: NonNullable<GoogleOptions['env']>): string {
  const name = (location ?? env['GOOGLE_CLOUD_LOCATION'])?.trim() || 'global';
  // It becomes part of a host name.
  if (/^[a-z][a-z0-9-]*$/.test(name)) return name;
  const message = `"${name}" is no location of Google Cloud; give one such as europe-west4 or global.`;
  throw new LatticeError('LATTICE_CONFIG', message, { provider });
}

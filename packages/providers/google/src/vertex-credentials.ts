import { LatticeError, ProviderUnavailableError } from '@lattice-lock/contract';

/** Headers that prove who calls Vertex AI, fresh for each call. */
export interface VertexCredentials {
  headers(): Promise<Readonly<Record<string, string>>>;
  /** The project that the credential belongs to; `null` where it does not say. */
  projectId(): Promise<string | null>;
}

/** What Vertex AI demands (cloud.google.com/docs/authentication). */
const scope = 'https://www.googleapis.com/auth/cloud-platform';

/** Takes the caller's own tokens. */
export function createTokenCredentials(accessToken: () => Promise<string>, provider: string): VertexCredentials {
  return {
    projectId: () => Promise.resolve(null),
    headers: async () => {
      try {
        return { authorization: `Bearer ${(await accessToken()).trim()}` };
      } catch (cause) {
        if (LatticeError.isInstance(cause)) throw cause;
        const message = `The option accessToken of ${provider} gave no token.`;
        throw new ProviderUnavailableError(message, { provider, cause });
      }
    },
  };
}

/**
 * Loads `google-auth-library` and finds the Application Default Credentials: the file that
 * `GOOGLE_APPLICATION_CREDENTIALS` names, the login of `gcloud`, or the machine's own account. It keeps a token until
 * shortly before it expires. Its own requests do not go through the transport.
 *
 * @throws LatticeError `LATTICE_CONFIG` when the package is not installed
 */
export async function loadDefaultCredentials(
  provider: string,
  project: string | undefined,
): Promise<VertexCredentials> {
  const { GoogleAuth } = await loadAuthLibrary(provider);
  // Told the project, the library need not ask the network for it.
  const auth = new GoogleAuth({ scopes: [scope], ...(project === undefined ? {} : { projectId: project }) });
  return {
    headers: async () => {
      try {
        return Object.fromEntries(await auth.getRequestHeaders());
      } catch (cause) {
        throw new ProviderUnavailableError(
          `${provider} has no usable Google Cloud credential. Run "gcloud auth application-default login", set GOOGLE_APPLICATION_CREDENTIALS, or give the option accessToken.`,
          { provider, cause },
        );
      }
    },
    projectId: () => auth.getProjectId().catch(() => null),
  };
}

async function loadAuthLibrary(provider: string) {
  try {
    return await import('google-auth-library');
  } catch (cause) {
    const message = `Vertex AI needs google-auth-library to find the credentials of ${provider}. Run "npm install google-auth-library", or give the option accessToken.`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider, cause });
  }
}

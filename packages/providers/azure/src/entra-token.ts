import { LatticeError, type Clock } from '@lattice-lock/contract';

/** A credential as `@azure/identity` makes them. */
export interface EntraCredential {
  getToken(scopes: string | string[]): Promise<EntraAccessToken | null>;
}

/** A token and how long it is good. */
export interface EntraAccessToken {
  readonly token: string;
  /** ms since 1970. */
  readonly expiresOnTimestamp: number;
  /** From when on a newer one is wanted, ms since 1970. */
  readonly refreshAfterTimestamp?: number;
}

/** Where access tokens come from: asked for each request, and answering at once while the token is fresh. */
export interface EntraTokens {
  /** The token that was handed out last, to be masked; `null` before the first. */
  readonly last: string | null;
  /** @throws LatticeError `LATTICE_AUTHENTICATION` when there is none to be had. */
  get(): string | Promise<string>;
}

/** A token is renewed so long before it expires, because a request that waits in a queue carries it along. */
const renewalMs = 5 * 60_000;

/** Keeps the token of a credential until it is about to expire; callers at once share one renewal. */
export function createCredentialTokens(
  provider: string,
  scope: string,
  clock: Clock,
  credential: () => EntraCredential | Promise<EntraCredential>,
): EntraTokens {
  let held: EntraAccessToken | null = null;
  let renewal: Promise<string> | undefined;
  const renew = async (): Promise<string> => {
    try {
      const fresh = await (await credential()).getToken(scope);
      if (fresh === null) throw noToken(provider, 'the credential gave none');
      held = fresh;
      return fresh.token;
    } catch (thrown) {
      // One that is still good serves better than none.
      if (held !== null && clock.now() < held.expiresOnTimestamp) return held.token;
      throw LatticeError.isInstance(thrown) ? thrown : noToken(provider, wordsOf(thrown), thrown);
    } finally {
      renewal = undefined;
    }
  };
  return {
    get last() {
      return held?.token ?? null;
    },
    get() {
      const now = clock.now();
      if (
        held !== null &&
        now < held.expiresOnTimestamp - renewalMs &&
        now < (held.refreshAfterTimestamp ?? Infinity)
      ) {
        return held.token;
      }
      return (renewal ??= renew());
    },
  };
}

/** Takes each token from a function that keeps and renews it itself, e.g. `getBearerTokenProvider`'s. */
export function createProvidedTokens(provider: string, tokenProvider: () => Promise<string>): EntraTokens {
  let last: string | null = null;
  return {
    get last() {
      return last;
    },
    async get() {
      try {
        last = await tokenProvider();
      } catch (thrown) {
        throw noToken(provider, wordsOf(thrown), thrown);
      }
      if (typeof last !== 'string' || last === '') throw noToken(provider, 'azureADTokenProvider gave none');
      return last;
    },
  };
}

/**
 * Loads Azure's default chain: environment, workload and managed identity, then developer tools.
 *
 * @throws LatticeError `LATTICE_CONFIG` when the optional package is not installed.
 */
export async function loadDefaultCredential(provider: string): Promise<EntraCredential> {
  try {
    const { DefaultAzureCredential } = await import('@azure/identity');
    return new DefaultAzureCredential();
  } catch (cause) {
    const { code } = cause as { readonly code?: unknown };
    if (code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    const message = `${provider} signs in with Microsoft Entra, which needs a package that is not installed: npm install @azure/identity`;
    throw new LatticeError('LATTICE_CONFIG', message, { provider, cause });
  }
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function noToken(provider: string, why: string, cause?: unknown): LatticeError {
  const message = `${provider} got no Microsoft Entra token: ${why}`;
  return new LatticeError('LATTICE_AUTHENTICATION', message, { provider, ...(cause === undefined ? {} : { cause }) });
}

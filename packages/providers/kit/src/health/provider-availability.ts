import { toLatticeError, type ChatProvider, type HealthSource, type ProviderStatus } from '@lattice-lock/contract';

/** Asks providers how they are, and remembers the answers. */
export class ProviderAvailability implements HealthSource {
  readonly #clientOf: (id: string) => ChatProvider;
  readonly #ids: () => readonly string[];
  readonly #last = new Map<string, ProviderStatus>();
  /** Whom a check has reached since the last reset: the others may have a status from before in their own cache. */
  #askedSinceReset: Set<string> | null = null;

  /** `clientOf` may throw: that provider is then failing. `ids` are those that {@link checkAll} asks; default none. */
  constructor(clientOf: (id: string) => ChatProvider, ids: () => readonly string[] = () => []) {
    this.#clientOf = clientOf;
    this.#ids = ids;
  }

  /** The provider's status, at most as old as its own cache keeps it; `fresh` asks the vendor. Never throws. */
  async check(
    id: string,
    options: { readonly fresh?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<ProviderStatus> {
    const asked = this.#askedSinceReset;
    const isAnew = asked?.has(id) === false;
    const status = await this.#ask(id, isAnew ? { ...options, fresh: true } : options);
    if (status.errorCode !== 'LATTICE_ABORTED') asked?.add(id);
    this.#last.set(id, status);
    return status;
  }

  /** Every provider's status, asked at once. Never throws. */
  async checkAll(
    options: { readonly fresh?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<readonly ProviderStatus[]> {
    return Promise.all(this.#ids().map((id) => this.check(id, options)));
  }

  last(id: string): ProviderStatus | undefined {
    return this.#last.get(id);
  }

  /** Forgets every status; the next check of each provider asks its vendor. */
  reset(): void {
    this.#last.clear();
    this.#askedSinceReset = new Set();
  }

  async #ask(
    id: string,
    options: { readonly fresh?: boolean; readonly signal?: AbortSignal },
  ): Promise<ProviderStatus> {
    try {
      return await this.#clientOf(id).checkHealth(options);
    } catch (thrown) {
      const error = toLatticeError(thrown, { provider: id });
      return {
        provider: id,
        state: 'failing',
        checkedAt: new Date().toISOString(),
        latencyMs: 0,
        models: null,
        errorCode: error.code,
        message: error.message,
        remedy: 'Check the configuration of this provider.',
      };
    }
  }
}

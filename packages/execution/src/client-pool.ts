import { LatticeError, type ChatProvider } from '@lattice-lock/contract';

/** Creates the client of a provider; the registry does it in the assembled house. */
export type ClientFactory = (providerId: string) => ChatProvider;

/** One client per provider, made on first use. */
export class ClientPool {
  readonly #create: ClientFactory;
  readonly #clients = new Map<string, ChatProvider>();
  #isClosed = false;

  constructor(create: ClientFactory) {
    this.#create = create;
  }

  /** @throws LatticeError `LATTICE_CLOSED` after {@link closeAll}, or what the factory throws */
  get(providerId: string): ChatProvider {
    if (this.#isClosed) throw new LatticeError('LATTICE_CLOSED', 'The client pool is closed; create a new one.');
    const known = this.#clients.get(providerId);
    if (known !== undefined) return known;
    const client = this.#create(providerId);
    this.#clients.set(providerId, client);
    return client;
  }

  /** Drops a provider's client, or every one, so that changed credentials take effect; the old one is closed. */
  async reset(providerId?: string): Promise<void> {
    const dropped = [...this.#clients].filter(([id]) => providerId === undefined || id === providerId);
    for (const [id] of dropped) this.#clients.delete(id);
    await Promise.all(dropped.map(([, client]) => client.close()));
  }

  /** Closes every client; the pool cannot be used afterwards. */
  async closeAll(): Promise<void> {
    this.#isClosed = true;
    await this.reset();
  }
}

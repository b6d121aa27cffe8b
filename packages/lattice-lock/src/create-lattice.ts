import {
  createOrderedId,
  LatticeError,
  toLatticeError,
  type Feedback,
  type RunEvent,
  type RunRequest,
} from '@lattice-lock/contract';
import { AnswerStream } from '@lattice-lock/execution';
import type { House } from './assemble.ts';
import type { Lattice, LatticeOptions } from './lattice.ts';

/**
 * Lattice Lock in one call. Nothing is loaded or opened until the first use: configuration, catalog, patterns and
 * provider packages come with {@link Lattice.ready}, vendor SDKs with the first call of their vendor.
 *
 * @example
 * const lattice = createLattice();
 * const answer = await lattice.chat({ messages: [{ role: 'user', content: 'Why is the sky blue?' }] });
 */
export function createLattice(options: LatticeOptions = {}): Lattice {
  return new LazyLattice(options);
}

class LazyLattice implements Lattice {
  readonly #options: LatticeOptions;
  #assembly: Promise<House> | undefined;
  #house: House | undefined;
  #isClosed = false;

  constructor(options: LatticeOptions) {
    this.#options = options;
  }

  get simulated(): boolean {
    return this.#house?.isSimulated ?? false;
  }

  async ready(): Promise<void> {
    await this.#open();
  }

  async chat(request: RunRequest) {
    const house = await this.#open();
    return house.orchestrator.chat(await prepared(house, request));
  }

  stream(request: RunRequest): AnswerStream {
    const house = this.#isClosed ? undefined : this.#house;
    return house === undefined || house.needsPreparing
      ? new AnswerStream(this.#openAndRun(request))
      : house.orchestrator.stream(request);
  }

  async route(request: RunRequest) {
    const house = await this.#open();
    return house.orchestrator.route(await prepared(house, request));
  }

  async routes(file?: string) {
    return (await this.#open()).routes(file);
  }

  async feedback(feedback: Feedback) {
    return (await this.#open()).orchestrator.feedback(feedback);
  }

  async models() {
    return (await this.#open()).models();
  }

  async providers() {
    return (await this.#open()).registry.list();
  }

  async misspeltCredentials() {
    return (await this.#open()).registry.misspeltCredentials();
  }

  async health(options: { readonly fresh?: boolean } = {}) {
    return (await this.#open()).health(options);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const house = await this.#assembly?.catch(() => undefined);
    await house?.close();
  }

  async #open(): Promise<House> {
    if (this.#isClosed) throw new LatticeError('LATTICE_CLOSED', 'This Lattice is closed; create a new one.');
    if (this.#house !== undefined) return this.#house;
    this.#assembly ??= import('./assemble.ts').then(({ assemble }) => assemble(this.#options));
    this.#house = await this.#assembly;
    return this.#house;
  }

  async *#openAndRun(request: RunRequest): AsyncGenerator<readonly RunEvent[], void, undefined> {
    let house: House;
    let ready: RunRequest;
    try {
      house = await this.#open();
      ready = await prepared(house, request);
    } catch (error) {
      yield [{ type: 'error', error: toLatticeError(error) }];
      return;
    }
    yield* house.orchestrator.stream(ready).batches();
  }
}

/** A request that routing needs nothing more for. It gets its id here, so that all it costs is counted to one. */
async function prepared(house: House, request: RunRequest): Promise<RunRequest> {
  if (!house.needsPreparing) return request;
  const identified = { ...request, requestId: request.requestId ?? createOrderedId() };
  await house.prepare(identified);
  return identified;
}

import {
  LatticeError,
  toLatticeError,
  unknownUsage,
  createUsage,
  type CallOptions,
  type ChatEvent,
  type ChatProvider,
  type ChatRequest,
  type ChatResult,
  type ProviderCapabilities,
  type ProviderStatus,
  type Usage,
} from '@lattice-lock/contract';
import type { Reservation } from './cost-budget.ts';

/** Nothing was used: the vendor refused, or was never reached. */
const nothing = createUsage({ inputTokens: 0, outputTokens: 0 });

const neverReached: ReadonlySet<string> = new Set([
  'LATTICE_DNS',
  'LATTICE_CONNECTION_REFUSED',
  'LATTICE_OUTBOUND_BLOCKED',
  'LATTICE_UNSUPPORTED',
]);

/** A provider whose calls are paid from a budget. */
export class BudgetedProvider implements ChatProvider {
  readonly id: string;
  readonly capabilities: ProviderCapabilities;
  readonly #provider: ChatProvider;
  readonly #reserve: (providerId: string, request: ChatRequest) => Reservation;

  constructor(provider: ChatProvider, reserve: (providerId: string, request: ChatRequest) => Reservation) {
    this.id = provider.id;
    this.capabilities = provider.capabilities;
    this.#provider = provider;
    this.#reserve = reserve;
  }

  async chat(request: ChatRequest, options?: CallOptions): Promise<ChatResult> {
    const reservation = this.#reserve(this.id, request);
    try {
      const result = await this.#provider.chat(request, options);
      reservation.settle(result.usage);
      return result;
    } catch (error) {
      reservation.settle(usageOfFailure(error));
      throw error;
    }
  }

  async *stream(request: ChatRequest, options?: CallOptions): AsyncGenerator<ChatEvent> {
    let reservation: Reservation;
    try {
      reservation = this.#reserve(this.id, request);
    } catch (error) {
      yield { type: 'error', error: toLatticeError(error).with({ provider: this.id }) };
      return;
    }
    let usage: Usage = unknownUsage;
    for await (const event of this.#provider.stream(request, options)) {
      if (event.type === 'usage') usage = event.usage;
      if (event.type === 'finish') reservation.settle(usage);
      if (event.type === 'error') reservation.settle(usageOfFailure(event.error));
      yield event;
    }
  }

  checkHealth(options?: { readonly fresh?: boolean; readonly signal?: AbortSignal }): Promise<ProviderStatus> {
    return this.#provider.checkHealth(options);
  }

  close(): Promise<void> {
    return this.#provider.close();
  }
}

/** What a failed call used; `null` when it may have used anything, as an answer that was cut. */
function usageOfFailure(error: unknown): Usage | null {
  if (!LatticeError.isInstance(error) || (error.partial?.content.length ?? 0) > 0) return null;
  const isRefused = error.status !== undefined && error.status >= 400 && error.status < 500;
  return isRefused || neverReached.has(error.code) ? nothing : null;
}

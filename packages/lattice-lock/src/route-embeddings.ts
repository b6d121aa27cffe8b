import { ModelPatternSet, modelSpellings } from '@lattice-lock/catalog';
import {
  costOfUsage,
  createOrderedId,
  toLatticeError,
  unknownUsage,
  type Clock,
  type Embedder,
  type EmbeddingProvider,
  type EmbeddingResult,
  type LatticeError,
  type ModelRef,
  type RunRequest,
  type SelectionConstraints,
  type Usage,
  type UsageLedger,
} from '@lattice-lock/contract';
import type { PriceSource } from '@lattice-lock/execution';
import type { ProviderRegistry } from '@lattice-lock/provider-kit';

/** What an embedding model is asked through. */
export interface RouteEmbeddingsOptions {
  readonly model: ModelRef;
  readonly registry: Pick<ProviderRegistry, 'createEmbeddings'>;
  /** Prices; of an embedding model that has none the cost is unknown. */
  readonly catalog: PriceSource;
  readonly ledger?: UsageLedger;
  readonly clock: Clock;
  readonly isSimulated: boolean;
}

/** Who a call is for. */
interface Payer {
  readonly requestId: string;
  readonly apiKeyId: string | null;
}

/** An embedding model whose every call is an entry of the ledger, as an attempt of turn 0. */
export class RouteEmbeddings {
  readonly #options: RouteEmbeddingsOptions;
  #client: EmbeddingProvider | undefined;

  constructor(options: RouteEmbeddingsOptions) {
    this.#options = options;
  }

  /** The model for a request, who pays for it. */
  forRequest({ requestId = createOrderedId(), apiKeyId }: RunRequest): Pick<Embedder, 'embed'> {
    return this.#for({ requestId, apiKeyId: apiKeyId ?? null });
  }

  /** The model for an index. */
  forBuild(): Pick<Embedder, 'embed'> {
    return this.#for({ requestId: createOrderedId(), apiKeyId: null });
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }

  #for(payer: Payer): Pick<Embedder, 'embed'> {
    return { embed: (texts, signal) => this.#embed(texts, payer, signal) };
  }

  /** @throws LatticeError what the vendor answered; `LATTICE_STORAGE` when the ledger could not be written */
  async #embed(texts: readonly string[], payer: Payer, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    const { model, registry, clock } = this.#options;
    const startedAtMs = clock.now();
    const started = clock.monotonic();
    const elapsed = () => Math.round(clock.monotonic() - started);
    try {
      this.#client ??= registry.createEmbeddings(model.provider);
      const result = await this.#client.embed({ model: model.model, texts }, signal === undefined ? {} : { signal });
      await this.#record(payer, { startedAtMs, durationMs: elapsed(), result, error: null });
      return result.vectors;
    } catch (thrown) {
      const error = toLatticeError(thrown);
      if (error.code !== 'LATTICE_STORAGE') {
        await this.#record(payer, { startedAtMs, durationMs: elapsed(), result: null, error });
      }
      throw error;
    }
  }

  async #record({ requestId, apiKeyId }: Payer, call: EmbeddingCall): Promise<void> {
    const { model, ledger, catalog, isSimulated } = this.#options;
    const { startedAtMs, durationMs, result, error } = call;
    const usage = result === null ? unknownUsage : withoutOutput(result.usage);
    const wasRefused = error !== null && (error.status ?? 0) >= 400;
    await ledger?.record([
      {
        id: createOrderedId(),
        requestId,
        decisionId: null,
        apiKeyId,
        turn: 0,
        attempt: 1,
        provider: model.provider,
        model: model.model,
        startedAtMs,
        simulated: isSimulated,
        status: error === null ? 'ok' : error.code === 'LATTICE_ABORTED' ? 'cancelled' : 'failed',
        errorCode: error?.code ?? null,
        usage,
        estimatedUsage: null,
        costNanoUsd: wasRefused ? 0n : costOfUsage(usage, catalog.priceAt(model, startedAtMs)),
        priceSource: catalog.priceSourceAt(model, startedAtMs),
        durationMs,
        firstTokenMs: null,
        upstreamRequestId: result?.upstreamRequestId ?? error?.upstreamRequestId ?? null,
      },
    ]);
  }
}

interface EmbeddingCall {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly result: EmbeddingResult | null;
  readonly error: LatticeError | null;
}

/** Vectors are no tokens: where the vendor counts its input, there was no other. */
function withoutOutput(usage: Usage): Usage {
  return usage.inputTokens === null ? usage : { ...usage, outputTokens: 0, totalTokens: usage.inputTokens };
}

/**
 * Whether a request may be sent to an embedding model. A caller who bounds where his data goes, or leaves its vendor out, is
 * not asked about models alone: where the model is not clearly within, the text stays here.
 */
export function mayEmbed(model: ModelRef, constraints: SelectionConstraints | undefined): boolean {
  const { allow, deny = [], data } = constraints ?? {};
  const spellings = modelSpellings({ ...model, aliases: [] });
  if (data !== undefined || new ModelPatternSet(deny).has(spellings)) return false;
  return allow === undefined || new ModelPatternSet(allow).has(spellings);
}

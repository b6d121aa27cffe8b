import {
  formatModelRef,
  LatticeError,
  roundPicoToNano,
  systemClock,
  usdFromNano,
  type CandidateExplanation,
  type Clock,
  type Decision,
  type ErrorCode,
  type ModelRef,
} from '@lattice-lock/contract';
import { ModelScorer, normalizeWeights, presetWeights } from '@lattice-lock/scoring';
import { randomUUID } from 'node:crypto';
import type { NamedModelCatalog, SelectionInput } from './selection-input.ts';

/** Options of a {@link ModelSelector}. */
export interface ModelSelectorOptions {
  readonly catalog: NamedModelCatalog;
  readonly scorer?: ModelScorer;
  readonly clock?: Clock;
}

/** A model of the chain that failed, and how. */
export interface FailedAttempt {
  readonly failed: ModelRef;
  readonly code: ErrorCode;
}

/** Chooses a model and a fallback chain, and explains every candidate. */
export class ModelSelector {
  readonly #catalog: NamedModelCatalog;
  readonly #scorer: ModelScorer;
  readonly #clock: Clock;

  constructor(options: ModelSelectorOptions) {
    this.#catalog = options.catalog;
    this.#scorer = options.scorer ?? new ModelScorer();
    this.#clock = options.clock ?? systemClock;
  }

  /** @throws LatticeError `LATTICE_NO_CANDIDATE` when every model is out; the message counts why. */
  select(input: SelectionInput): Decision {
    const now = this.#clock.now();
    const { target } = input;
    const preset = target.mode === 'auto' ? target.preset : 'balanced';
    const weights = normalizeWeights(presetWeights[preset], input.weights);
    const pool = this.#catalog.list().filter((model) => input.isConfigured(model.provider));
    const priceOf = (model: ModelRef) => this.#catalog.priceAt(model, now);
    const ranked = this.#scorer.score({
      models: pool,
      profile: input.profile,
      weights,
      priceOf,
      ...(input.signals && { signals: input.signals }),
    });
    const refs = ranked.map(({ model }): ModelRef => ({ provider: model.provider, model: model.model }));
    const chain = target.mode === 'explicit' ? [target.model, ...(input.fallbacks ?? [])] : refs.slice(0, 3);
    const [chosen] = chain;
    if (chosen === undefined) throw new LatticeError('LATTICE_NO_CANDIDATE', 'No model is configured.');
    return {
      id: randomUUID(),
      requestId: input.requestId ?? null,
      createdAt: new Date(now).toISOString(),
      requested: input.requested,
      mode: target.mode === 'explicit' ? 'explicit' : 'selected',
      preset,
      weights,
      profile: input.profile,
      chosen,
      chain,
      candidates: ranked.map((one, index): CandidateExplanation => ({
        model: { provider: one.model.provider, model: one.model.model },
        status: 'ranked',
        rank: index + 1,
        score: one.score,
        terms: one.terms,
        expectedCostUsd:
          one.expectedCostPicoUsd === null ? null : usdFromNano(roundPicoToNano(one.expectedCostPicoUsd)),
      })),
      margin: ranked[0] && ranked[1] ? ranked[0].score - ranked[1].score : null,
      simulated: input.simulated ?? false,
      attempts: [],
    };
  }

  /** The model that {@link select} chooses. */
  selectBestModel(input: SelectionInput): ModelRef {
    return this.select(input).chosen;
  }

  /** The models that are still to be tried, in order; without those that failed, and every filter checked again. */
  getFallbackChain(source: Decision | SelectionInput, after?: FailedAttempt): readonly ModelRef[] {
    const decision = 'chain' in source ? source : this.select(source);
    const failed = after === undefined ? null : formatModelRef(after.failed);
    const index = decision.chain.findIndex((model) => formatModelRef(model) === failed);
    return decision.chain.slice(index + 1);
  }
}

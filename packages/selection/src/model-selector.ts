import {
  formatModelRef,
  systemClock,
  type Clock,
  type Decision,
  type ErrorCode,
  type ModelInfo,
  type ModelPrice,
  type ModelRef,
} from '@lattice-lock/contract';
import { ModelScorer, normalizeWeights, presetWeights, type ScoredModel } from '@lattice-lock/scoring';
import { randomUUID } from 'node:crypto';
import { CandidateIndex } from './candidate-index.ts';
import { createDecision, DecisionOrigin, originOf, type SelectionOutcome } from './decision-record.ts';
import { applyFallbackRule, diverseChain, fallbackRule } from './fallback-chain.ts';
import { namedOutError, noCandidateError, type FilteredCandidate } from './no-candidate-error.ts';
import type { SelectionCandidate } from './selection-candidate.ts';
import { FilterContext, filterOf, type CandidateOrigin } from './selection-filters.ts';
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

const defaultChainLength = 3;

/** Chooses a model and a fallback chain, and explains every candidate. Does no I/O. */
export class ModelSelector {
  readonly #catalog: NamedModelCatalog;
  readonly #scorer: ModelScorer;
  readonly #clock: Clock;
  #index: CandidateIndex;

  constructor(options: ModelSelectorOptions) {
    this.#catalog = options.catalog;
    this.#scorer = options.scorer ?? new ModelScorer();
    this.#clock = options.clock ?? systemClock;
    this.#index = new CandidateIndex(options.catalog);
  }

  /**
   * Chooses for a task. A named model comes first and its fallbacks follow in the caller's order; for `auto` the models that
   * pass every filter are ranked by their score, and the chain goes over different providers.
   *
   * @throws LatticeError `LATTICE_NO_CANDIDATE` when every model is out; the message counts why and says what to change.
   */
  select(input: SelectionInput): Decision {
    const now = this.#clock.now();
    const { target } = input;
    const context = new FilterContext(input, now);
    const preset = target.mode === 'auto' ? target.preset : 'balanced';
    const weights = normalizeWeights(presetWeights[preset], input.weights);
    const named = target.mode === 'explicit' ? this.#named([target.model, ...(input.fallbacks ?? [])]) : null;
    const { passed, filtered } = this.#filter(named, context, now);
    if (passed.length === 0) throw named ? namedOutError(filtered, context) : noCandidateError(filtered, context);

    const outcome = { ranked: this.#rank(passed, input, weights, now), filtered, context };
    const chain = (named ? passed : this.#chainOf(outcome, input)).slice(0, input.chainLength).map((one) => one.ref);
    return createDecision(
      {
        id: randomUUID(),
        requestId: input.requestId ?? null,
        createdAt: new Date(now).toISOString(),
        requested: input.requested,
        mode: named ? 'explicit' : 'selected',
        preset,
        weights,
        profile: input.profile,
        chosen: chain[0] as ModelRef,
        chain,
        margin: named ? null : marginOf(outcome.ranked),
        simulated: input.simulated ?? false,
        attempts: [],
      },
      new DecisionOrigin(input, outcome),
    );
  }

  /** The model that {@link select} chooses. @throws LatticeError `LATTICE_NO_CANDIDATE` */
  selectBestModel(input: SelectionInput): ModelRef {
    return this.select(input).chosen;
  }

  /**
   * The models to fall back to, in order: those of the chain but the chosen one, each asked by every hard filter again as
   * things are now. After a failure those tried are left out, and its code decides: none when the request is at fault itself,
   * only models that hold more when the context was too small, only other providers when a credential or a connection is bad,
   * other providers first when one is overloaded; models beyond the chain take the places of those that fell out. A decision
   * that was stored and read back keeps its own chain: what it was made from is gone.
   */
  getFallbackChain(source: Decision | SelectionInput, after?: FailedAttempt): readonly ModelRef[] {
    const decision = 'chain' in source ? source : this.select(source);
    const origin = originOf(decision);
    this.#refreshIndex();
    const tried = triedModels(decision, after?.failed ?? decision.chosen);
    const fallbacks =
      origin === undefined ? this.#storedRest(decision, tried, after) : this.#rest(decision, origin, tried, after);
    return fallbacks.map((one) => one.ref);
  }

  /** What passes the filters now and was not tried yet, at most as many as the chain still holds. */
  #rest(
    decision: Decision,
    { input, outcome: { ranked } }: DecisionOrigin,
    tried: ReadonlySet<string>,
    after: FailedAttempt | undefined,
  ): readonly SelectionCandidate[] {
    const now = this.#clock.now();
    const context = new FilterContext(input, now);
    const origin: CandidateOrigin = decision.mode === 'explicit' ? 'named' : 'catalog';
    const prices = this.#index.pricesAt(now);
    const passes = (one: SelectionCandidate) =>
      !tried.has(one.name) && filterOf(one, context, prices.get(one.info) ?? null, origin) === null;
    const planned = decision.chain.map((ref) => this.#index.candidateOf(ref));
    if (origin === 'named') return this.#afterFailure(planned.filter(passes), after);

    const rest = this.#index.candidatesOf(ranked.map((one) => one.model)).filter(passes);
    const ordered = this.#afterFailure(preferPlanned(planned, rest), after);
    const length = Math.max(0, (input.chainLength ?? defaultChainLength) - tried.size);
    return diverseChain(ordered, length, [(after?.failed ?? decision.chosen).provider]);
  }

  /** What is left of the chain of a decision that was read back. */
  #storedRest(
    decision: Decision,
    tried: ReadonlySet<string>,
    after: FailedAttempt | undefined,
  ): readonly SelectionCandidate[] {
    const filtered = decision.candidates.filter((one) => one.status === 'filtered');
    const out = new Set(filtered.map((one) => formatModelRef(one.model)));
    const rest = decision.chain.map((ref) => this.#index.candidateOf(ref));
    return this.#afterFailure(
      rest.filter((one) => !tried.has(one.name) && !out.has(one.name)),
      after,
    );
  }

  #afterFailure(left: readonly SelectionCandidate[], after: FailedAttempt | undefined): readonly SelectionCandidate[] {
    if (after === undefined) return left;
    return applyFallbackRule(fallbackRule(after.code), this.#index.candidateOf(after.failed), left);
  }

  #refreshIndex(): void {
    if (!this.#index.isCurrent()) this.#index = new CandidateIndex(this.#catalog);
  }

  #named(refs: readonly ModelRef[]): readonly SelectionCandidate[] {
    this.#refreshIndex();
    const unique = new Map(refs.map((ref) => [formatModelRef(ref), ref]));
    return [...unique.values()].map((ref) => this.#index.candidateOf(ref));
  }

  #filter(named: readonly SelectionCandidate[] | null, context: FilterContext, now: number) {
    this.#refreshIndex();
    const prices = this.#index.pricesAt(now);
    const passed: SelectionCandidate[] = [];
    const filtered: FilteredCandidate[] = [];
    for (const candidate of named ?? this.#index.candidates) {
      const price = prices.get(candidate.info) ?? null;
      const filter = filterOf(candidate, context, price, named ? 'named' : 'catalog');
      if (filter === null) passed.push(candidate);
      else filtered.push({ candidate, filter, price });
    }
    return { passed, filtered };
  }

  #rank(passed: readonly SelectionCandidate[], input: SelectionInput, weights: Decision['weights'], now: number) {
    const prices: ReadonlyMap<ModelInfo, ModelPrice | null> = this.#index.pricesAt(now);
    return this.#scorer.score({
      models: passed.map((candidate) => candidate.info),
      profile: input.profile,
      weights,
      priceOf: (model) => prices.get(model) ?? null,
      ...(input.signals && { signals: input.signals }),
    });
  }

  #chainOf({ ranked }: SelectionOutcome, input: SelectionInput): readonly SelectionCandidate[] {
    const candidates = this.#index.candidatesOf(ranked.map((one) => one.model));
    return diverseChain(candidates, input.chainLength ?? defaultChainLength);
  }
}

/** The models of the chain up to and with the one that failed; the failed one alone when it is not of the chain. */
function triedModels(decision: Decision, last: ModelRef): ReadonlySet<string> {
  const failed = formatModelRef(last);
  const names = decision.chain.map(formatModelRef);
  return new Set([failed, ...names.slice(0, names.indexOf(failed) + 1)]);
}

/** What was planned comes first, as far as it is wanted still. */
function preferPlanned(
  planned: readonly SelectionCandidate[],
  wanted: readonly SelectionCandidate[],
): readonly SelectionCandidate[] {
  const first = planned.filter((one) => wanted.includes(one));
  return [...first, ...wanted.filter((one) => !first.includes(one))];
}

function marginOf(ranked: readonly ScoredModel[]): number | null {
  const [best, second] = ranked;
  return best && second ? best.score - second.score : null;
}

import type { ModelGuide } from '@lattice-lock/catalog';
import {
  createOrderedId,
  formatModelRef,
  systemClock,
  type Clock,
  type Decision,
  type ErrorCode,
  type GuideMark,
  type ModelInfo,
  type ModelPrice,
  type ModelRef,
} from '@lattice-lock/contract';
import {
  expectedCostPicoUsd,
  ModelScorer,
  normalizeWeights,
  presetWeights,
  type ScoredModel,
} from '@lattice-lock/scoring';
import { CandidateIndex } from './candidate-index.ts';
import { basisOf, inputOf, type PresentState } from './decision-basis.ts';
import { createDecision, DecisionOrigin, originOf } from './decision-record.ts';
import { applyFallbackRule, diverseChain, fallbackRule } from './fallback-chain.ts';
import { GuideRules, markOf } from './guide-rules.ts';
import { guideRanking } from './guided-ranking.ts';
import { namedOutError, noCandidateError, type FilteredCandidate } from './no-candidate-error.ts';
import { FitQuality, type QualitySource } from './quality-source.ts';
import type { SelectionCandidate } from './selection-candidate.ts';
import { routeRanking } from './routed-ranking.ts';
import { FilterContext, filterOf, type CandidateOrigin, type FilterSources } from './selection-filters.ts';
import type { NamedModelCatalog, SelectionInput } from './selection-input.ts';

/** Options of a {@link ModelSelector}. */
export interface ModelSelectorOptions {
  readonly catalog: NamedModelCatalog;
  readonly scorer?: Pick<ModelScorer, 'score'>;
  readonly clock?: Clock;
  /** The team's guide; `ModelGuideParser` of the catalog package reads one. */
  readonly guide?: ModelGuide;
  /** What `minQuality` asks; the fit of the scorer unless given. */
  readonly quality?: QualitySource;
}

/** A model of the chain that failed, and how. */
export interface FailedAttempt {
  readonly failed: ModelRef;
  readonly code: ErrorCode;
}

/** What was looked at: those that no filter removed, and those that one did. */
interface Filtered {
  readonly passed: readonly SelectionCandidate[];
  readonly filtered: readonly FilteredCandidate[];
}

/** A chain and what of the guide led to it. */
interface Chosen extends Filtered {
  readonly ranked: readonly ScoredModel[];
  readonly chain: readonly SelectionCandidate[];
  readonly margin: number | null;
  readonly marks: readonly GuideMark[];
}

const defaultChainLength = 3;

/** Chooses a model and a fallback chain, and explains every candidate. Does no I/O. */
export class ModelSelector {
  readonly #catalog: NamedModelCatalog;
  readonly #scorer: Pick<ModelScorer, 'score'>;
  readonly #clock: Clock;
  readonly #guide: GuideRules;
  readonly #sources: FilterSources;
  #index: CandidateIndex;

  constructor(options: ModelSelectorOptions) {
    this.#catalog = options.catalog;
    this.#scorer = options.scorer ?? new ModelScorer();
    this.#clock = options.clock ?? systemClock;
    this.#guide = new GuideRules(options.guide);
    this.#sources = { guide: this.#guide, quality: options.quality ?? new FitQuality(this.#scorer) };
    this.#index = new CandidateIndex(options.catalog, this.#guide);
  }

  /**
   * Chooses for a task. A named model comes first and its fallbacks follow in the caller's order; for `auto` the models that
   * pass every filter are ranked by their score, and the chain goes over different providers. What the guide says of
   * picks, preferences and chains is laid over that, and what the route says over both.
   *
   * @throws LatticeError `LATTICE_NO_CANDIDATE` when every model is out; the message counts why and says what to change.
   */
  select(input: SelectionInput): Decision {
    const now = this.#clock.now();
    const { target } = input;
    const context = new FilterContext(input, now, this.#sources);
    const route = target.mode === 'auto' ? input.route : undefined;
    const preset = target.mode === 'auto' ? (route?.action.preset ?? target.preset) : 'balanced';
    const weights = normalizeWeights(presetWeights[preset], { ...input.operatorWeights, ...input.weights });
    this.#refreshIndex();
    const chosen =
      target.mode === 'explicit'
        ? this.#takeNamed(target.model, input, context, weights, now)
        : this.#chooseFromAll(input, context, weights, now);
    const { ranked, filtered, chain, margin } = chosen;
    const marks = [...chosen.marks, ...ceilingMarks(context, filtered)];
    const refs = chain.map((one) => one.ref);
    return createDecision(
      {
        id: createOrderedId(now),
        requestId: input.requestId ?? null,
        createdAt: new Date(now).toISOString(),
        requested: input.requested,
        mode: target.mode === 'explicit' ? 'explicit' : 'selected',
        preset,
        weights,
        profile: input.profile,
        chosen: refs[0] as ModelRef,
        chain: refs,
        margin,
        simulated: input.simulated ?? false,
        attempts: [],
        basis: basisOf(input, qualitiesTooLow(filtered, context)),
        ...(marks.length === 0 ? {} : { guide: marks }),
        ...(route && { route }),
      },
      new DecisionOrigin(input, { ranked, filtered, context }),
    );
  }

  /** The model that {@link select} chooses. @throws LatticeError `LATTICE_NO_CANDIDATE` */
  selectBestModel(input: SelectionInput): ModelRef {
    return this.select(input).chosen;
  }

  /**
   * The models to fall back to, in order: those of the chain but the chosen one, each asked by every hard filter again as
   * things are now. After a failure those tried are left out, and its code decides: none when the request is at fault itself,
   * only models that hold more when the context was too small, only cheaper ones when the money was too short, only other
   * providers when a credential or a connection is bad, other providers first when one is overloaded; models beyond the chain
   * take the places of those that fell out. A decision that was stored and read back keeps its own chain: the rest of what
   * it was made from is gone.
   *
   * @param present How providers are now, for a decision that was read back; one of this process knows it.
   */
  getFallbackChain(
    source: Decision | SelectionInput,
    after?: FailedAttempt,
    present?: PresentState,
  ): readonly ModelRef[] {
    const decision = 'chain' in source ? source : this.select(source);
    const origin = originOf(decision);
    this.#refreshIndex();
    const tried = triedModels(decision, after?.failed ?? decision.chosen);
    const fallbacks =
      origin === undefined
        ? this.#storedRest(decision, tried, after, present)
        : this.#rest(decision, origin, tried, after);
    return fallbacks.map((one) => one.ref);
  }

  /** Ranks all that pass, and lays the guide over it. */
  #chooseFromAll(input: SelectionInput, context: FilterContext, weights: Decision['weights'], now: number): Chosen {
    const { passed, filtered } = this.#filter(this.#index.candidates, context, 'catalog', now);
    if (passed.length === 0) throw noCandidateError(filtered, context);
    const scored = this.#rank(passed, input, weights, now);
    const picks = this.#guide.picksOf(input.profile.kind);
    const index = this.#index;
    const guided = guideRanking(scored, (info) => index.candidateFor(info), this.#guide, picks);
    const { ranked, pickCount, mark } = routeRanking(guided, input.route?.action.model);
    const candidates = index.candidatesOf(ranked.map((one) => one.model));
    const steps = this.#stepsAfter(candidates[0] as SelectionCandidate, candidates);
    const start = [...new Set([...candidates.slice(0, 1), ...steps, ...candidates.slice(0, pickCount)])];
    const length = input.chainLength ?? Math.max(defaultChainLength, 1 + steps.length);
    return {
      passed,
      filtered,
      ranked,
      chain: diverseChain(candidates, length, [], start),
      margin: marginOf(ranked),
      marks: [...(mark === null ? [] : [mark]), ...this.#chainMarks(steps, candidates[0])],
    };
  }

  /** The named model and what follows it: what the caller named, else the chain of the guide. */
  #takeNamed(
    model: ModelRef,
    input: SelectionInput,
    context: FilterContext,
    weights: Decision['weights'],
    now: number,
  ): Chosen {
    const named = this.#candidatesNamed([model, ...(input.fallbacks ?? [])]);
    const { passed, filtered } = this.#filter(named, context, 'named', now);
    const [first] = passed;
    if (first === undefined) throw namedOutError(filtered, context);
    const follows = input.fallbacks === undefined ? this.#guide.chainAfter(first.spellings) : undefined;
    const steps = this.#filter(
      this.#candidatesNamed(follows?.next.map((one) => one.model) ?? []),
      context,
      'named',
      now,
    );
    const all = [...new Set([...passed, ...steps.passed])];
    return {
      passed: all,
      filtered: [...filtered, ...steps.filtered],
      ranked: this.#rank(all, input, weights, now),
      chain: all.slice(0, input.chainLength),
      margin: null,
      marks: this.#chainMarks(all.slice(1), follows === undefined ? undefined : first),
    };
  }

  /** What the guide lets follow a model, as far as it is among the candidates. */
  #stepsAfter(head: SelectionCandidate, candidates: readonly SelectionCandidate[]): readonly SelectionCandidate[] {
    const chain = this.#guide.chainAfter(head.spellings);
    if (chain === undefined) return [];
    const steps = chain.next.map((step) => this.#index.candidateOf(step.model));
    return steps.filter((one) => one !== head && candidates.includes(one));
  }

  #chainMarks(steps: readonly SelectionCandidate[], head: SelectionCandidate | undefined): readonly GuideMark[] {
    const chain = head === undefined || steps.length === 0 ? undefined : this.#guide.chainAfter(head.spellings);
    if (chain === undefined) return [];
    const text = [chain.head, ...chain.next].map((one) => one.text).join(' -> ');
    return [markOf('chain', { place: chain.place, text })];
  }

  /** What passes the filters now and was not tried yet, at most as many as the chain still holds. */
  #rest(
    decision: Decision,
    { input, outcome: { ranked } }: DecisionOrigin,
    tried: ReadonlySet<string>,
    after: FailedAttempt | undefined,
  ): readonly SelectionCandidate[] {
    const passes = this.#stillPasses(input, tried, decision.mode === 'explicit' ? 'named' : 'catalog');
    const planned = decision.chain.map((ref) => this.#index.candidateOf(ref));
    if (decision.mode === 'explicit') return this.#afterFailure(planned.filter(passes), decision, after);

    const rest = this.#index.candidatesOf(ranked.map((one) => one.model)).filter(passes);
    const ordered = this.#afterFailure(preferPlanned(planned, rest), decision, after);
    const steps = this.#stepsAfter(this.#index.candidateOf(decision.chosen), ordered);
    const start = ordered.filter((one) => steps.includes(one));
    const length = Math.max(input.chainLength ?? defaultChainLength, decision.chain.length) - tried.size;
    return diverseChain(ordered, Math.max(0, length), [(after?.failed ?? decision.chosen).provider], start);
  }

  /** What is left of the chain of a decision that was read back: what no filter removed then, and none removes now. */
  #storedRest(
    decision: Decision,
    tried: ReadonlySet<string>,
    after: FailedAttempt | undefined,
    present: PresentState | undefined,
  ): readonly SelectionCandidate[] {
    const filtered = decision.candidates.filter((one) => one.status === 'filtered');
    const out = new Set([...tried, ...filtered.map((one) => formatModelRef(one.model))]);
    const passes = this.#stillPasses(
      inputOf(decision, present),
      out,
      decision.mode === 'explicit' ? 'named' : 'catalog',
    );
    const planned = decision.chain.map((ref) => this.#index.candidateOf(ref));
    return this.#afterFailure(planned.filter(passes), decision, after);
  }

  /** Asks every filter again as things are now. */
  #stillPasses(input: SelectionInput, out: ReadonlySet<string>, origin: CandidateOrigin) {
    const now = this.#clock.now();
    const context = new FilterContext(input, now, this.#sources);
    const prices = this.#index.pricesAt(now);
    return (one: SelectionCandidate) =>
      !out.has(one.name) && filterOf(one, context, prices.get(one.info) ?? null, origin) === null;
  }

  #afterFailure(
    left: readonly SelectionCandidate[],
    { profile }: Decision,
    after: FailedAttempt | undefined,
  ): readonly SelectionCandidate[] {
    if (after === undefined) return left;
    const prices = this.#index.pricesAt(this.#clock.now());
    const facts = {
      failed: this.#index.candidateOf(after.failed),
      inputTokens: profile.inputTokens,
      costOf: (one: SelectionCandidate) => expectedCostPicoUsd(prices.get(one.info) ?? null, profile),
    };
    return applyFallbackRule(fallbackRule(after.code), facts, left);
  }

  #refreshIndex(): void {
    if (!this.#index.isCurrent()) this.#index = new CandidateIndex(this.#catalog, this.#guide);
  }

  #candidatesNamed(refs: readonly ModelRef[]): readonly SelectionCandidate[] {
    const unique = new Map(refs.map((ref) => [formatModelRef(ref), ref]));
    return [...unique.values()].map((ref) => this.#index.candidateOf(ref));
  }

  #filter(
    candidates: readonly SelectionCandidate[],
    context: FilterContext,
    origin: CandidateOrigin,
    now: number,
  ): Filtered {
    const isWhole = candidates === this.#index.candidates;
    const prices = isWhole ? this.#index.priceListAt(now) : this.#pricesOf(candidates, now);
    const passed: SelectionCandidate[] = [];
    const filtered: FilteredCandidate[] = [];
    let at = 0;
    for (const candidate of candidates) {
      const price = prices[at] ?? null;
      at += 1;
      const filter = filterOf(candidate, context, price, origin);
      if (filter === null) passed.push(candidate);
      else filtered.push({ candidate, filter, price });
    }
    return { passed, filtered };
  }

  #pricesOf(candidates: readonly SelectionCandidate[], now: number): readonly (ModelPrice | null)[] {
    const prices = this.#index.pricesAt(now);
    return candidates.map(({ info }) => prices.get(info) ?? null);
  }

  #rank(passed: readonly SelectionCandidate[], input: SelectionInput, weights: Decision['weights'], now: number) {
    const prices: ReadonlyMap<ModelInfo, ModelPrice | null> = this.#index.pricesAt(now);
    return this.#scorer.score({
      models: passed.map((candidate) => candidate.info),
      profile: input.profile,
      weights,
      priceOf: (model) => prices.get(model) ?? null,
      mayExplore: input.target.mode === 'auto',
      ...(input.signals && { signals: input.signals }),
    });
  }
}

/** What was predicted of those that a bound of quality removed; `undefined` where there are none. */
function qualitiesTooLow(
  filtered: readonly FilteredCandidate[],
  context: FilterContext,
): Readonly<Record<string, number>> | undefined {
  if (context.minQuality === undefined) return undefined;
  const found = filtered.flatMap(({ candidate, filter }) => {
    const quality = filter === 'quality-too-low' ? context.askedQuality(candidate.info) : null;
    return quality === null ? [] : [[candidate.name, quality.value] as const];
  });
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** The guide's ceiling, where models were out because of it. */
function ceilingMarks({ ceiling }: FilterContext, filtered: readonly FilteredCandidate[]): readonly GuideMark[] {
  if (ceiling === undefined) return [];
  const isCost = filtered.some(({ filter }) => filter === 'too-expensive' || filter === 'price-unknown');
  return isCost ? [markOf('ceiling', { place: ceiling.place, text: `$${ceiling.text}` })] : [];
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

/** How far the first is ahead of the best of the others: it may be behind where the guide put it first. */
function marginOf(ranked: readonly ScoredModel[]): number | null {
  const [first] = ranked;
  if (first === undefined || ranked.length < 2) return null;
  let best = -Infinity;
  for (let index = 1; index < ranked.length; index += 1) best = Math.max(best, (ranked[index] as ScoredModel).score);
  return first.score - best;
}

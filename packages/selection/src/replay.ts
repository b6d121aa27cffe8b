import {
  costOfUsage,
  formatModelRef,
  LatticeError,
  roundPicoToNano,
  totalCost,
  type Clock,
  type CostTotal,
  type Decision,
  type ErrorCode,
  type ModelRef,
} from '@lattice-lock/contract';
import {
  expectedCostPicoUsd,
  ModelScorer,
  normalizeWeights,
  presetWeights,
  scoreTermNames,
} from '@lattice-lock/scoring';
import { inputOf, providersOut } from './decision-basis.ts';
import { ModelSelector, type ModelSelectorOptions } from './model-selector.ts';
import { ReplayScorer } from './replay-scorer.ts';
import type { ResolvedTarget, SelectionInput } from './selection-input.ts';

/** The configuration that past decisions are made again with. */
export interface ReplayOptions extends Omit<ModelSelectorOptions, 'clock' | 'scorer'> {
  readonly scorer?: Pick<ModelScorer, 'score'>;
  /** The operator's constraints; those of each decision unless given. */
  readonly operatorConstraints?: SelectionInput['operatorConstraints'];
  /** The weights the operator sets; those of the caller come before them. */
  readonly weights?: SelectionInput['weights'];
  /** What a request's `model` means; what it meant then unless given. @throws LatticeError when it means nothing any more */
  resolve?(requested: string): ResolvedTarget;
  /** Whether a provider can be called; those that could be then count as well. */
  isConfigured?(provider: string): boolean;
  /** True to predict fit, latency and reliability anew; else they are as they were, for models that were ranked then. */
  readonly rescore?: boolean;
}

/** A cost in nano-dollars; `null` is unknown. */
export type ReplayCost = bigint | null;

/** One past decision made again. */
export interface ReplayedDecision {
  readonly decision: Decision;
  /** The decision as it would be now; `null` when no model can take the request, and then `error` says why. */
  readonly now: Decision | null;
  readonly error: { readonly code: ErrorCode; readonly message: string } | null;
  /** Whether another model would be chosen, or none. */
  readonly isChanged: boolean;
  /** Whether other models would be fallen back to. */
  readonly isChainChanged: boolean;
  /** False for a decision of before its basis was kept: the caller's constraints are not known and not asked. */
  readonly isExact: boolean;
  readonly cost: {
    /** By the tokens that answering took, or where nothing answered by those that were expected. */
    readonly by: 'usage' | 'expectation';
    readonly before: ReplayCost;
    readonly after: ReplayCost;
  };
}

/** What a configuration would have changed. */
export interface ReplayReport {
  /** In the order given. */
  readonly decisions: readonly ReplayedDecision[];
  readonly unchanged: number;
  readonly changed: number;
  /** How many no model could take. */
  readonly impossible: number;
  readonly before: CostTotal;
  readonly after: CostTotal;
}

/**
 * Makes past decisions again under another configuration: which would change, and what they would have cost at the prices
 * of their time. A changed answer may be longer or shorter than the one that was given: costs are of the same tokens.
 * With the configuration of then nothing changes.
 */
export function replay(decisions: readonly Decision[], options: ReplayOptions): ReplayReport {
  const clock = new ReplayClock();
  const scorer = new ReplayScorer(options.scorer ?? new ModelScorer());
  const selector = new ModelSelector({ ...options, scorer, clock });
  const replayed = decisions.map((decision): ReplayedDecision => {
    clock.set(Date.parse(decision.createdAt));
    scorer.remember(options.rescore === true ? null : decision);
    const made = again(decision, selector, options);
    const after = made.now === null ? null : made.now.chosen;
    return {
      decision,
      ...made,
      isChanged: after === null || !isSame(after, decision.chosen),
      isChainChanged:
        made.now === null || made.now.chain.map(formatModelRef).join() !== decision.chain.map(formatModelRef).join(),
      isExact: decision.basis !== undefined,
      cost: costsOf(decision, after, options.catalog),
    };
  });
  const changed = replayed.filter((one) => one.isChanged).length;
  return {
    decisions: replayed,
    unchanged: replayed.length - changed,
    changed,
    impossible: replayed.filter((one) => one.now === null).length,
    before: totalCost(replayed.map(({ cost }) => cost.before)),
    after: totalCost(replayed.map(({ cost }) => cost.after)),
  };
}

function again(
  decision: Decision,
  selector: ModelSelector,
  options: ReplayOptions,
): Pick<ReplayedDecision, 'now' | 'error'> {
  try {
    return { now: selector.select(inputNow(decision, options)), error: null };
  } catch (thrown) {
    if (!LatticeError.isInstance(thrown)) throw thrown;
    return { now: null, error: { code: thrown.code, message: thrown.message } };
  }
}

function inputNow(decision: Decision, options: ReplayOptions): SelectionInput {
  const then = inputOf(decision);
  const ill = providersOut(decision, 'provider-unhealthy');
  const known = new Set(
    decision.candidates
      .filter((one) => one.status === 'ranked' || !['not-allowed', 'denied', 'blocked'].includes(one.filter))
      .map((one) => one.model.provider),
  );
  const isConfigured = (provider: string) =>
    (known.has(provider) && then.isConfigured(provider)) || options.isConfigured?.(provider) === true;
  const { operatorConstraints = then.operatorConstraints, resolve } = options;
  // Before the basis was kept, only what the weights came to is known.
  const theirs = decision.basis === undefined ? overriddenWeights(decision) : then.weights;
  return {
    ...then,
    target: resolve?.(decision.requested) ?? then.target,
    isConfigured,
    ...(theirs && { weights: theirs }),
    ...(options.weights && { operatorWeights: options.weights }),
    ...(operatorConstraints && { operatorConstraints }),
    simulated: decision.simulated,
    health: {
      last: (provider) =>
        ill.has(provider)
          ? {
              provider,
              state: 'unreachable',
              checkedAt: decision.createdAt,
              latencyMs: 0,
              models: null,
              errorCode: null,
              message: 'was ill then',
              remedy: null,
            }
          : undefined,
    },
  };
}

/** The weights of a decision, where they are not those of its preset. */
function overriddenWeights({ preset, weights }: Decision): Decision['weights'] | undefined {
  const usual = normalizeWeights(presetWeights[preset]);
  return scoreTermNames.some((name) => weights[name] !== usual[name]) ? weights : undefined;
}

/** What the decision cost and what it would have cost, at the prices of its time. */
function costsOf(decision: Decision, after: ModelRef | null, prices: Prices): ReplayedDecision['cost'] {
  const atMs = Date.parse(decision.createdAt);
  const answering = decision.attempts.filter((one) => one.status === 'ok');
  if (answering.length === 0) {
    const expected = (model: ModelRef | null): ReplayCost => {
      const cost = model === null ? null : expectedCostPicoUsd(prices.priceAt(model, atMs), decision.profile);
      return cost === null ? null : roundPicoToNano(cost);
    };
    return { by: 'expectation', before: expected(decision.chosen), after: expected(after) };
  }
  const before = sumOf(answering.map((one) => (one.costNanoUsd === null ? null : BigInt(one.costNanoUsd))));
  if (after === null) return { by: 'usage', before, after: null };
  if (isSame(after, decision.chosen)) return { by: 'usage', before, after: before };
  const price = prices.priceAt(after, atMs);
  return { by: 'usage', before, after: sumOf(answering.map((one) => costOfUsage(one.usage, price))) };
}

type Prices = Pick<ModelSelectorOptions['catalog'], 'priceAt'>;

function sumOf(costs: readonly ReplayCost[]): ReplayCost {
  return costs.reduce<ReplayCost>((sum, cost) => (sum === null || cost === null ? null : sum + cost), 0n);
}

function isSame(left: ModelRef, right: ModelRef): boolean {
  return left.provider === right.provider && left.model === right.model;
}

/** Stands at the moment of a decision, so that its prices hold. */
class ReplayClock implements Clock {
  #nowMs = 0;

  set(ms: number): void {
    this.#nowMs = Number.isNaN(ms) ? 0 : ms;
  }

  now(): number {
    return this.#nowMs;
  }

  monotonic(): number {
    return this.#nowMs;
  }

  sleep(): Promise<void> {
    return Promise.resolve();
  }
}

import type { ModelInfo, TaskProfile } from '@lattice-lock/contract';
import type { ModelFacts } from './model-facts.ts';
import type { ModelSignal } from './model-signals.ts';
import { scoringData } from './scoring-data.ts';

/**
 * The chance of a good answer for a capability and a difficulty, both 0 to 1.
 * Source: a logistic curve fitted to recorded outcomes by scripts/fit-success-curve.mjs.
 */
export function successChance(capability: number, difficulty: number): number {
  const curve = scoringData().successCurve;
  return 1 / (1 + Math.exp(curve.difficulty * difficulty - curve.capability * capability - curve.start));
}

/**
 * How much of the fit is the chance of success, the rest being capability itself. The curve was fitted to questions with
 * one right answer; where answers differ in more than being right, a better model is better on an easy task too.
 * Source: `assumption`.
 */
const successShare = 0.75;

/** Fit: what the task needs against what the model may be able to do. 0 to 1. */
export function fitValue(capability: number, difficulty: number): number {
  return successShare * successChance(capability, difficulty) + (1 - successShare) * capability;
}

/**
 * Costs between which the value falls from 1 to 0, a fifth for every factor of ten, and the value of an unknown price:
 * what $0.03 a request would get, rather pessimistic. Source: `assumption`.
 */
const costScale = Object.freeze({ bestUsd: 1e-5, decades: 5, unknown: 0.3 });

/** Cost: 1 for free, 0 from a dollar a request, on a logarithmic scale. */
export function costValue(costUsd: number | null): number {
  if (costUsd === null) return costScale.unknown;
  if (costUsd <= costScale.bestUsd) return 1;
  return Math.max(0, 1 - Math.log10(costUsd / costScale.bestUsd) / costScale.decades);
}

/** An answer that takes this long has half the value of an instant one. Source: `assumption`. */
const halfValueMs = 10_000;

/** How long an answer may take, ms. What was seen replaces the prior figure by figure. */
export function expectedLatencyMs(
  model: ModelInfo,
  facts: ModelFacts,
  profile: Pick<TaskProfile, 'expectedOutputTokens' | 'difficulty'>,
  signal: ModelSignal | undefined,
): number {
  const { bySize, thinkingTokens } = scoringData().latencyPrior;
  const prior = bySize[facts.size];
  const perSecond = signal?.outputTokensPerSecond ?? prior.outputTokensPerSecond;
  const { trivial, expert } = thinkingTokens;
  const thinking = model.reasoning ? trivial + (expert - trivial) * profile.difficulty : 0;
  const firstMs = signal?.firstTokenMs ?? prior.firstTokenMs + (thinking / perSecond) * 1000;
  return firstMs + (profile.expectedOutputTokens / perSecond) * 1000;
}

/** Latency: 1 for at once, 0.5 for ten seconds. */
export function latencyValue(latencyMs: number): number {
  return halfValueMs / (halfValueMs + latencyMs);
}

/**
 * What is believed of a model before any call: 19 good calls in 20, counted like 20 calls that were seen (a Beta(19, 1)
 * prior); 9 in 10 for a beta model. Source: `assumption`.
 */
const reliabilityPrior = Object.freeze({ calls: 20, good: 19, goodOfBeta: 18 });

/** Reliability: the expected share of calls that end well, 0 to 1. */
export function reliabilityValue(model: ModelInfo, signal: ModelSignal | undefined): number {
  const { calls, good, goodOfBeta } = reliabilityPrior;
  const believed = model.status === 'beta' ? goodOfBeta : good;
  const successes = signal?.successes ?? 0;
  const failures = signal?.failures ?? 0;
  return (believed + successes) / (calls + successes + failures);
}

// The scorer and what it is given.
export { ModelScorer, type KnownCapability, type ModelScorerOptions, type ScoreInput } from './model-scorer.ts';
export type { ScoredModel } from './scored-model.ts';

// What was seen of models lately: the source of live latency and reliability.
export type { ModelSignal, ModelSignals } from './model-signals.ts';

// Weights.
export { normalizeWeights, presetWeights, scoreTermNames } from './score-weights.ts';

// The expected cost of a request.
export { expectedCostPicoUsd } from './expected-cost.ts';

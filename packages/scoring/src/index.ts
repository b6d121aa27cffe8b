// The scorer and what it is given.
export { ModelScorer, type KnownCapability, type ModelScorerOptions, type ScoreInput } from './model-scorer.ts';
export type { ScoredModel } from './scored-model.ts';

// What was seen of models lately: the source of live latency and reliability.
export type { ModelSignal, ModelSignals } from './model-signals.ts';

// Weights.
export { normalizeWeights, presetWeights, scoreTermNames } from './score-weights.ts';

// The expected cost of a request.
export { expectedCostPicoUsd } from './expected-cost.ts';

// Predicted quality, learnt from outcomes.
export { QualityModel, type QualityEstimate } from './quality/quality-model.ts';
export type { QualityModelData } from './quality/quality-data.ts';
export { priorQuality } from './quality/prior-quality.ts';
export { modelKey } from './quality/model-key.ts';

// Quality learned online, from own outcomes; and trying models on purpose.
export {
  OutcomeLearner,
  type ComparedTask,
  type OutcomeCategory,
  type OutcomeLearnerOptions,
} from './learning/outcome-learner.ts';
export type { OutcomeEvidence } from './learning/outcome-evidence.ts';
export type { Exploration } from './learning/exploration.ts';

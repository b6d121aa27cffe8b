// The selector and what it is given.
export { ModelSelector, type FailedAttempt, type ModelSelectorOptions } from './model-selector.ts';
export type { PresentState } from './decision-basis.ts';
export type { QualitySource } from './quality-source.ts';
export type { NamedModelCatalog, ResolvedTarget, SelectionInput } from './selection-input.ts';

// What a caller's `model` means.
export { resolveTarget, type ResolveTargetOptions } from './resolve-target.ts';

// Bounds of quality that reach a target on past requests.
export {
  calibrateMinQuality,
  type QualityThreshold,
  type ThresholdCandidate,
  type ThresholdTarget,
} from './quality-threshold.ts';

// Why two decisions differ.
export { explainDifference } from './decision-difference.ts';

// Past decisions made again under another configuration.
export { replay, type ReplayCost, type ReplayedDecision, type ReplayOptions, type ReplayReport } from './replay.ts';

// A decision for people to read.
export { formatDecision, type FormatDecisionOptions } from './format-decision.ts';

// How wide a text is in a terminal, for whoever lays out tables of names.
export { displayWidth, truncate } from './text-width.ts';

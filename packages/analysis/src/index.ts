// The analyser: what kind of work a conversation asks for.
export { createTaskAnalyzer, type TaskAnalyzerOptions } from './create-task-analyzer.ts';
export { TaskAnalyzer } from './task-analyzer.ts';
export type { AnalysisInput } from './conversation-view.ts';

// Learned weights: made by the door `training`, read from an artefact.
export { readTaskModel, type TaskModel } from './task-model.ts';

// How many tokens a text is worth.
export { estimateTokens } from './token-estimate.ts';

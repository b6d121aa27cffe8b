// The analyser: what kind of work a conversation asks for.
export { createTaskAnalyzer, TaskAnalyzer, type AnalysisInput, type TaskAnalyzerOptions } from './task-analyzer.ts';

// How many tokens a text is worth.
export { estimateTokens } from './token-estimate.ts';

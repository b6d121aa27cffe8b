// The way of one request: analyse, select, execute.
export { ModelOrchestrator, type ModelOrchestratorOptions } from './model-orchestrator.ts';
export { AnswerStream } from './answer-stream.ts';

// Execution: the tool loop, its patience and its account.
export { ConversationExecutor, type ConversationExecutorOptions } from './tool-loop.ts';
export { TurnRunner, type TurnOutcome, type TurnRunnerOptions } from './turn-runner.ts';
export { RunState, type ExecutionPlan } from './run-state.ts';
export { RunAccount, type PriceSource, type RunAccountOptions } from './run-account.ts';
export { defaultExecutionSettings, type ExecutionSettings } from './execution-settings.ts';
export { backoffDelayMs, isFinalCode, nextStep, type RetrySituation, type NextStep } from './retry-policy.ts';

// Clients, and how models have done lately.
export { ClientPool, type ClientFactory } from './client-pool.ts';
export { LiveSignals } from './live-signals.ts';

// Our count against the upstream's.
export { assertBillingIntegrity, type ServedUsage } from './billing-integrity.ts';

// Judgements of answers, and learning from those of other processes.
export { FeedbackRecorder, type FeedbackRecorderOptions } from './feedback-recorder.ts';
export { OutcomeFeed, type OutcomeFeedOptions } from './outcome-feed.ts';

// JSON and messages: what is said.
export type { JsonObject, JsonSchema, JsonValue } from './json.ts';
export type {
  AssistantMessage,
  AssistantPart,
  CacheControl,
  FilePart,
  ImagePart,
  MediaSource,
  Message,
  MessagePart,
  ReasoningPart,
  SystemMessage,
  TextPart,
  ToolCallPart,
  ToolMessage,
  ToolResultPart,
  UserMessage,
} from './messages.ts';
export { createToolCall, messageText, parseToolArguments } from './messages.ts';

// One call of one model: request, events, result.
export type {
  CallOptions,
  ChatRequest,
  ReasoningOptions,
  ResponseFormat,
  ToolChoice,
  ToolDefinition,
} from './chat-request.ts';
export type {
  ChatEvent,
  ErrorEvent,
  FinishEvent,
  LogprobsEvent,
  MetadataEvent,
  ReasoningDeltaEvent,
  RefusalDeltaEvent,
  StartEvent,
  TextDeltaEvent,
  ToolCallDeltaEvent,
  ToolCallEndEvent,
  ToolCallStartEvent,
  UsageEvent,
} from './chat-events.ts';
export { isContentEvent } from './chat-events.ts';
export type { ChatResult, FinishReason, RateLimitInfo, TokenLogprob } from './chat-result.ts';
export { ChatAccumulator, collectChat, type AccumulatorOptions } from './chat-accumulator.ts';

// Usage and money.
export { addUsage, createUsage, isUnknownUsage, tokenCount, unknownUsage, type Usage } from './usage.ts';
export {
  addCostTotals,
  costOfUsage,
  picoUsdFromUsdPerMillion,
  priceForInput,
  roundPicoToNano,
  totalCost,
  usdFromNano,
  zeroCost,
  type CostTotal,
  type ModelPrice,
  type PriceTier,
  type TokenPrice,
} from './money.ts';

// Models, tasks, decisions.
export type { Modality, ModelCatalog, ModelInfo, ModelRef, PricePeriod, ReasoningControls } from './model-info.ts';
export { formatModelRef, parseModelRef } from './model-info.ts';
export {
  attachTextFeatures,
  maxExpectedOutputTokens,
  taskKinds,
  textFeatures,
  type TaskEvidence,
  type TaskKind,
  type TaskNeeds,
  type TaskProfile,
  type TextFeatures,
} from './task-profile.ts';
export type {
  CandidateExplanation,
  DataConstraints,
  Decision,
  DecisionBasis,
  DecisionRoute,
  FilterName,
  GuideMark,
  PredictedQuality,
  RouteAction,
  ScoreTerm,
  ScoreWeights,
  SelectionConstraints,
  SelectionPreset,
} from './decision.ts';

export { createOrderedId } from './ordered-id.ts';

// A run: choice, attempts, tools, accounting.
export type {
  Answer,
  AnswerEvent,
  AttemptFailedEvent,
  AttemptRecord,
  AttemptStartEvent,
  AttemptStatus,
  DecisionEvent,
  RunEvent,
  RunRequest,
  RunTool,
  SeamEvent,
  ToolContext,
  ToolResultEvent,
  TurnFinishEvent,
} from './run.ts';

// Errors.
export {
  BackgroundTaskError,
  BillingIntegrityError,
  LatticeError,
  ProviderUnavailableError,
  SecurityConfigurationError,
  toLatticeError,
  type ErrorCode,
  type Issue,
  type LatticeErrorOptions,
} from './errors.ts';

// Ports: what other rooms implement.
export type {
  ChatProvider,
  EmbeddingProvider,
  EmbeddingRequest,
  EmbeddingResult,
  HealthSource,
  ProviderCapabilities,
  ProviderDefinition,
  ProviderOptions,
  ProviderState,
  ProviderStatus,
} from './provider.ts';
export { specVersion } from './provider.ts';
export type { HttpRequest, HttpResponse, HttpTransport, OutboundPolicy, UrlOrigin } from './transport.ts';
export type {
  LedgerEntry,
  LedgerFilter,
  LedgerGrouping,
  LedgerStatus,
  LedgerSummaryRow,
  OpenLedgerEntry,
  UsageLedger,
} from './ledger.ts';
export type {
  ApiKeyRecord,
  ApiKeyStore,
  AuditEvent,
  AuditLog,
  DecisionStore,
  Embedder,
  KeyValueStore,
  Outcome,
  OutcomeSignal,
  OutcomeSource,
  OutcomeStore,
  OutcomeTask,
  RateLimiter,
  VectorMatch,
  VectorStore,
} from './stores.ts';
export type { Feedback, FeedbackReceipt, LearnedQuality } from './feedback.ts';
export { systemClock, type Clock } from './clock.ts';
export { silentLogger, type Logger, type LogFields } from './logger.ts';
export {
  formatTraceparent,
  parseTraceparent,
  silentTelemetry,
  traceFields,
  type SpanContext,
  type SpanOptions,
  type Telemetry,
  type TelemetryAttributes,
  type TelemetrySpan,
} from './telemetry.ts';
export {
  attributeNames,
  conventionalProviderName,
  metricDefinitions,
  metricNames,
  operationNames,
  type MetricDefinition,
  type MetricName,
} from './telemetry-names.ts';
export { registerResettable, resettables, type Resettable } from './resettable.ts';

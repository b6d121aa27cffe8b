/*
 * Every name, unit and bucket of our telemetry, in this one file. Names that begin with `gen_ai.` are those of the
 * OpenTelemetry conventions for generative AI (status Development):
 * https://github.com/open-telemetry/semantic-conventions-genai/tree/main/docs/gen-ai (gen-ai-spans.md,
 * gen-ai-agent-spans.md, gen-ai-metrics.md). `http.`, `url.` and `error.` are those of
 * https://github.com/open-telemetry/semantic-conventions (docs/http, docs/general). `lattice.` is ours.
 */

/** Attributes of spans and metrics, by what they say. */
export const attributeNames = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  requestTemperature: 'gen_ai.request.temperature',
  requestTopP: 'gen_ai.request.top_p',
  requestSeed: 'gen_ai.request.seed',
  /** True, or absent. */
  requestStream: 'gen_ai.request.stream',
  /** `text` or `json`; absent where the request names no format. */
  outputType: 'gen_ai.output.type',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  /** A list with one entry: an answer of ours is one choice. */
  finishReasons: 'gen_ai.response.finish_reasons',
  /** Seconds; streamed answers only. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheCreationTokens: 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens: 'gen_ai.usage.reasoning.output_tokens',
  /** `input` or `output`. */
  tokenType: 'gen_ai.token.type',
  toolName: 'gen_ai.tool.name',
  toolCallId: 'gen_ai.tool.call.id',
  toolType: 'gen_ai.tool.type',
  /** An `ErrorCode`, or the status of an HTTP answer. */
  errorType: 'error.type',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
  urlPath: 'url.path',
  urlScheme: 'url.scheme',
  requestId: 'lattice.request.id',
  decisionId: 'lattice.decision.id',
  /** What the caller asked for: `auto`, an alias, a model. */
  requestedModel: 'lattice.requested_model',
  simulated: 'lattice.simulated',
  /** Turn of the tool loop, from 1. */
  turn: 'lattice.turn',
  /** Attempt within the run, from 1. */
  attempt: 'lattice.attempt.number',
  /** How often this model was called before in this turn; 0 is the first call. */
  retryCount: 'lattice.attempt.retry_count',
  /** An `AttemptStatus`. */
  attemptStatus: 'lattice.attempt.status',
  /** How many attempts a run took. */
  attemptCount: 'lattice.attempt.count',
  /** Nano-dollars; absent where unknown. */
  costNanoUsd: 'lattice.cost.nano_usd',
  /** How many attempts of the run have no known cost. */
  unknownCosts: 'lattice.cost.unknown_entries',
} as const;

/** Values of `gen_ai.operation.name` that this house uses. A span's name is `{operation} {model or tool}`. */
export const operationNames = {
  /** One call of one model. Kind client. */
  chat: 'chat',
  /** One call of one tool. Kind internal. */
  executeTool: 'execute_tool',
  /** A whole run: every attempt of every turn, and the tools between. Kind internal. */
  run: 'invoke_agent',
} as const;

/** Every metric this house records: the one source of their names. */
export const metricNames = {
  /** Seconds: one call of one model. */
  operationDuration: 'gen_ai.client.operation.duration',
  /** Tokens, by `gen_ai.token.type`. */
  tokenUsage: 'gen_ai.client.token.usage',
  /** Seconds until the first content event of a streamed answer. */
  timeToFirstChunk: 'gen_ai.client.operation.time_to_first_chunk',
  /** Seconds: a whole run with its turns and tools. */
  runDuration: 'gen_ai.invoke_agent.duration',
  /** Seconds: one call of one tool. */
  toolDuration: 'gen_ai.execute_tool.duration',
  /** Nano-dollars. */
  costNanoUsd: 'lattice.cost',
  /** Attempts that did not end well, by code. */
  attemptFailures: 'lattice.attempt.failures',
  /** Seconds: analysis and selection. */
  selectionDuration: 'lattice.selection.duration',
  /** Seconds: one HTTP request of the gateway. */
  serverDuration: 'http.server.request.duration',
} as const;

/** One of the values of {@link metricNames}. */
export type MetricName = (typeof metricNames)[keyof typeof metricNames];

/** How a metric is kept. */
export interface MetricDefinition {
  readonly kind: 'histogram' | 'counter';
  /** UCUM, as OpenTelemetry writes units. */
  readonly unit: string;
  readonly description: string;
  /** Upper bounds of a histogram's buckets, in its unit. */
  readonly boundaries?: readonly number[];
  /** The attributes that become labels. Others are left out: each value of each label is a series of its own. */
  readonly attributes: readonly string[];
}

/** gen-ai-metrics.md gives these for every duration of a client, a tool and an agent. */
const durationBoundaries = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
] as const;

/** gen-ai-metrics.md, `gen_ai.client.token.usage`: powers of four. */
const tokenBoundaries = [
  1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
] as const;

/** docs/http/http-metrics.md, `http.server.request.duration`. */
const serverBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** Ours: a selection takes some ten microseconds, a text of megabytes some ten milliseconds. */
const selectionBoundaries = [
  0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1,
] as const;

const { operationName, providerName, requestModel, errorType, attemptStatus, tokenType, toolName } = attributeNames;
const call = [operationName, providerName, requestModel] as const;

/** How each metric is kept: kind, unit, buckets and labels. */
export const metricDefinitions: Readonly<Record<MetricName, MetricDefinition>> = Object.freeze({
  [metricNames.operationDuration]: {
    kind: 'histogram',
    unit: 's',
    description: 'GenAI operation duration.',
    boundaries: durationBoundaries,
    attributes: [...call, errorType, attemptStatus],
  },
  [metricNames.tokenUsage]: {
    kind: 'histogram',
    unit: '{token}',
    description: 'Number of input and output tokens used.',
    boundaries: tokenBoundaries,
    attributes: [...call, tokenType],
  },
  [metricNames.timeToFirstChunk]: {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the request to the first chunk of a streamed answer.',
    boundaries: durationBoundaries,
    attributes: call,
  },
  [metricNames.runDuration]: {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of a run with its turns and tools.',
    boundaries: durationBoundaries,
    attributes: [errorType],
  },
  [metricNames.toolDuration]: {
    kind: 'histogram',
    unit: 's',
    description: 'The duration of a single tool execution.',
    boundaries: durationBoundaries,
    attributes: [toolName, errorType],
  },
  [metricNames.costNanoUsd]: {
    kind: 'counter',
    unit: '{nano_usd}',
    description: 'Known cost of attempts, in billionths of a US dollar.',
    attributes: [providerName, requestModel],
  },
  [metricNames.attemptFailures]: {
    kind: 'counter',
    unit: '{attempt}',
    description: 'Attempts that did not end well.',
    attributes: [providerName, requestModel, errorType],
  },
  [metricNames.selectionDuration]: {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of analysis and selection.',
    boundaries: selectionBoundaries,
    attributes: [],
  },
  [metricNames.serverDuration]: {
    kind: 'histogram',
    unit: 's',
    description: 'Duration of HTTP server requests.',
    boundaries: serverBoundaries,
    attributes: [
      attributeNames.httpMethod,
      attributeNames.httpRoute,
      attributeNames.httpStatus,
      attributeNames.urlScheme,
      errorType,
    ],
  },
});

/** Well-known values of `gen_ai.provider.name` that are not our ids. */
const providerNames: Readonly<Record<string, string>> = {
  google: 'gcp.gemini',
  xai: 'x_ai',
  azure: 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  mistral: 'mistral_ai',
  moonshot: 'moonshot_ai',
};

/** What `gen_ai.provider.name` says of a provider of ours: the conventions' name where there is one, else its id. */
export function conventionalProviderName(providerId: string): string {
  return Object.hasOwn(providerNames, providerId) ? (providerNames[providerId] ?? providerId) : providerId;
}

import {
  attributeNames,
  conventionalProviderName,
  metricNames,
  operationNames,
  type AttemptRecord,
  type ChatRequest,
  type SpanContext,
  type Telemetry,
  type TelemetryAttributes,
  type TelemetrySpan,
  type Usage,
} from '@lattice-lock/contract';
import type { Attempt } from './attempt.ts';

const { chat } = operationNames;

/** Begins the span of one call of one model, `chat {model}`, as the GenAI conventions name it. */
export function startAttemptSpan(telemetry: Telemetry, attempt: Attempt, parent: SpanContext | null): TelemetrySpan {
  const { model, turn, attempt: number, retryCount, request, isStreaming } = attempt.input;
  const span = telemetry.startSpan(`${chat} ${model.model}`, { kind: 'client', parent });
  if (span.isRecording === false) return span;
  span.setAttributes({
    [attributeNames.operationName]: chat,
    [attributeNames.providerName]: conventionalProviderName(model.provider),
    [attributeNames.requestModel]: model.model,
    ...(isStreaming ? { [attributeNames.requestStream]: true } : {}),
    ...requestAttributes(request),
    [attributeNames.turn]: turn,
    [attributeNames.attempt]: number,
    [attributeNames.retryCount]: retryCount,
  });
  return span;
}

/** Ends it with how the call went. Without a record, the account could not be written: only the error is known. */
export function endAttemptSpan(span: TelemetrySpan, attempt: Attempt, record: AttemptRecord | undefined): void {
  if (span.isRecording !== false) {
    const { result, error } = attempt;
    if (error !== null) span.recordError(error);
    span.setAttributes({
      ...usageAttributes(attempt.usage),
      ...(result === null ? {} : { [attributeNames.responseModel]: result.model }),
      ...(result === null ? {} : { [attributeNames.finishReasons]: [result.rawFinishReason ?? result.finishReason] }),
      ...definedAttribute(attributeNames.responseId, result?.id),
      ...(attempt.input.isStreaming && attempt.firstTokenMs !== null
        ? { [attributeNames.timeToFirstChunk]: attempt.firstTokenMs / 1000 }
        : {}),
      ...definedAttribute(attributeNames.attemptStatus, record?.status),
      ...definedAttribute(attributeNames.costNanoUsd, costOf(record)),
    });
  }
  span.end();
}

/** Measures an attempt that is accounted for. */
export function measureAttempt(telemetry: Telemetry, attempt: Attempt, record: AttemptRecord): void {
  const labels: TelemetryAttributes = {
    [attributeNames.operationName]: chat,
    [attributeNames.providerName]: conventionalProviderName(record.model.provider),
    [attributeNames.requestModel]: record.model.model,
    [attributeNames.attemptStatus]: record.status,
    ...definedAttribute(attributeNames.errorType, record.errorCode),
  };
  telemetry.record(metricNames.operationDuration, attempt.elapsedMs / 1000, labels);
  if (attempt.input.isStreaming && attempt.firstTokenMs !== null) {
    telemetry.record(metricNames.timeToFirstChunk, attempt.firstTokenMs / 1000, labels);
  }
  if (record.errorCode !== null) telemetry.record(metricNames.attemptFailures, 1, labels);
  const cost = costOf(record);
  if (cost !== null) telemetry.record(metricNames.costNanoUsd, cost, labels);
  const { inputTokens, outputTokens } = record.usage;
  if (inputTokens !== null) {
    telemetry.record(metricNames.tokenUsage, inputTokens, { ...labels, [attributeNames.tokenType]: 'input' });
  }
  if (outputTokens !== null) {
    telemetry.record(metricNames.tokenUsage, outputTokens, { ...labels, [attributeNames.tokenType]: 'output' });
  }
}

/** What is known of a usage; unknown counts are left out, never 0. */
export function usageAttributes(usage: Usage): TelemetryAttributes {
  return {
    ...definedAttribute(attributeNames.inputTokens, usage.inputTokens),
    ...definedAttribute(attributeNames.outputTokens, usage.outputTokens),
    ...definedAttribute(attributeNames.cacheReadTokens, usage.cachedInputTokens),
    ...definedAttribute(attributeNames.cacheCreationTokens, usage.cacheWriteTokens),
    ...definedAttribute(attributeNames.reasoningTokens, usage.reasoningTokens),
  };
}

function requestAttributes({ maxOutputTokens, temperature, topP, seed, responseFormat }: ChatRequest) {
  return {
    ...definedAttribute(attributeNames.requestMaxTokens, maxOutputTokens),
    ...definedAttribute(attributeNames.requestTemperature, temperature),
    ...definedAttribute(attributeNames.requestTopP, topP),
    ...definedAttribute(attributeNames.requestSeed, seed),
    ...(responseFormat === undefined
      ? {}
      : { [attributeNames.outputType]: responseFormat.type === 'text' ? 'text' : 'json' }),
  };
}

function costOf(record: AttemptRecord | undefined): number | null {
  const cost = record?.costNanoUsd ?? null;
  return cost === null ? null : Number(cost);
}

function definedAttribute(name: string, value: string | number | null | undefined): TelemetryAttributes {
  return value === null || value === undefined ? {} : { [name]: value };
}

/** Every metric this house records: the one source of their names and units. */
export const metricNames = {
  /** Histogram, seconds: one call of one model. */
  operationDuration: 'gen_ai.client.operation.duration',
  /** Histogram, tokens: by `gen_ai.token.type`. */
  tokenUsage: 'gen_ai.client.token.usage',
  /** Histogram, seconds: until the first content event. */
  timeToFirstChunk: 'gen_ai.client.operation.time_to_first_chunk',
  /** Counter, nano-dollars. */
  costNanoUsd: 'lattice.cost',
  /** Counter: attempts that did not end well, by code. */
  attemptFailures: 'lattice.attempt.failures',
  /** Histogram, seconds: analysis and selection. */
  selectionDuration: 'lattice.selection.duration',
} as const;

/** One of the values of {@link metricNames}. */
export type MetricName = (typeof metricNames)[keyof typeof metricNames];

/** Attributes of spans and measurements. */
export type TelemetryAttributes = Readonly<Record<string, string | number | boolean>>;

/** A span that is open. */
export interface TelemetrySpan {
  setAttributes(attributes: TelemetryAttributes): void;
  recordError(error: unknown): void;
  end(): void;
}

/** Spans and metrics, without naming who collects them. */
export interface Telemetry {
  startSpan(name: string, attributes?: TelemetryAttributes, parent?: TelemetrySpan): TelemetrySpan;
  record(metric: MetricName, value: number, attributes?: TelemetryAttributes): void;
}

const silentSpan: TelemetrySpan = Object.freeze({
  setAttributes: () => undefined,
  recordError: () => undefined,
  end: () => undefined,
});

/** Records nothing. The default of every library room. */
export const silentTelemetry: Telemetry = Object.freeze({
  startSpan: () => silentSpan,
  record: () => undefined,
});

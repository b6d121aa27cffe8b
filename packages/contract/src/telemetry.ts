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

/** What identifies a span across processes (W3C Trace Context, https://www.w3.org/TR/trace-context/). */
export interface SpanContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** How a span begins. */
export interface SpanOptions {
  readonly attributes?: TelemetryAttributes;
  /** The span it belongs to, ours or one of another process; a trace of its own without. */
  readonly parent?: SpanContext | null;
  /** `server`: a request came in; `client`: a call goes out; `internal` (default): neither. */
  readonly kind?: 'server' | 'client' | 'internal';
}

/** A span that is open. */
export interface TelemetrySpan {
  /** `null` when nothing is recorded. */
  readonly context: SpanContext | null;
  setAttributes(attributes: TelemetryAttributes): void;
  /** Marks the span as failed. Takes the code and the message of a `LatticeError`, never its cause. */
  recordError(error: unknown): void;
  end(): void;
}

/** Spans and metrics, without naming who collects them. */
export interface Telemetry {
  startSpan(name: string, options?: SpanOptions): TelemetrySpan;
  record(metric: MetricName, value: number, attributes?: TelemetryAttributes): void;
}

const silentSpan: TelemetrySpan = Object.freeze({
  context: null,
  setAttributes: () => undefined,
  recordError: () => undefined,
  end: () => undefined,
});

/** Records nothing. The default of every library room. */
export const silentTelemetry: Telemetry = Object.freeze({
  startSpan: () => silentSpan,
  record: () => undefined,
});

/** `00-<trace>-<span>-<flags>`, the `traceparent` header of a call that goes out. */
export function formatTraceparent({ traceId, spanId, isSampled }: SpanContext): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

/** Reads a `traceparent` header; `null` for anything that is not one, whatever its length. */
export function parseTraceparent(header: string | undefined): SpanContext | null {
  if (header === undefined || header.length > 512) return null;
  const match = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:$|-)/.exec(header);
  if (match === null) return null;
  const [, traceId = '', spanId = '', flags = '00'] = match;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

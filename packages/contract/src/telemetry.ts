import type { LogFields } from './logger.ts';
import type { MetricName } from './telemetry-names.ts';

/** Attributes of spans and measurements. */
export type TelemetryAttributes = Readonly<Record<string, string | number | boolean | readonly string[]>>;

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
  /** `false` where nobody reads what is said of it: its context goes on to what is called, and nothing need be gathered. */
  readonly isRecording?: boolean;
  setAttributes(attributes: TelemetryAttributes): void;
  /** Marks the span as failed. Takes the code and the message of a `LatticeError`, never its cause. */
  recordError(error: unknown): void;
  end(): void;
}

/** Spans and metrics, without naming who collects them. */
export interface Telemetry {
  startSpan(name: string, options?: SpanOptions): TelemetrySpan;
  /** Adds to a counter or histogram. Attributes that are no labels of the metric are left out. */
  record(metric: MetricName, value: number, attributes?: TelemetryAttributes): void;
}

const silentSpan: TelemetrySpan = Object.freeze({
  context: null,
  isRecording: false,
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

/**
 * The fields of a log line that say which span it belongs to, as OpenTelemetry names them in logs of other formats
 * (https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/): `logger.child(traceFields(context))`.
 */
export function traceFields(context: SpanContext | null): LogFields {
  if (context === null) return noFields;
  return { trace_id: context.traceId, span_id: context.spanId, trace_flags: context.isSampled ? '01' : '00' };
}

const noFields: LogFields = Object.freeze({});

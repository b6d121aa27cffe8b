import {
  toLatticeError,
  type MetricName,
  type SpanContext,
  type Telemetry,
  type TelemetryAttributes,
} from '@lattice-lock/contract';

/** A span as the recorder saw it. */
export interface RecordedSpan {
  readonly name: string;
  readonly kind: string;
  readonly context: SpanContext;
  readonly parent: SpanContext | null;
  attributes: TelemetryAttributes;
  errorCode: string | null;
  ends: number;
}

/** A measurement as the recorder saw it. */
export interface RecordedMeasurement {
  readonly metric: MetricName;
  readonly value: number;
  readonly attributes: TelemetryAttributes;
}

/** Telemetry that remembers everything, in the order it began. */
export class RecordingTelemetry implements Telemetry {
  readonly spans: RecordedSpan[] = [];
  readonly measurements: RecordedMeasurement[] = [];

  startSpan: Telemetry['startSpan'] = (name, { kind = 'internal', parent = null, attributes = {} } = {}) => {
    const spanId = String(this.spans.length + 1).padStart(16, '0');
    const context = { traceId: parent?.traceId ?? 'a'.repeat(32), spanId, isSampled: true };
    const span: RecordedSpan = { name, kind, context, parent, attributes, errorCode: null, ends: 0 };
    this.spans.push(span);
    return {
      context,
      setAttributes: (more) => {
        span.attributes = { ...span.attributes, ...more };
      },
      recordError: (error) => {
        span.errorCode = toLatticeError(error).code;
      },
      end: () => {
        span.ends += 1;
      },
    };
  };

  record: Telemetry['record'] = (metric, value, attributes = {}) => {
    this.measurements.push({ metric, value, attributes });
  };
}

import { randomUUID } from 'node:crypto';
import type { SpanContext, SpanOptions, TelemetrySpan } from '@lattice-lock/contract';

/**
 * Spans where nobody records them: what is called gets the trace context that came in, unchanged, so that
 * the trace has no gap (https://www.w3.org/TR/trace-context/); without one a fresh, unsampled context lets logs of one request be found together.
 */
export function passThroughSpan(options: SpanOptions = {}): TelemetrySpan {
  return {
    context: options.parent ?? freshContext(),
    isRecording: false,
    setAttributes: nothing,
    recordError: nothing,
    end: nothing,
  };
}

const nothing = () => undefined;

/** Two version 4 UUIDs: more than a hundred random bits, from a pool that Node fills ahead. */
function freshContext(): SpanContext {
  const trace = randomUUID();
  const span = randomUUID();
  const traceId = `${trace.slice(0, 8)}${trace.slice(9, 13)}${trace.slice(14, 18)}${trace.slice(19, 23)}${trace.slice(24)}`;
  return { traceId, spanId: `${span.slice(19, 23)}${span.slice(24)}`, isSampled: false };
}

import { randomUUID } from 'node:crypto';
import type { SpanContext, SpanOptions, TelemetrySpan } from '@lattice-lock/contract';

/**
 * Spans where nobody records them: what is called gets the trace context that came in, unchanged, so that
 * the trace has no gap (https://www.w3.org/TR/trace-context/); without one a fresh, unsampled context lets logs of one request be found together.
 */
export function passThroughSpan(options: SpanOptions = {}): TelemetrySpan {
  return {
    context: options.parent ?? freshContext(),
    setAttributes: nothing,
    recordError: nothing,
    end: nothing,
  };
}

const nothing = () => undefined;

/** Two version 4 UUIDs: more than a hundred random bits, from a pool that Node fills ahead. */
function freshContext(): SpanContext {
  const traceId = randomUUID().replaceAll('-', '');
  return { traceId, spanId: randomUUID().replaceAll('-', '').slice(16), isSampled: false };
}

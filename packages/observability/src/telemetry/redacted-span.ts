import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '@lattice-lock/contract';
import { redact } from '../redact.ts';

/** The span as it may leave the process: no secret in its name, attributes or status. Most spans stay as they are. */
export function redactedSpan(span: ReadableSpan): ReadableSpan {
  const { name, attributes, status } = span;
  const text = JSON.stringify({ name, attributes, error: status.message ?? '' });
  const clean = redact(text);
  if (clean === text) return span;
  const parts = JSON.parse(clean) as { name: string; attributes: Attributes; error: string };
  return Object.create(span, {
    name: { value: parts.name },
    attributes: { value: parts.attributes },
    status: { value: status.message === undefined ? status : { ...status, message: parts.error } },
  }) as ReadableSpan;
}

/** An exporter that gets no secret to see, and whose failures are logged instead of being lost. */
export function redactingExporter(exporter: SpanExporter, logger: Logger): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans.map(redactedSpan), (result) => {
        if (result.error !== undefined) logger.warn({ spans: spans.length, error: result.error }, 'spans not exported');
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

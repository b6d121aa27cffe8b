import type { TelemetryAttributes } from '@lattice-lock/contract';
import type { HrTime, SpanKind } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { OtelApi } from './load-open-telemetry.ts';
import { redactedSpan } from './redacted-span.ts';
import type { FinishedSpan } from './telemetry-options.ts';

/** Keeps the last spans that ended, without secrets. */
export class SpanMemory implements SpanProcessor {
  readonly #api: OtelApi;
  readonly #limit: number;
  readonly #spans: FinishedSpan[] = [];

  constructor(api: OtelApi, limit: number) {
    this.#api = api;
    this.#limit = limit;
  }

  get spans(): readonly FinishedSpan[] {
    return [...this.#spans];
  }

  onStart(): void {
    // A span counts once it has ended.
  }

  onEnd(span: ReadableSpan): void {
    if (this.#spans.length >= this.#limit) this.#spans.shift();
    this.#spans.push(this.#finished(redactedSpan(span)));
  }

  async forceFlush(): Promise<void> {
    // Nothing waits.
  }

  async shutdown(): Promise<void> {
    // What was kept can still be read.
  }

  #finished(span: ReadableSpan): FinishedSpan {
    const { traceId, spanId, traceFlags } = span.spanContext();
    const isFailed = span.status.code === this.#api.SpanStatusCode.ERROR;
    return {
      name: span.name,
      kind: this.#kindOf(span.kind),
      context: { traceId, spanId, isSampled: (traceFlags & 1) === 1 },
      parentSpanId: span.parentSpanContext?.spanId ?? null,
      attributes: span.attributes as TelemetryAttributes,
      error: isFailed ? (span.status.message ?? '') : null,
      startedAtMs: millisecondsOf(span.startTime),
      durationMs: millisecondsOf(span.duration),
    };
  }

  #kindOf(kind: SpanKind): FinishedSpan['kind'] {
    if (kind === this.#api.SpanKind.SERVER) return 'server';
    return kind === this.#api.SpanKind.CLIENT ? 'client' : 'internal';
  }
}

function millisecondsOf([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

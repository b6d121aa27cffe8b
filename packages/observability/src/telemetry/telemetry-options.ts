import type { Logger, SpanContext, Telemetry, TelemetryAttributes } from '@lattice-lock/contract';

/** What {@link createTelemetry} takes. */
export interface TelemetryOptions {
  /** `service.name` of everything that is exported. Default: `OTEL_SERVICE_NAME`, else `lattice-lock`. */
  readonly serviceName?: string;
  /** `service.version`. */
  readonly serviceVersion?: string;
  /**
   * Where spans are sent by OTLP over HTTP (JSON): a base URL, `/v1/traces` is added. Default:
   * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`; without any, or with
   * `OTEL_TRACES_EXPORTER=none` or `OTEL_SDK_DISABLED=true`, spans are not recorded, and trace context is handed on.
   */
  readonly otlpEndpoint?: string;
  /** Sent with every export; `OTEL_EXPORTER_OTLP_HEADERS` unless given. */
  readonly otlpHeaders?: Readonly<Record<string, string>>;
  /** For one export with its retries, ms; `OTEL_EXPORTER_OTLP_TIMEOUT`, else 10 000. */
  readonly exportTimeoutMs?: number;
  /** How many of the last spans are kept in memory for `finishedSpans()`. Default 0. */
  readonly keepSpans?: number;
  /**
   * The share of traces that begin here and are recorded, 0 to 1; a trace that comes in keeps its sender's decision.
   * Default: `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`, else 1.
   */
  readonly sampleRatio?: number;
  /** False: no metrics, and their packages need not be installed. Default true. */
  readonly metrics?: boolean;
  /** Models that always keep their name as a label, e.g. those of the catalog. */
  readonly knownModels?: Iterable<string>;
  /** How many values of a label beyond the known ones keep their name; every further one is `_other`. Default 100. */
  readonly maxLabelValues?: number;
  /** Told of exports that failed. */
  readonly logger?: Logger;
}

/** A span that has ended, as `keepSpans` keeps it. */
export interface FinishedSpan {
  readonly name: string;
  readonly kind: 'server' | 'client' | 'internal';
  readonly context: SpanContext;
  /** `null` for the first span of a trace. */
  readonly parentSpanId: string | null;
  readonly attributes: TelemetryAttributes;
  /** Message of the error the span failed with, without secrets; `null` when it did not fail. */
  readonly error: string | null;
  readonly startedAtMs: number;
  readonly durationMs: number;
}

/** Telemetry on OpenTelemetry. Nothing of it is process-wide: two of them do not see each other. */
export interface OpenTelemetry extends Telemetry {
  /**
   * Every metric in Prometheus' text format ({@link prometheusContentType}). Scrapes at the same time share one.
   *
   * @throws LatticeError `LATTICE_CLOSED` after `shutdown()`
   */
  prometheus(): Promise<string>;
  /** Further models that always keep their name as a label, e.g. when a catalog is loaded. */
  addKnownModels(models: Iterable<string>): void;
  /** The last spans that ended, the oldest first; empty unless `keepSpans` is set. */
  finishedSpans(): readonly FinishedSpan[];
  /** Sends what is waiting. Never rejects: a failed export is logged. */
  flush(): Promise<void>;
  /** Sends what is waiting and stops. Never rejects; may be called twice. */
  shutdown(): Promise<void>;
}

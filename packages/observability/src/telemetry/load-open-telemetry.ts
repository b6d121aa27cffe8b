import { LatticeError } from '@lattice-lock/contract';
import type * as api from '@opentelemetry/api';
import type * as prometheus from '@opentelemetry/exporter-prometheus';
import type * as otlp from '@opentelemetry/exporter-trace-otlp-http';
import type * as resources from '@opentelemetry/resources';
import type * as metrics from '@opentelemetry/sdk-metrics';
import type * as trace from '@opentelemetry/sdk-trace';

export type OtelApi = typeof api;
export type OtelTrace = typeof trace;
export type OtelMetrics = typeof metrics;
export type OtelResources = typeof resources;
export type OtelPrometheus = typeof prometheus;
export type OtelOtlp = typeof otlp;

/** What spans need. */
export interface TracePackages {
  readonly api: OtelApi;
  readonly trace: OtelTrace;
  readonly resources: OtelResources;
  /** `null` when spans are only kept in memory. */
  readonly otlp: OtelOtlp | null;
}

/** What metrics need. */
export interface MetricPackages {
  readonly api: OtelApi;
  readonly metrics: OtelMetrics;
  readonly resources: OtelResources;
  readonly prometheus: OtelPrometheus;
}

/** Loads the packages of spans. @throws LatticeError `LATTICE_CONFIG` naming what is to be installed */
export async function loadTracePackages(needsOtlp: boolean): Promise<TracePackages> {
  const names = ['@opentelemetry/api', '@opentelemetry/sdk-trace', '@opentelemetry/resources'];
  if (needsOtlp) names.push('@opentelemetry/exporter-trace-otlp-http');
  return loaded('Spans', names, async () => ({
    api: await import('@opentelemetry/api'),
    trace: await import('@opentelemetry/sdk-trace'),
    resources: await import('@opentelemetry/resources'),
    otlp: needsOtlp ? await import('@opentelemetry/exporter-trace-otlp-http') : null,
  }));
}

/** Loads the packages of metrics. @throws LatticeError `LATTICE_CONFIG` naming what is to be installed */
export async function loadMetricPackages(): Promise<MetricPackages> {
  const names = [
    '@opentelemetry/api',
    '@opentelemetry/sdk-metrics',
    '@opentelemetry/resources',
    '@opentelemetry/exporter-prometheus',
  ];
  return loaded('Metrics', names, async () => ({
    api: await import('@opentelemetry/api'),
    metrics: await import('@opentelemetry/sdk-metrics'),
    resources: await import('@opentelemetry/resources'),
    prometheus: await import('@opentelemetry/exporter-prometheus'),
  }));
}

async function loaded<Packages>(what: string, names: readonly string[], load: () => Promise<Packages>) {
  try {
    return await load();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const isMissing = (error as { readonly code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND';
    const fault = isMissing ? 'a package of OpenTelemetry is not installed' : 'OpenTelemetry could not be loaded';
    throw new LatticeError(
      'LATTICE_CONFIG',
      `${what} cannot be recorded: ${fault} (${reason}). Run: npm install ${names.join(' ')}`,
      { cause: error },
    );
  }
}

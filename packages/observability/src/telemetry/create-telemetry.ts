import { LatticeError, silentLogger, type SpanOptions, type TelemetrySpan } from '@lattice-lock/contract';
import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { loadMetricPackages, loadTracePackages, type OtelResources } from './load-open-telemetry.ts';
import { MetricRecorder } from './metric-recorder.ts';
import { passThroughSpan } from './pass-through-tracer.ts';
import { redactingExporter } from './redacted-span.ts';
import { createSampler } from './sampler.ts';
import { SpanMemory } from './span-memory.ts';
import { SpanTracer } from './span-tracer.ts';
import type { FinishedSpan, OpenTelemetry, TelemetryOptions } from './telemetry-options.ts';

/** The content type of `prometheus()`: version 0.0.4 of the text format. */
export const prometheusContentType = 'text/plain; version=0.0.4; charset=utf-8';

const defaultServiceName = 'lattice-lock';
const scope = '@lattice-lock/observability';
const defaultMaxLabelValues = 100;

/**
 * Telemetry on OpenTelemetry: spans by OTLP where an endpoint is set, metrics as Prometheus text. Its packages are
 * optional peers and loaded here, only those that the options need. No global provider is registered or read.
 *
 * @throws LatticeError `LATTICE_CONFIG` when a package is missing (the message says what to install) or a setting is wrong
 */
export async function createTelemetry(options: TelemetryOptions = {}): Promise<OpenTelemetry> {
  const [spans, metrics] = await Promise.all([
    openSpans(options),
    options.metrics === false ? noMetrics : openMetrics(options),
  ]);
  let isClosed = false;
  let scrape: Promise<string> | undefined;
  return {
    startSpan: spans.startSpan,
    record: (metric, value, attributes) => metrics.recorder?.record(metric, value, attributes),
    prometheus: async () => {
      if (isClosed) throw new LatticeError('LATTICE_CLOSED', 'The telemetry is shut down; create a new one.');
      scrape ??= metrics.scrape().finally(() => (scrape = undefined));
      return scrape;
    },
    addKnownModels: (models) => metrics.recorder?.knowModels(models),
    finishedSpans: spans.finished,
    flush: spans.flush,
    shutdown: async () => {
      if (isClosed) return;
      isClosed = true;
      await Promise.all([spans.shutdown(), metrics.shutdown()]);
    },
  };
}

interface SpanSide {
  startSpan(name: string, options?: SpanOptions): TelemetrySpan;
  finished(): readonly FinishedSpan[];
  flush(): Promise<void>;
  shutdown(): Promise<void>;
}

interface MetricSide {
  readonly recorder: MetricRecorder | null;
  scrape(): Promise<string>;
  shutdown(): Promise<void>;
}

const settled = async () => undefined;

const noSpans: SpanSide = {
  startSpan: (_name, options) => passThroughSpan(options),
  finished: () => [],
  flush: settled,
  shutdown: settled,
};

const noMetrics: MetricSide = { recorder: null, scrape: async () => '# metrics are off\n', shutdown: settled };

async function openSpans(options: TelemetryOptions): Promise<SpanSide> {
  const { keepSpans = 0 } = options;
  const exports = isExporting(options);
  if (!exports && keepSpans < 1) return noSpans;
  const packages = await loadTracePackages(exports);
  const { api, trace, resources, otlp } = packages;
  const memory = keepSpans < 1 ? null : new SpanMemory(api, keepSpans);
  const spanProcessors: SpanProcessor[] = memory === null ? [] : [memory];
  if (otlp !== null) {
    const exporter = new otlp.OTLPTraceExporter(exporterConfig(options));
    const redacting = redactingExporter(exporter, options.logger ?? silentLogger);
    spanProcessors.push(new trace.BatchSpanProcessor({ exporter: redacting }));
  }
  const provider = new trace.TracerProvider({
    resource: resourceOf(resources, options),
    sampler: createSampler(trace, options.sampleRatio),
    spanProcessors,
  });
  const tracer = new SpanTracer(api, provider.getTracer(scope));
  return {
    startSpan: (name, spanOptions) => tracer.startSpan(name, spanOptions),
    finished: () => memory?.spans ?? [],
    // What could not be sent was logged by the exporter.
    flush: () => provider.forceFlush().catch(settled),
    shutdown: () => provider.shutdown().catch(settled),
  };
}

async function openMetrics(options: TelemetryOptions): Promise<MetricSide> {
  const { api, metrics, resources, prometheus } = await loadMetricPackages();
  const reader = new prometheus.PrometheusExporter({ preventServerStart: true });
  const provider = new metrics.MeterProvider({ resource: resourceOf(resources, options), readers: [reader] });
  const serializer = new prometheus.PrometheusSerializer(undefined, false, undefined, false, true);
  const { knownModels = [], maxLabelValues = defaultMaxLabelValues } = options;
  const recorder = new MetricRecorder(api, provider.getMeter(scope), maxLabelValues);
  recorder.knowModels(knownModels);
  return {
    recorder,
    scrape: async () => {
      const { resourceMetrics } = await reader.collect();
      const text = serializer.serialize(resourceMetrics);
      return text.endsWith('\n') ? text : `${text}\n`;
    },
    shutdown: () => provider.shutdown().catch(settled),
  };
}

function isExporting(options: TelemetryOptions): boolean {
  if (options.otlpEndpoint !== undefined) return true;
  const { env } = process;
  if (env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none') return false;
  return Boolean(env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || env['OTEL_EXPORTER_OTLP_ENDPOINT']);
}

/** What is not given here the exporter reads from `OTEL_EXPORTER_OTLP_*` itself. */
function exporterConfig({ otlpEndpoint, otlpHeaders, exportTimeoutMs }: TelemetryOptions) {
  return {
    ...(otlpEndpoint === undefined ? {} : { url: tracesUrl(otlpEndpoint) }),
    ...(otlpHeaders === undefined ? {} : { headers: { ...otlpHeaders } }),
    ...(exportTimeoutMs === undefined ? {} : { timeoutMillis: exportTimeoutMs }),
  };
}

function tracesUrl(endpoint: string): string {
  const protocol = URL.canParse(endpoint) ? new URL(endpoint).protocol : '';
  if (protocol === 'http:' || protocol === 'https:') return `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  throw new LatticeError('LATTICE_CONFIG', 'otlpEndpoint is not an http or https URL, such as http://127.0.0.1:4318.');
}

function resourceOf(resources: OtelResources, options: TelemetryOptions): Resource {
  const { serviceName, serviceVersion } = options;
  const { resourceAttributesEnvDetector, serviceNameEnvDetector } = resources;
  return resources
    .defaultResource()
    .merge(resources.resourceFromAttributes({ 'service.name': defaultServiceName }))
    .merge(resources.detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }))
    .merge(
      resources.resourceFromAttributes({
        ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
        ...(serviceVersion === undefined ? {} : { 'service.version': serviceVersion }),
      }),
    );
}

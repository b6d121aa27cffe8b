// Logs: JSON lines with secrets removed at the sink.
export { createLogger, type LoggerOptions, type LogLevel, type SinkLogger } from './logger.ts';

// Spans and metrics on OpenTelemetry, which is loaded when telemetry is created.
export { createTelemetry, prometheusContentType } from './telemetry/create-telemetry.ts';
export type { FinishedSpan, OpenTelemetry, TelemetryOptions } from './telemetry/telemetry-options.ts';

// The same removal for every other sink: error bodies, terminals, traces.
export { redact } from './redact.ts';
export { redactError, type RedactedError } from './redact-error.ts';

/** Fields of a log line. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Structured logs. The sink removes secrets after rendering. Levels by event: cache hit debug, model selection info,
 * provider failover warn, security violation and billing integrity fatal.
 */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  fatal(fields: LogFields, message: string): void;
  child(fields: LogFields): Logger;
}

/** Says nothing. The default of every library room. */
export const silentLogger: Logger = Object.freeze({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
  child: () => silentLogger,
});

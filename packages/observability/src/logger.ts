import type { LogFields, Logger } from '@lattice-lock/contract';
import { pino, type DestinationStream } from 'pino';
import { redact } from './redact.ts';

/** From the quietest problem on: `silent` logs nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What a logger is made of. */
export interface LoggerOptions {
  /** Lines below it are not written. Default `info`. */
  readonly level?: LogLevel;
  /** Where lines go. Default: standard output, written synchronously so that none is lost at exit. */
  readonly destination?: NodeJS.WritableStream;
  /** Fields of every line. */
  readonly base?: LogFields;
}

/** A logger that owns its destination. */
export interface SinkLogger extends Logger {
  child(fields: LogFields): SinkLogger;
  /** Resolves when everything logged so far has been handed to the destination. */
  flush(): Promise<void>;
}

/** A logger that writes JSON lines: `level`, `time` (ISO 8601), fields, `msg`. Secrets are removed from the whole line. */
export function createLogger(options: LoggerOptions = {}): SinkLogger {
  const { destination } = options;
  const sink: DestinationStream = destination ?? pino.destination({ fd: 1, sync: true });
  const inner = pino(
    {
      level: options.level ?? 'info',
      base: options.base ?? null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
      hooks: { streamWrite: redact },
    },
    sink,
  );
  return wrap(inner, destination);
}

function wrap(inner: pino.Logger, destination: NodeJS.WritableStream | undefined): SinkLogger {
  return {
    debug: (fields, message) => inner.debug(fields, message),
    info: (fields, message) => inner.info(fields, message),
    warn: (fields, message) => inner.warn(fields, message),
    error: (fields, message) => inner.error(fields, message),
    fatal: (fields, message) => inner.fatal(fields, message),
    child: (fields) => wrap(inner.child(fields), destination),
    flush: () =>
      new Promise((resolve) => {
        if (destination === undefined) resolve();
        else destination.write('', () => resolve());
      }),
  };
}

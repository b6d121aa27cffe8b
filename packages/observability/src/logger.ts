import type { LogFields, Logger } from '@lattice-lock/contract';
import { pino, type DestinationStream } from 'pino';
import { errorFields } from './internal/error-fields.ts';
import { FlatLines, ownKeys } from './internal/flat-lines.ts';
import { sinkLine } from './internal/log-line.ts';

/** The least severe level that is written; `silent` writes nothing. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** What a logger is made of. */
export interface LoggerOptions {
  /** Lines below it are not written. Default `info`. */
  readonly level?: LogLevel;
  /** Where lines go. Default: standard output, written synchronously so that none is lost when the process exits. */
  readonly destination?: NodeJS.WritableStream;
  /** Fields of every line. */
  readonly base?: LogFields;
}

/** A logger that knows its destination. */
export interface SinkLogger extends Logger {
  child(fields: LogFields): SinkLogger;
  /** Resolves when the destination has taken everything logged so far; at once when it is gone. */
  flush(): Promise<void>;
}

/**
 * A logger that writes one line of JSON per entry: `level`, `time` (ISO 8601), the fields, `msg`. Errors among the fields
 * are written with their causes. Secrets are removed from the rendered line, whatever part of it they stand in, and no
 * character of a field or message can begin a line of its own.
 */
export function createLogger(options: LoggerOptions = {}): SinkLogger {
  const { destination } = options;
  const sink: DestinationStream = destination ?? pino.destination({ fd: 1, sync: true });
  const inner = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: plainFields },
      serializers: { err: (value: unknown) => value },
      hooks: { streamWrite: sinkLine },
    },
    sink,
  );
  const logger = wrap(inner, new FlatLines((line) => void sink.write(line)), destination);
  return options.base === undefined ? logger : logger.child(options.base);
}

/** Levels below `warn` are those of every request: their lines are written here where they are flat. */
function wrap(inner: pino.Logger, flat: FlatLines, destination: NodeJS.WritableStream | undefined): SinkLogger {
  const [writesDebug, writesInfo] = [inner.isLevelEnabled('debug'), inner.isLevelEnabled('info')];
  return {
    debug: (fields, message) => {
      if (writesDebug && !flat.write('debug', fields, message)) inner.debug(fields, message);
    },
    info: (fields, message) => {
      if (writesInfo && !flat.write('info', fields, message)) inner.info(fields, message);
    },
    warn: (fields, message) => inner.warn(fields, message),
    error: (fields, message) => inner.error(fields, message),
    fatal: (fields, message) => inner.fatal(fields, message),
    child: (fields) => wrap(inner.child(plainFields(fields)), flat.child(fields), destination),
    flush: () =>
      new Promise((resolve) => {
        if (destination === undefined || !destination.writable) resolve();
        else destination.write('', () => resolve());
      }),
  };
}

/** Errors as data, and no field under a key that is the line's own. Most entries need neither and stay as they are. */
function plainFields(fields: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(fields);
  if (!keys.some((key) => ownKeys.has(key) || fields[key] instanceof Error)) return fields;
  return Object.fromEntries(
    keys.map((key) => {
      const value = fields[key];
      return [ownKeys.has(key) ? `${key}_` : key, value instanceof Error ? errorFields(value) : value];
    }),
  );
}

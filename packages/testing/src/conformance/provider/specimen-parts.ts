import { systemClock, type Clock, type LogFields, type Logger } from '@lattice-lock/contract';

/**
 * What the suite puts into a provider, named as in `ProviderOptions`: spread it into the options of the provider. A
 * provider that keeps time or writes logs by other means fails the checks of its cache and of its logs.
 */
export interface SpecimenParts {
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The machine's clock, put forward at will: what is remembered for a minute is old at once. */
export class SteppedClock implements Clock {
  #aheadMs = 0;

  now(): number {
    return systemClock.now() + this.#aheadMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#aheadMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal);
  }

  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}

/** Keeps every line with its fields, those of its parents included. */
export class RecordingLogger implements Logger {
  readonly #lines: (readonly [LogFields, string])[];
  readonly #fields: LogFields;

  constructor(fields: LogFields = {}, lines: (readonly [LogFields, string])[] = []) {
    this.#fields = fields;
    this.#lines = lines;
  }

  get lines(): readonly (readonly [LogFields, string])[] {
    return this.#lines;
  }

  readonly #put = (fields: LogFields, message: string): void => {
    this.#lines.push([{ ...this.#fields, ...fields }, message]);
  };

  readonly debug = this.#put;
  readonly info = this.#put;
  readonly warn = this.#put;
  readonly error = this.#put;
  readonly fatal = this.#put;

  child(fields: LogFields): Logger {
    return new RecordingLogger({ ...this.#fields, ...fields }, this.#lines);
  }
}

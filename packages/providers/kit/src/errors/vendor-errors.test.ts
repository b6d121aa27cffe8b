import { describe, expect, it } from 'vitest';
import rows from './__fixtures__/vendor-errors.json' with { type: 'json' };
import { mapHttpError } from './http-error.ts';

/** What a row of the table says; a wait that is not named must not be found. */
interface Row {
  readonly vendor: string;
  readonly what: string;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body: unknown;
  readonly code: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly message?: string | undefined;
}

const table: readonly Row[] = rows;

const nowMs = Date.UTC(2026, 10, 20, 12, 0, 0);

describe('errors of every vendor', () => {
  it.each(table)('$vendor: $what ($status)', (row) => {
    const { status } = row;
    const named = Object.entries(row.headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    );
    const headers = Object.fromEntries(named) as Record<string, string>;
    // Inside a stream the body is parsed already.
    const body = status === 200 || typeof row.body === 'string' ? row.body : JSON.stringify(row.body);
    const error = mapHttpError({ provider: row.vendor, status, headers, body, nowMs });
    const { code, retryable, retryAfterMs } = error;
    expect({ code, retryable, retryAfterMs }).toEqual({
      code: row.code,
      retryable: row.retryable,
      retryAfterMs: row.retryAfterMs,
    });
    expect(error.message).toContain(row.message ?? row.vendor);
  });
});

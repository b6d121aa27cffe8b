/**
 * The vendor's hint how long to wait, in ms: `retry-after-ms`, else `retry-after` as seconds or as an HTTP date
 * (RFC 9110, section 10.2.3). `undefined` when there is none or it is not readable.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const milliseconds = nonNegative(headers['retry-after-ms']);
  if (milliseconds !== undefined) return Math.round(milliseconds);
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  const seconds = nonNegative(value);
  if (seconds !== undefined) return Math.round(seconds * 1000);
  // Date.parse reads nearly anything, "-5" included; an HTTP date always names its weekday.
  if (!/^[A-Za-z]{3,9},? /.test(value)) return undefined;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

function nonNegative(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}

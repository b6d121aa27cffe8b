import { tokenCount, type RateLimitInfo } from '@lattice-lock/contract';

type Headers = Readonly<Record<string, string>>;

/**
 * What the vendor says about the limits of the key: the `x-ratelimit-*` family (OpenAI and those who copy it; resets
 * like `6m0s` or `120ms`) or the `anthropic-ratelimit-*` family (resets as RFC 3339). `null` when it says nothing.
 */
export function rateLimitInfo(headers: Headers, nowMs: number): RateLimitInfo | null {
  const isAnthropic =
    'anthropic-ratelimit-requests-remaining' in headers || 'anthropic-ratelimit-tokens-remaining' in headers;
  const read = (what: 'requests' | 'tokens', field: 'limit' | 'remaining' | 'reset') =>
    isAnthropic ? headers[`anthropic-ratelimit-${what}-${field}`] : headers[`x-ratelimit-${field}-${what}`];
  const info: RateLimitInfo = {
    limitRequests: count(read('requests', 'limit')),
    limitTokens: count(read('tokens', 'limit')),
    remainingRequests: count(read('requests', 'remaining')),
    remainingTokens: count(read('tokens', 'remaining')),
    resetRequestsMs: resetMs(read('requests', 'reset'), nowMs),
    resetTokensMs: resetMs(read('tokens', 'reset'), nowMs),
  };
  return Object.values(info).every((value) => value === null) ? null : info;
}

function count(text: string | undefined): number | null {
  return text === undefined || text.trim() === '' ? null : tokenCount(Number(text));
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function resetMs(text: string | undefined, nowMs: number): number | null {
  if (text === undefined) return null;
  const value = text.trim();
  if (/^\d+(\.\d+)?$/.test(value)) return Math.round(Number(value) * 1000);
  if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(value)) {
    const parts = value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g);
    return Math.round(
      [...parts].reduce((sum, [, number, unit]) => sum + Number(number) * (unitMs[unit ?? ''] ?? 0), 0),
    );
  }
  const date = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

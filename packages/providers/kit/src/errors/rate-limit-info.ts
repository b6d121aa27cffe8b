import { tokenCount, type RateLimitInfo } from '@lattice-lock/contract';
import headerFamilies from './rate-limit-headers.json' with { type: 'json' };

type Headers = Readonly<Record<string, string>>;

interface HeaderNames {
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

interface HeaderFamily {
  readonly requests: HeaderNames;
  readonly tokens: HeaderNames;
  /** Of vendors that limit tokens in and tokens out apart. */
  readonly tokensByKind?: readonly HeaderNames[];
}

const families: readonly HeaderFamily[] = headerFamilies;

/**
 * What the vendor says about the limits of the key, in the header names of any of the families in
 * `rate-limit-headers.json`; resets come as durations (`6m0s`, `120ms`), seconds or RFC 3339. `null` when it says
 * nothing.
 */
export function rateLimitInfo(headers: Headers, nowMs: number): RateLimitInfo | null {
  for (const { requests, tokens: common, tokensByKind } of families) {
    const tokens = tokensByKind === undefined ? common : tightest(headers, common, tokensByKind);
    const info: RateLimitInfo = {
      limitRequests: count(headers[requests.limit], headers[requests.limit]),
      limitTokens: count(headers[tokens.limit], headers[tokens.limit]),
      remainingRequests: count(headers[requests.remaining], headers[requests.limit]),
      remainingTokens: count(headers[tokens.remaining], headers[tokens.limit]),
      resetRequestsMs: resetMs(headers[requests.reset], nowMs),
      resetTokensMs: resetMs(headers[tokens.reset], nowMs),
    };
    if (!isEmpty(info)) return info;
  }
  return null;
}

/** The vendor's own sum where it sends one, else the kind of tokens with the least left. */
function tightest(headers: Headers, common: HeaderNames, byKind: readonly HeaderNames[]): HeaderNames {
  if (headers[common.remaining] !== undefined || headers[common.limit] !== undefined) return common;
  let found = common;
  let least = Number.POSITIVE_INFINITY;
  for (const names of byKind) {
    const left = count(headers[names.remaining], headers[names.limit]);
    if (left === null || left >= least) continue;
    found = names;
    least = left;
  }
  return found;
}

function isEmpty(info: RateLimitInfo): boolean {
  for (const name in info) if (info[name as keyof RateLimitInfo] !== null) return false;
  return true;
}

/** Azure sends limits of -1 or 0, and remainders of 0 beside them, where it knows none. */
function count(text: string | undefined, limit: string | undefined): number | null {
  if (text === undefined || text.trim() === '' || (limit !== undefined && Number(limit) <= 0)) return null;
  return tokenCount(Number(text));
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

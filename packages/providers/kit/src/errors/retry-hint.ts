import type { RateLimitInfo } from '@lattice-lock/contract';
import type { ErrorBodyFacts } from './error-body.ts';
import { exhaustedWindowMs } from './limit-window.ts';
import { rateLimitInfo } from './rate-limit-info.ts';
import { retryAfterMs } from './retry-after.ts';

/** Where a vendor may say how long to wait. */
export interface RetryHintInput {
  /** The status the error is judged by. */
  readonly status: number;
  /** Those of an answer with an error status; empty for an error under a good one, whose headers speak of the answer. */
  readonly headers: Readonly<Record<string, string>>;
  readonly facts: ErrorBodyFacts;
  readonly nowMs: number;
}

/**
 * How long the vendor asks to wait, in ms; the plainest hint wins: `retry-after-ms` and `retry-after`, the body's own
 * field (Google's RetryInfo), the words of its message, and for a rate limit alone the time its window begins anew.
 */
export function retryHintMs({ status, headers, facts, nowMs }: RetryHintInput): number | undefined {
  const told = retryAfterMs(headers, nowMs) ?? facts.retryDelayMs ?? waitInWords(facts.message);
  const waitMs = told ?? (status === 429 ? windowWaitMs(headers, facts, nowMs) : undefined);
  return waitMs === undefined || waitMs > longestWaitMs ? undefined : waitMs;
}

/** Beyond a month it is a clock that differs, or a number that means something else. */
const longestWaitMs = 31 * 86_400_000;

function windowWaitMs(headers: RetryHintInput['headers'], facts: ErrorBodyFacts, nowMs: number): number | undefined {
  const all = facts.headers === null ? headers : { ...facts.headers, ...headers };
  const limits = rateLimitInfo(all, nowMs);
  return (
    (limits === null ? undefined : windowMs(limits)) ??
    resetMs(all['x-ratelimit-reset'], nowMs) ??
    exhaustedWindowMs(facts.message ?? '')
  );
}

/** A request window with requests left was not the one that ran out; of tokens too few may be left. */
function windowMs(limits: RateLimitInfo): number | undefined {
  const waits = [
    limits.remainingRequests === null || limits.remainingRequests === 0 ? limits.resetRequestsMs : null,
    limits.resetTokensMs,
  ].filter((wait) => wait !== null);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** OpenRouter and Together name the moment in ms or s since 1970, others the seconds until then. */
function resetMs(text: string | undefined, nowMs: number): number | undefined {
  const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  if (!(value >= 0)) return undefined;
  if (value > 1e12) return Math.max(0, Math.round(value - nowMs));
  return value > 1e9 ? Math.max(0, Math.round(value * 1000 - nowMs)) : Math.round(value * 1000);
}

const units: readonly (readonly [RegExp, number])[] = [
  [/(\d+(?:\.\d+)?) ?(?:ms\b|milliseconds?)/, 1],
  [/(\d+(?:\.\d+)?) ?(?:h\b|h(?=\d)|hours?)/, 3_600_000],
  [/(\d+(?:\.\d+)?) ?(?:m\b|m(?=\d)|min(?:ute)?s?)/, 60_000],
  [/(\d+(?:\.\d+)?) ?(?:s\b|sec(?:ond)?s?)/, 1000],
];

/** "Please try again in 1m6.2s", "Please retry after 26 seconds", "Please retry in 34.07s". */
function waitInWords(message: string | null): number | undefined {
  const words = /(?:try again|retry|wait)(?:ing)?(?: in| after| for)? ((?:\d+(?:\.\d+)? ?[a-z]+ ?)+)/i.exec(
    message ?? '',
  );
  let text = words?.[1]?.toLowerCase();
  if (text === undefined) return undefined;
  let sum: number | undefined;
  for (const [pattern, unitMs] of units) {
    const found = pattern.exec(text);
    if (found === null) continue;
    sum = (sum ?? 0) + Number(found[1]) * unitMs;
    text = text.replace(found[0], ' ');
  }
  return sum === undefined ? undefined : Math.round(sum);
}

import type { ErrorCode, LatticeError } from '@lattice-lock/contract';
import type { ExecutionSettings } from './execution-settings.ts';

/** What to do after a failed attempt. */
export type NextStep =
  { readonly type: 'retry'; readonly delayMs: number } | { readonly type: 'fallback' } | { readonly type: 'stop' };

/** The situation after a failed attempt. */
export interface RetrySituation {
  readonly error: LatticeError;
  /** Attempts this model has had, from 1. */
  readonly attemptsOfModel: number;
  readonly hasFallback: boolean;
  /** Time the run has left, ms. */
  readonly remainingMs: number;
  readonly settings: ExecutionSettings;
  /** 0 <= value < 1. */
  readonly random: () => number;
}

/** The request itself is at fault or nobody waits any more: another model would not mend it. */
const finalCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'LATTICE_INVALID_REQUEST',
  'LATTICE_TOO_LARGE',
  'LATTICE_CONTENT_FILTER',
  'LATTICE_ABORTED',
  'LATTICE_CLOSED',
  'LATTICE_STORAGE',
  'LATTICE_INTERNAL',
]);

/** True when no other attempt could mend it. */
export function isFinalCode(code: ErrorCode): boolean {
  return finalCodes.has(code);
}

/**
 * Exponential backoff with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015): a
 * uniform share of `base * 2^(n-1)`, capped.
 */
export function backoffDelayMs(attempt: number, settings: ExecutionSettings, random: () => number): number {
  const ceiling = Math.min(settings.retryMaxDelayMs, settings.retryBaseDelayMs * 2 ** (attempt - 1));
  return Math.round(random() * ceiling);
}

/**
 * Retries only what is retryable. The vendor's hint is obeyed; one beyond `retryMaxDelayMs` or the run's deadline
 * means fallback at once, and waiting only where there is nobody else and time enough.
 */
export function nextStep(failed: RetrySituation): NextStep {
  const { error, settings } = failed;
  if (isFinalCode(error.code)) return { type: 'stop' };
  const otherwise: NextStep = failed.hasFallback ? { type: 'fallback' } : { type: 'stop' };
  if (!error.retryable || failed.attemptsOfModel >= settings.maxAttemptsPerModel) return otherwise;

  const hintMs = error.retryAfterMs ?? 0;
  const delayMs = Math.max(hintMs, backoffDelayMs(failed.attemptsOfModel, settings, failed.random));
  if (delayMs >= failed.remainingMs) return otherwise;
  if (hintMs > settings.retryMaxDelayMs && failed.hasFallback) return { type: 'fallback' };
  return { type: 'retry', delayMs };
}

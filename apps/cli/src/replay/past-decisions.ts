import type { Decision, DecisionStore } from '@lattice-lock/contract';
import { parseEndInstant, parsePastInstant } from '../terminal/time-span.ts';
import { UsageError } from '../usage-error.ts';

/** Flags that say which decisions are meant. */
export interface PeriodFlags {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
}

/** The newest decisions between two instants. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly limit: number;
}

const defaultLimit = 1000;

/** @throws UsageError when a time cannot be read, or nothing lies between the two */
export function periodOf({ since, until, limit }: PeriodFlags, nowMs: number): Period {
  const fromMs = since === undefined ? -Infinity : parsePastInstant('--since', since, nowMs);
  const untilMs = until === undefined ? Infinity : parseEndInstant('--until', until, nowMs);
  if (untilMs <= fromMs) throw new UsageError('--until is not after --since: nothing lies between them.');
  return { fromMs, untilMs, limit: limit ?? defaultLimit };
}

/** The newest first. The store gives the newest by number: where `until` leaves some out, more are asked for. */
export async function decisionsWithin(
  store: DecisionStore,
  { fromMs, untilMs, limit }: Period,
): Promise<readonly Decision[]> {
  for (let asked = limit; ; asked *= 4) {
    const newest = await store.list(asked);
    const found = newest.filter(({ createdAt }) => Date.parse(createdAt) >= fromMs && Date.parse(createdAt) < untilMs);
    const oldest = newest.at(-1);
    const isAll = newest.length < asked || (oldest !== undefined && Date.parse(oldest.createdAt) < fromMs);
    if (found.length >= limit || isAll) return found.slice(0, limit);
  }
}

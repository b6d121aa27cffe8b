import { UsageError } from '../usage-error.ts';

const dayMs = 86_400_000;

const unitsMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: dayMs,
  w: 7 * dayMs,
};

const span = /^(\d{1,6})\s*([smhdw])$/;
const instant = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

function spanMs(text: string): number | null {
  const match = span.exec(text.trim());
  return match === null ? null : Number(match[1]) * (unitsMs[match[2] ?? ''] ?? NaN);
}

function instantMs(text: string): number | null {
  if (!instant.test(text)) return null;
  const ms = Date.parse(text);
  // Date.parse turns 2026-02-30 into March.
  return Number.isNaN(ms) || (text.length === 10 && new Date(ms).toISOString().slice(0, 10) !== text) ? null : ms;
}

function unreadable(flag: string, text: string): UsageError {
  return new UsageError(
    `${flag} ${JSON.stringify(text)} is no time: write a span such as 30d, 12h or 90m, a day such as 2026-01-31 (UTC), or an instant such as 2026-01-31T12:00Z.`,
  );
}

/** An instant in the past, ms since the epoch: `7d` is seven days before now, a day begins at midnight UTC. @throws UsageError */
export function parsePastInstant(flag: string, text: string, nowMs: number): number {
  const before = spanMs(text);
  const ms = before === null ? instantMs(text) : nowMs - before;
  if (ms === null) throw unreadable(flag, text);
  return ms;
}

/** The end of a time, ms since the epoch, itself not in it: a day counts whole, `7d` is seven days before now. @throws UsageError */
export function parseEndInstant(flag: string, text: string, nowMs: number): number {
  const ms = parsePastInstant(flag, text, nowMs);
  return spanMs(text) === null && text.length === 10 ? ms + dayMs : ms;
}

/** An instant in the future, ms since the epoch: `30d` is thirty days after now. @throws UsageError also when it is past */
export function parseFutureInstant(flag: string, text: string, nowMs: number): number {
  const ahead = spanMs(text);
  const ms = ahead === null ? instantMs(text) : nowMs + ahead;
  if (ms === null) throw unreadable(flag, text);
  if (ms <= nowMs) throw new UsageError(`${flag} ${JSON.stringify(text)} is not in the future.`);
  return ms;
}

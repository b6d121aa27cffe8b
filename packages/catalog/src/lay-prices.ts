import type { PricePeriod } from '@lattice-lock/contract';

interface Span {
  readonly from: number;
  readonly until: number;
}

function spanOf(period: PricePeriod): Span {
  return {
    from: period.from === null ? -Infinity : Date.parse(period.from),
    until: period.until === null ? Infinity : Date.parse(period.until),
  };
}

function bound(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
}

/** What is left of a period outside of a span: nothing, one part or two. Untouched bounds keep their spelling. */
function without(period: PricePeriod, cut: Span): readonly PricePeriod[] {
  const { from, until } = spanOf(period);
  if (cut.until <= from || cut.from >= until) return [period];
  const before = cut.from > from ? [{ ...period, until: bound(cut.from) }] : [];
  const after = cut.until < until ? [{ ...period, from: bound(cut.until) }] : [];
  return [...before, ...after];
}

/**
 * Lays prices over others: while one of `above` holds it counts, at any other time what was known before. So an overlay
 * with `from` alone keeps the history, and one without bounds replaces all.
 */
export function layPrices(below: readonly PricePeriod[], above: readonly PricePeriod[]): readonly PricePeriod[] {
  let kept = below;
  for (const period of above) kept = kept.flatMap((old) => without(old, spanOf(period)));
  return [...kept, ...above].sort((left, right) => {
    const [leftFrom, rightFrom] = [spanOf(left).from, spanOf(right).from];
    return leftFrom === rightFrom ? 0 : leftFrom - rightFrom;
  });
}

/** A mean cost and the mean score for it. */
export interface CostPoint {
  readonly cost: number;
  readonly quality: number;
}

/**
 * Average improvement in quality of RouterBench (arXiv:2403.12031, section 3.2): the area under the non-decreasing convex hull
 * of what a router reaches at each cost, between two costs, divided by their distance. Below the cheapest point nothing is
 * reached, above the dearest no more.
 */
export function averageQuality(points: readonly CostPoint[], fromCost: number, toCost: number): number {
  const hull = costHull(points);
  const first = hull[0];
  const last = hull.at(-1);
  if (first === undefined || last === undefined || !(toCost > fromCost)) return NaN;
  const area = (from: CostPoint, to: CostPoint): number => {
    const low = Math.max(from.cost, fromCost);
    const high = Math.min(to.cost, toCost);
    if (high <= low) return 0;
    const slope = (to.quality - from.quality) / (to.cost - from.cost);
    return (from.quality + slope * ((low + high) / 2 - from.cost)) * (high - low);
  };
  let sum = last.quality * Math.max(0, toCost - Math.max(last.cost, fromCost));
  for (let at = 1; at < hull.length; at += 1) sum += area(hull[at - 1] ?? first, hull[at] ?? last);
  return sum / (toCost - fromCost);
}

/** The points that no mixture of others beats, the cheapest first. */
function costHull(points: readonly CostPoint[]): readonly CostPoint[] {
  const hull: CostPoint[] = [];
  for (const point of [...points].sort((a, b) => a.cost - b.cost || b.quality - a.quality)) {
    if (point.quality <= (hull.at(-1)?.quality ?? -Infinity)) continue;
    for (let before = hull.at(-2), last = hull.at(-1); before && last; before = hull.at(-2), last = hull.at(-1)) {
      const steepTo = (last.quality - before.quality) * (point.cost - before.cost);
      if (steepTo > (point.quality - before.quality) * (last.cost - before.cost)) break;
      hull.pop();
    }
    hull.push(point);
  }
  return hull;
}

import type { GainRanking } from './gain-curve.ts';

/** How well a router shares prompts out between a strong and a weak model. */
export interface PairMetrics {
  /**
   * Average performance gap recovered, RouteLLM (arXiv:2406.18665, section 2.3): the share of the gap between weak and strong
   * that is recovered, averaged over the share of calls that go to the strong model; trapezoids over tenths. Chance is 0.5.
   */
  readonly apgr: number;
  /** Call-performance threshold, same source: per cent of calls to the strong model that recover half of the gap. */
  readonly cpt50: number;
  /** The same for 80 % of the gap. */
  readonly cpt80: number;
}

/** `undefined` when the strong model is not better on these prompts: then there is no gap to recover. */
export function pairMetrics(ranking: GainRanking, weights: ArrayLike<number>): PairMetrics | undefined {
  const curve = ranking.curve(weights);
  const gap = curve[100] ?? 0;
  if (!(gap > 0)) return undefined;
  const recovered = (percent: number) => (curve[percent] ?? 0) / gap;
  let apgr = 0;
  for (let percent = 0; percent < 100; percent += 10) apgr += (recovered(percent) + recovered(percent + 10)) / 20;
  return { apgr, cpt50: callsFor(0.5, recovered), cpt80: callsFor(0.8, recovered) };
}

/** The first per cent of calls at which so much of the gap is recovered, between the points on a straight line. */
function callsFor(share: number, recovered: (percent: number) => number): number {
  for (let percent = 1; percent <= 100; percent += 1) {
    const now = recovered(percent);
    if (now < share) continue;
    const before = recovered(percent - 1);
    return percent - 1 + (share - before) / (now - before);
  }
  return 100;
}

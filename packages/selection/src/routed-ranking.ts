import { formatModelRef, type ModelRef } from '@lattice-lock/contract';
import type { GuidedRanking } from './guided-ranking.ts';

/**
 * Puts the model of a semantic route first, whatever its score and whatever the guide picks: the route is about this request,
 * a pick about all of its kind. A model that a filter removed is not in the ranking, and nothing is changed.
 */
export function routeRanking(guided: GuidedRanking, model: ModelRef | undefined): GuidedRanking {
  if (model === undefined) return guided;
  const name = formatModelRef(model);
  const at = guided.ranked.findIndex((one) => formatModelRef(one.model) === name);
  const first = guided.ranked[at];
  if (first === undefined) return guided;
  const others = guided.ranked.filter((one) => one !== first);
  const isPick = at < guided.pickCount;
  return { ranked: [first, ...others], pickCount: guided.pickCount + (isPick ? 0 : 1), mark: null };
}

import { LatticeError, type FilterName, type ModelPrice } from '@lattice-lock/contract';
import { filterReason, filterRemedies } from './filter-reasons.ts';
import type { SelectionCandidate } from './selection-candidate.ts';
import { filterOrder, type FilterContext } from './selection-filters.ts';

/** A candidate that a filter removed. */
export interface FilteredCandidate {
  readonly candidate: SelectionCandidate;
  readonly filter: FilterName;
  readonly price: ModelPrice | null;
}

/** The error for a catalog of which every model is out: how many by which filter, and what to change. */
export function noCandidateError(filtered: readonly FilteredCandidate[], context: FilterContext): LatticeError {
  const counts = countFilters(filtered);
  const lines = counts.map(([filter, count]) => `${count} by ${filter} (${filterRemedies[filter]})`);
  const looked = filtered.length === 0 ? 'the catalog is empty' : `${filtered.length} looked at: ${lines.join('; ')}`;
  const route = context.boundingRoute;
  const bounds =
    route === undefined ? '' : ` The route "${route.name}" (${route.place}) takes it, whose bounds hold too.`;
  return new LatticeError('LATTICE_NO_CANDIDATE', `No model can take this request; ${looked}.${bounds}`, {
    issues: counts.map(([filter, count]) => ({
      path: filter,
      message: `${count} models, e.g. ${exampleOf(filter, filtered, context)}; ${filterRemedies[filter]}`,
    })),
  });
}

/** The error for models that the caller named and that are all out. */
export function namedOutError(filtered: readonly FilteredCandidate[], context: FilterContext): LatticeError {
  const parts = filtered.map(({ candidate, filter, price }) => ({
    path: candidate.name,
    message: `${candidate.name} ${filterReason(filter, candidate, context, price)}: ${filterRemedies[filter]}`,
  }));
  const [first] = filtered;
  return new LatticeError(
    'LATTICE_NO_CANDIDATE',
    `The model asked for cannot take this request: ${parts.map((part) => part.message).join('; ')}.`,
    {
      issues: parts,
      ...(first && { provider: first.candidate.ref.provider, model: first.candidate.ref.model }),
    },
  );
}

function countFilters(filtered: readonly FilteredCandidate[]): readonly (readonly [FilterName, number])[] {
  return filterOrder
    .map((filter) => [filter, filtered.filter((one) => one.filter === filter).length] as const)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1]);
}

function exampleOf(filter: FilterName, filtered: readonly FilteredCandidate[], context: FilterContext): string {
  const example = filtered.find((one) => one.filter === filter);
  if (example === undefined) return '';
  return `${example.candidate.name} ${filterReason(filter, example.candidate, context, example.price)}`;
}

/** Longer names are cut before they are compared: they come from requests, and the work grows with the length. */
const longestCompared = 120;

/**
 * How many insertions, deletions, replacements and swaps of neighbours turn one text into the other (optimal string
 * alignment: Damerau 1964, Levenshtein 1966).
 */
function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length] ?? 0;
}

/** A name that can be suggested, and the texts a user may have meant by it. */
export interface NamedCandidate {
  readonly name: string;
  readonly spellings: readonly string[];
}

/**
 * The names whose spelling is nearest to a text, the nearest first, ties in the order given. Names that share too
 * little with the text (more than half of it would have to change) are left out.
 */
export function nearestNames(text: string, candidates: Iterable<NamedCandidate>, limit: number): readonly string[] {
  const wanted = text.slice(0, longestCompared).toLowerCase();
  const found: { name: string; distance: number }[] = [];
  for (const candidate of candidates) {
    let distance = Infinity;
    for (const spelling of candidate.spellings) {
      const bound = Math.max(2, Math.floor(Math.max(wanted.length, spelling.length) / 2));
      if (Math.abs(spelling.length - wanted.length) > bound) continue;
      const steps = editDistance(wanted, spelling.toLowerCase());
      if (steps <= bound && steps < distance) distance = steps;
    }
    if (distance !== Infinity) found.push({ name: candidate.name, distance });
  }
  return found
    .sort((left, right) => left.distance - right.distance)
    .slice(0, limit)
    .map(({ name }) => name);
}

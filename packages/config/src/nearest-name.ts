/** How many insertions, deletions and replacements turn one text into the other (Levenshtein 1966). */
function editDistance(left: string, right: string): number {
  let last = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const replaced = (last[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min((last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced));
    }
    last = current;
  }
  return last[right.length] ?? 0;
}

/** Two strokes, or three in a longer name, are taken for a slip. */
function slips(name: string): number {
  return name.length > 8 ? 3 : 2;
}

/** The name that was probably meant: the nearest within a slip or two, `undefined` when none is that near. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = slips(name) + 1;
  const folded = name.slice(0, 80).toLowerCase();
  for (const candidate of known) {
    const distance = editDistance(folded, candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many insertions, deletions and replacements turn one text into the other (Levenshtein 1966). */
export function editDistance(left: string, right: string): number {
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

/** At most three known names near one that is not known, the nearest first. */
export function nearNames(name: string, known: Iterable<string>): readonly string[] {
  const folded = name.slice(0, 60).toLowerCase();
  const allowed = folded.length > 5 ? 3 : folded.length > 3 ? 2 : 1;
  return [...new Set(known)]
    .map((candidate) => ({ candidate, distance: editDistance(folded, candidate) }))
    .filter(({ candidate, distance }) => distance <= allowed || (folded.length > 2 && candidate.startsWith(folded)))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

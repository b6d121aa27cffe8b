/** A point that wants its name beside it; `x` and `y` in the units of the picture. */
export interface NamedPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** Where a name stands. */
export interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

/** What a name must not go over at either side. */
export interface Edges {
  readonly left: number;
  readonly right: number;
}

interface Box extends Edges {
  readonly top: number;
  readonly bottom: number;
}

/** Of a letter at the size that the style sheet gives `.label`. */
const letterWidth = 5.6;
const lineHeight = 12;
const gap = 7;
const longestName = 30;

/**
 * Names beside their points, between two edges, on the right where there is room, else on the left. Who finds neither goes without: a name
 * on top of another says nothing. The highest points are served first.
 */
export function placeLabels(points: readonly NamedPoint[], edges: Edges): readonly PlacedLabel[] {
  const taken: Box[] = points.map(({ x, y }) => ({ left: x - 3, right: x + 3, top: y - 3, bottom: y + 3 }));
  const labels: PlacedLabel[] = [];
  for (const { name, x, y } of points.toSorted((a, b) => a.y - b.y || a.x - b.x)) {
    const text = name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
    const length = text.length * letterWidth;
    for (const anchor of ['start', 'end'] as const) {
      const left = anchor === 'start' ? x + gap : x - gap - length;
      const box = { left, right: left + length, top: y - lineHeight / 2, bottom: y + lineHeight / 2 };
      if (box.left < edges.left || box.right > edges.right || taken.some((other) => overlaps(box, other))) continue;
      taken.push(box);
      labels.push({ text, x: anchor === 'start' ? x + gap : x - gap, y: y + 4, anchor });
      break;
    }
  }
  return labels;
}

function overlaps(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

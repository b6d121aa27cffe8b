/** A row to fit on: sparse features, the index of its class, and how much it counts. */
export interface SparseRow {
  readonly indexes: Int32Array;
  readonly values: Float32Array;
  readonly label: number;
  readonly weight: number;
}

/** Settings of {@link fitSoftmax}. */
export interface SoftmaxFitOptions {
  readonly classes: number;
  readonly features: number;
  readonly epochs: number;
  readonly rate: number;
  readonly l2: number;
  /** The share of features hidden at random in each step, so that no single word decides. */
  readonly dropout: number;
  readonly seed: number;
}

/** Small seeded generator of numbers 0 to 1 (mulberry32, public domain). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Multinomial logistic regression by AdaGrad (Duchi, Hazan and Singer 2011) with dropout. Returns a weight for each feature
 * and class, feature by feature.
 */
export function fitSoftmax(rows: readonly SparseRow[], options: SoftmaxFitOptions): Float32Array {
  const { classes, features, epochs, rate } = options;
  const random = seededRandom(options.seed);
  const weights = new Float32Array(features * classes);
  const squares = new Float32Array(features * classes).fill(0.01);
  const order = Int32Array.from(rows.keys());
  const slopes = new Float64Array(classes);
  const step: Step = { weights, squares, slopes, classes, l2: options.l2, keep: 1 - options.dropout, rate };
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    shuffle(order, random);
    step.rate = rate / (1 + 0.5 * epoch);
    for (const index of order) {
      const row = rows[index];
      if (row !== undefined) descend(step, row, random);
    }
  }
  return weights;
}

interface Step {
  readonly weights: Float32Array;
  readonly squares: Float32Array;
  readonly slopes: Float64Array;
  readonly classes: number;
  readonly l2: number;
  readonly keep: number;
  rate: number;
}

function descend(step: Step, row: SparseRow, random: () => number): void {
  const { weights, squares, slopes, classes, keep } = step;
  const kept = row.indexes.map((index) => (keep === 1 || random() < keep ? index : -1));
  slopes.fill(0);
  for (let at = 0; at < kept.length; at += 1) {
    const base = (kept[at] ?? -1) * classes;
    if (base < 0) continue;
    const value = (row.values[at] ?? 0) / keep;
    for (let index = 0; index < classes; index += 1) {
      slopes[index] = (slopes[index] ?? 0) + (weights[base + index] ?? 0) * value;
    }
  }
  toSlopes(slopes, row);
  for (let at = 0; at < kept.length; at += 1) {
    const base = (kept[at] ?? -1) * classes;
    if (base < 0) continue;
    const value = (row.values[at] ?? 0) / keep;
    for (let index = 0; index < classes; index += 1) {
      const weight = weights[base + index] ?? 0;
      const slope = (slopes[index] ?? 0) * value + step.l2 * weight;
      const square = (squares[base + index] ?? 0) + slope * slope;
      squares[base + index] = square;
      weights[base + index] = weight - (step.rate * slope) / Math.sqrt(square);
    }
  }
}

/** Scores become the slopes of the log loss, in place. */
function toSlopes(scores: Float64Array, row: SparseRow): void {
  let highest = -Infinity;
  for (const score of scores) if (score > highest) highest = score;
  let sum = 0;
  for (let index = 0; index < scores.length; index += 1) {
    const share = Math.exp((scores[index] ?? 0) - highest);
    scores[index] = share;
    sum += share;
  }
  for (let index = 0; index < scores.length; index += 1) {
    scores[index] = ((scores[index] ?? 0) / sum - (index === row.label ? 1 : 0)) * row.weight;
  }
}

function shuffle(order: Int32Array, random: () => number): void {
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1));
    const held = order[index] ?? 0;
    order[index] = order[other] ?? 0;
    order[other] = held;
  }
}

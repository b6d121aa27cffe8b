import { seededRandom } from './seeded-random.ts';

/** The bounds between which 95 % of the drawn values lie. */
export type Interval = readonly [low: number, high: number];

/**
 * Draws samples of rows for intervals: clusters with replacement, as many as there are (bootstrap of clusters; Davison and
 * Hinkley, Bootstrap Methods and their Application, 1997, section 3.8). Measures taken on one draw are paired.
 */
export class ClusterBootstrap {
  readonly #clusterOf: Int32Array;
  readonly #clusters: number;
  readonly #draws: number;
  readonly #seed: number;

  constructor(clusters: readonly string[], options: { readonly draws: number; readonly seed: number }) {
    const numbers = new Map<string, number>();
    this.#clusterOf = Int32Array.from(clusters, (name) => {
      const known = numbers.get(name) ?? numbers.size;
      numbers.set(name, known);
      return known;
    });
    this.#clusters = numbers.size;
    this.#draws = options.draws;
    this.#seed = options.seed;
  }

  /** Each draw as how often every row counts. The array is the same each time, filled anew. */
  *draws(): Generator<Uint16Array> {
    const random = seededRandom(this.#seed);
    const counts = new Uint16Array(this.#clusters);
    const weights = new Uint16Array(this.#clusterOf.length);
    for (let draw = 0; draw < this.#draws; draw += 1) {
      counts.fill(0);
      for (let at = 0; at < this.#clusters; at += 1) {
        const drawn = Math.floor(random() * this.#clusters);
        counts[drawn] = (counts[drawn] ?? 0) + 1;
      }
      for (let row = 0; row < weights.length; row += 1) weights[row] = counts[this.#clusterOf[row] ?? 0] ?? 0;
      yield weights;
    }
  }
}

/** The 95 % percentile interval of drawn values; `null` where too few could be measured to tell. */
export function intervalOf(values: readonly number[]): Interval | null {
  const found = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (found.length < 20) return null;
  return [found[Math.floor(found.length * 0.025)] ?? 0, found[Math.floor(found.length * 0.975)] ?? 0];
}

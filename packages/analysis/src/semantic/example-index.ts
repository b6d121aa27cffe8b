import { hashedDimensions } from './hashed-embedder.ts';
import { PlaceIndex } from './place-index.ts';
import { WordIndex } from './word-index.ts';
import { ZoneReader } from './zone-features.ts';

/** One text that stands for a route, or against it. */
export interface ExampleText {
  /** Position of its route. */
  readonly route: number;
  readonly isNegative: boolean;
  /** Folded, see `foldText`. */
  readonly text: string;
}

/** A text as it is compared: its folded zones, and its vector where an embedding model made one. */
export interface ComparedText {
  readonly zones: readonly string[];
  readonly vector: Float32Array | null;
}

/** How near a text is to each route; a position is a route. */
export interface RouteScores {
  /** 0 to 1. */
  readonly scores: Float32Array;
  /** The nearest example of each route; -1 where it has none that shares anything. */
  readonly nearest: Int32Array;
  /** 1 where an example against the route is at least as near as the nearest for it. */
  readonly vetoed: Uint8Array;
}

/**
 * What goes into a score, found on an own set of intents and on task kinds and subjects of public prompts, where all values
 * near these were as good: 0.8 for the nearest example, of it 0.4 for shared words and 0.6 for the nearness of the vectors,
 * and 0.2 for the share of the request's words that the route knows from any of its examples.
 */
const shape = Object.freeze({ exampleShare: 0.8, wordShare: 0.4 });

/**
 * Whose length a likeness is divided by: 0.5 is the cosine, 1 would ask alone how much of the example is in the request.
 * Between them a long request that says what a short example says is still near to it.
 */
const exampleBias = 0.6;

/** Compares texts with every example. */
export class ExampleIndex {
  readonly examples: readonly ExampleText[];
  readonly #reader = new ZoneReader(hashedDimensions);
  readonly #words: WordIndex;
  readonly #places: PlaceIndex | null;
  /** Unit vectors of an embedding model; `null` where the hashed vectors of the reader are compared. */
  readonly #vectors: readonly Float32Array[] | null;
  readonly #found: { scores: Float32Array; nearest: Int32Array; vetoed: Uint8Array };
  readonly #best: Float32Array;
  readonly #against: Float32Array;
  readonly #known: Float32Array;
  readonly #lexical: Float32Array;
  readonly #dense: Float32Array;

  /** @param vectors One for each example, from an embedding model; `null` compares hashed vectors. */
  constructor(examples: readonly ExampleText[], routeCount: number, vectors: readonly Float32Array[] | null) {
    this.examples = examples;
    this.#words = new WordIndex(examples, routeCount, this.#reader, exampleBias);
    this.#places = vectors === null ? new PlaceIndex(examples, this.#reader, exampleBias) : null;
    this.#vectors = vectors?.map(unitVector) ?? null;
    this.#found = {
      scores: new Float32Array(routeCount),
      nearest: new Int32Array(routeCount),
      vetoed: new Uint8Array(routeCount),
    };
    this.#best = new Float32Array(routeCount);
    this.#against = new Float32Array(routeCount);
    this.#known = new Float32Array(routeCount);
    this.#lexical = new Float32Array(examples.length);
    this.#dense = new Float32Array(examples.length);
  }

  /**
   * How near a text is to each route: the best of its zones. What is given back is overwritten by the next call.
   *
   * @param leftOut An example that is passed over, to see how the others know it; -1 for none.
   */
  score(text: ComparedText, leftOut = -1): RouteScores {
    const { scores, nearest } = this.#found;
    scores.fill(0);
    nearest.fill(-1);
    for (const [at, zone] of text.zones.entries()) {
      this.#reader.read(zone);
      const own = this.examples[leftOut];
      this.#words.score(this.#reader, this.#lexical, this.#known, own === undefined || own.isNegative ? -1 : own.route);
      if (this.#places !== null) this.#places.score(this.#reader, this.#dense);
      else if (at === 0) this.#scoreVectors(text.vector);
      this.#takeBest(leftOut);
    }
    return this.#found;
  }

  /** Keeps of a zone what is better than the zones before it. */
  #takeBest(leftOut: number): void {
    const { scores, nearest, vetoed } = this.#found;
    const best = this.#best.fill(-1);
    const against = this.#against.fill(-1);
    const nearestHere = this.#nearestOf(best, against, leftOut);
    for (let route = 0; route < scores.length; route += 1) {
      if ((nearestHere[route] ?? -1) === -1) continue;
      const score = shape.exampleShare * (best[route] ?? 0) + (1 - shape.exampleShare) * (this.#known[route] ?? 0);
      if (score <= (scores[route] ?? 0)) continue;
      scores[route] = score;
      nearest[route] = nearestHere[route] ?? -1;
      vetoed[route] = (against[route] ?? -1) >= (best[route] ?? 0) ? 1 : 0;
    }
  }

  #nearestOf(best: Float32Array, against: Float32Array, leftOut: number): Int32Array {
    const found = new Int32Array(best.length).fill(-1);
    const { wordShare } = shape;
    for (let at = 0; at < this.examples.length; at += 1) {
      const example = this.examples[at];
      if (example === undefined || at === leftOut) continue;
      const score = wordShare * (this.#lexical[at] ?? 0) + (1 - wordShare) * (this.#dense[at] ?? 0);
      if (example.isNegative) {
        if (score > (against[example.route] ?? 0)) against[example.route] = score;
      } else if (score > (best[example.route] ?? 0)) {
        best[example.route] = score;
        found[example.route] = at;
      }
    }
    return found;
  }

  #scoreVectors(vector: Float32Array | null): void {
    const dense = this.#dense.fill(0);
    if (vector === null || this.#vectors === null) return;
    const unit = unitVector(vector);
    for (const [example, other] of this.#vectors.entries()) {
      let sum = 0;
      for (let at = 0; at < unit.length; at += 1) sum += (unit[at] ?? 0) * (other[at] ?? 0);
      dense[example] = Math.max(0, Math.min(1, sum));
    }
  }
}

function unitVector(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return squares === 0 ? vector : vector.map((value) => value / Math.sqrt(squares));
}

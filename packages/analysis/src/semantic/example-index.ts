import { hashedDimensions } from './hashed-embedder.ts';
import { PlaceIndex } from './place-index.ts';
import { lettersOf, WordSlips } from './word-slips.ts';
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

/** Vectors of an embedding model. */
export interface ModelVectors {
  /** One for each example. */
  readonly examples: readonly Float32Array[];
  /** Of everyday requests that belong to no route. */
  readonly background: readonly Float32Array[];
}

/** Compares texts with every example. */
export class ExampleIndex {
  readonly examples: readonly ExampleText[];
  readonly #reader = new ZoneReader(hashedDimensions);
  readonly #slips: WordSlips;
  readonly #words: WordIndex;
  readonly #places: PlaceIndex | null;
  /** Unit vectors of an embedding model; `null` where the hashed vectors of the reader are compared. */
  readonly #vectors: readonly Float32Array[] | null;
  /** How near texts are that have nothing to do with each other, by the vectors of the model. */
  readonly #baseline: number;
  readonly #found: { scores: Float32Array; nearest: Int32Array; vetoed: Uint8Array };
  readonly #best: Float32Array;
  readonly #against: Float32Array;
  readonly #known: Float32Array;
  readonly #lexical: Float32Array;
  readonly #dense: Float32Array;
  /** The route of each example. */
  readonly #routes: Int32Array;
  /** 1 for examples against their route. */
  readonly #negatives: Uint8Array;
  readonly #nearestHere: Int32Array;

  /** @param vectors What an embedding model made of the texts; `null` compares hashed vectors. */
  constructor(examples: readonly ExampleText[], routeCount: number, vectors: ModelVectors | null) {
    this.examples = examples;
    this.#slips = new WordSlips(examples.flatMap(({ text }) => lettersOf(text)));
    this.#words = new WordIndex(examples, routeCount, this.#reader, exampleBias);
    this.#places = vectors === null ? new PlaceIndex(examples, this.#reader, exampleBias) : null;
    this.#vectors = vectors?.examples.map(unitVector) ?? null;
    this.#baseline = this.#meanNearness(vectors?.background ?? []);
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
    this.#routes = Int32Array.from(examples, ({ route }) => route);
    this.#negatives = Uint8Array.from(examples, ({ isNegative }) => Number(isNegative));
    this.#nearestHere = new Int32Array(routeCount);
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
      this.#reader.read(zone, this.#slips);
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
    const best = this.#best.fill(0);
    const against = this.#against.fill(0);
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
    const found = this.#nearestHere.fill(-1);
    const { wordShare } = shape;
    const lexical = this.#lexical;
    const dense = this.#dense;
    const routes = this.#routes;
    const negatives = this.#negatives;
    for (let at = 0; at < routes.length; at += 1) {
      if (at === leftOut) continue;
      const words = lexical[at] ?? 0;
      const letters = dense[at] ?? 0;
      const score = wordShare * (words > 1 ? 1 : words) + (1 - wordShare) * (letters > 1 ? 1 : letters);
      const route = routes[at] ?? 0;
      if (negatives[at] === 1) {
        if (score > (against[route] ?? 0)) against[route] = score;
      } else if (score > (best[route] ?? 0)) {
        best[route] = score;
        found[route] = at;
      }
    }
    return found;
  }

  /** Models differ in how near they put what is unrelated: that counts as nothing, and equality as 1. */
  #scoreVectors(vector: Float32Array | null): void {
    const dense = this.#dense.fill(0);
    if (vector === null || this.#vectors === null) return;
    const unit = unitVector(vector);
    for (const [example, other] of this.#vectors.entries()) {
      dense[example] = Math.max(0, (dot(unit, other) - this.#baseline) / (1 - this.#baseline));
    }
  }

  /** The mean, over texts, of the cosine with the nearest example. */
  #meanNearness(background: readonly Float32Array[]): number {
    const vectors = this.#vectors;
    if (vectors === null || vectors.length === 0 || background.length === 0) return 0;
    const nearest = background.map((vector) => {
      const unit = unitVector(vector);
      return vectors.reduce((most, other) => Math.max(most, dot(unit, other)), -1);
    });
    const mean = nearest.reduce((sum, one) => sum + one, 0) / nearest.length;
    return Math.min(0.95, Math.max(0, mean));
  }
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < left.length; at += 1) sum += (left[at] ?? 0) * (right[at] ?? 0);
  return sum;
}

function unitVector(vector: Float32Array): Float32Array {
  const length = Math.sqrt(dot(vector, vector));
  if (length === 0) return vector;
  const unit = new Float32Array(vector.length);
  for (let at = 0; at < unit.length; at += 1) unit[at] = (vector[at] ?? 0) / length;
  return unit;
}

import type { ExampleText } from './example-index.ts';
import type { ZoneReader } from './zone-features.ts';

/** Where a word occurs among the examples. */
interface IndexedWord {
  /** How much it tells routes apart. */
  weight: number;
  readonly examples: number[];
  readonly values: number[];
  /** Routes with an example that has it, and in how many. */
  readonly routes: number[];
  readonly counts: number[];
}

/** A word that weighs less changes no score that is shown: where it occurs is not gone through. */
const leastWeight = 0.05;

/** Examples by their words. */
export class WordIndex {
  readonly #words = new Map<number, IndexedWord>();
  readonly #rareWeight: number;
  /** Length of each example's vector of words, squared. */
  readonly squares: Float32Array;
  readonly #bias: number;
  readonly #scales: Float32Array;

  /** @param bias see `exampleBias` of `likeness` */
  constructor(examples: readonly ExampleText[], routeCount: number, reader: ZoneReader, bias: number) {
    this.#bias = bias;
    this.squares = new Float32Array(examples.length);
    for (const [example, { text, route, isNegative }] of examples.entries()) {
      reader.read(text);
      for (let at = 0; at < reader.wordCount; at += 1) {
        const word = this.#word(reader.words[at] ?? 0);
        word.examples.push(example);
        word.values.push(reader.shares[at] ?? 0);
        if (!isNegative) count(word, route);
      }
    }
    this.#rareWeight = routeWeight(1, routeCount);
    for (const word of this.#words.values()) {
      word.weight = routeWeight(Math.max(1, word.routes.length), routeCount);
      for (const [at, example] of word.examples.entries()) {
        const value = word.weight * (word.values[at] ?? 0);
        word.values[at] = value;
        this.squares[example] = (this.squares[example] ?? 0) + value * value;
      }
    }
    this.#scales = this.squares.map((sum) => (sum === 0 ? 0 : sum ** -bias));
  }

  #word(hash: number): IndexedWord {
    const found = this.#words.get(hash);
    if (found !== undefined) return found;
    const made: IndexedWord = { weight: 0, examples: [], values: [], routes: [], counts: [] };
    this.#words.set(hash, made);
    return made;
  }

  /**
   * Writes how alike the words that were read are to those of each example, and which share of them each route's examples
   * know.
   *
   * @param leftOut The route of an example that is the text itself: what it alone knows does not count; -1 for none.
   */
  score(reader: ZoneReader, alike: Float32Array, known: Float32Array, leftOut: number): void {
    alike.fill(0);
    known.fill(0);
    let squares = 0;
    for (let at = 0; at < reader.wordCount; at += 1) {
      const word = this.#words.get(reader.words[at] ?? 0);
      const value = (reader.shares[at] ?? 0) * (word?.weight ?? this.#rareWeight);
      squares += value * value;
      if (word === undefined) continue;
      const { examples, values, routes, counts } = word;
      if (value < leastWeight) continue;
      for (let index = 0; index < examples.length; index += 1) {
        const example = examples[index] ?? 0;
        alike[example] = (alike[example] ?? 0) + value * (values[index] ?? 0);
      }
      for (let index = 0; index < routes.length; index += 1) {
        const route = routes[index] ?? 0;
        if (route !== leftOut || (counts[index] ?? 0) > 1) known[route] = (known[route] ?? 0) + value * value;
      }
    }
    if (squares === 0) return;
    const scale = squares ** (this.#bias - 1);
    const scales = this.#scales;
    for (let at = 0; at < alike.length; at += 1) alike[at] = (alike[at] ?? 0) * (scales[at] ?? 0) * scale;
    for (let route = 0; route < known.length; route += 1) known[route] = (known[route] ?? 0) / squares;
  }
}

function count({ routes, counts }: IndexedWord, route: number): void {
  const at = routes.indexOf(route);
  if (at === -1) {
    routes.push(route);
    counts.push(1);
  } else counts[at] = (counts[at] ?? 0) + 1;
}

/**
 * How much a word tells routes apart: ln((R + 1) / (r + 0.5)) for one that occurs in the examples of r of R routes. It is an
 * inverse document frequency (Robertson and Spärck Jones, 1976) with routes as its documents: a word that all examples of
 * one route share is the best there is.
 */
function routeWeight(routes: number, total: number): number {
  return Math.log((total + 1) / (routes + 0.5));
}

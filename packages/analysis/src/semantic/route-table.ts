import { hash } from 'node:crypto';
import { ExampleIndex, type ComparedText, type ExampleText } from './example-index.ts';
import { readBackgroundRequests } from './background-requests.ts';
import { foldText, requestZones } from './request-zones.ts';
import { fitRoutes, takingRoute, type RouteFit } from './route-fit.ts';
import { localEmbedder, type RouteSet, type SemanticRoute } from './semantic-route.ts';
import { textDigest, type VectorsByText } from './stored-vectors.ts';

/** A route that a text is near to. */
export interface NearRoute {
  readonly route: SemanticRoute;
  /** 0 to 1. */
  readonly score: number;
  readonly threshold: number;
  /** The nearest example, as it is written. */
  readonly example: string;
}

/** Routes with what measures nearness to them, and thresholds. */
export class RouteTable {
  readonly embedder: string;
  readonly fit: RouteFit;
  readonly #routes: readonly SemanticRoute[];
  readonly #index: ExampleIndex;
  readonly #examples: readonly string[];

  constructor(embedder: string, routes: readonly SemanticRoute[], index: ExampleIndex, fit: RouteFit) {
    this.embedder = embedder;
    this.fit = fit;
    this.#routes = routes;
    this.#index = index;
    this.#examples = textsOf(routes);
  }

  /** The route that takes a text, and the nearest one, which is the same where one takes it. */
  find(text: ComparedText): { readonly taken: NearRoute | null; readonly nearest: NearRoute | null } {
    const found = this.#index.score(text);
    const near = (at: number): NearRoute | null => {
      const route = this.#routes[at];
      const example = this.#examples[found.nearest[at] ?? -1];
      if (route === undefined || example === undefined) return null;
      return { route, score: found.scores[at] ?? 0, threshold: this.fit.thresholds[at] ?? 1, example };
    };
    const taken = near(takingRoute(found, this.fit.thresholds));
    return { taken, nearest: taken ?? near(indexOfLargest(found.scores)) };
  }
}

/** A table of the local embedder; made in some milliseconds, so it is not stored. */
export async function createLocalTable(set: RouteSet): Promise<RouteTable> {
  const index = new ExampleIndex(examplesOf(set.routes), set.routes.length, null);
  const fit = fitRoutes(set.routes, index, comparedTexts(textsOf(set.routes), null), await background(null));
  return new RouteTable(localEmbedder, set.routes, index, fit);
}

/** A table of an embedding model from vectors that are all there. */
export async function createVectorTable(set: RouteSet, vectors: VectorsByText, stored?: RouteFit): Promise<RouteTable> {
  const texts = textsOf(set.routes);
  const vectorsOf = (all: readonly string[]) => all.map((text) => vectors.get(textDigest(text)) ?? new Float32Array());
  const index = new ExampleIndex(examplesOf(set.routes), set.routes.length, {
    examples: vectorsOf(texts),
    background: vectorsOf(await readBackgroundRequests()),
  });
  const fit = stored ?? fitRoutes(set.routes, index, comparedTexts(texts, vectors), await background(vectors));
  return new RouteTable(set.embedder.name, set.routes, index, fit);
}

/** Every text that a table compares with, in the order of its examples: those of each route and then those against it. */
function textsOf(routes: readonly SemanticRoute[]): readonly string[] {
  return routes.flatMap(({ examples, negatives }) => [...examples, ...negatives]);
}

/** What must be embedded for a table: the examples, and the everyday requests that thresholds are fitted with. */
export async function textsToEmbed(set: RouteSet): Promise<readonly string[]> {
  return [...new Set([...textsOf(set.routes), ...(await readBackgroundRequests())])];
}

/** Changes whenever a table would: with the examples, their routes, set thresholds, the embedder and this code's version. */
export function tableKey({ routes, embedder }: RouteSet): string {
  const told = routes.map(({ name, examples, negatives, threshold }) => [name, examples, negatives, threshold]);
  return hash('sha256', JSON.stringify([tableVersion, embedder.name, told]), 'base64url');
}

/** To be raised when scores or fits change. */
const tableVersion = 1;

/** A text as it is compared. */
export function comparedText(zones: readonly string[], vector: Float32Array | null): ComparedText {
  return { zones: zones.map(foldText), vector };
}

function comparedTexts(texts: readonly string[], vectors: VectorsByText | null): readonly ComparedText[] {
  return texts.map((text) => comparedText([text], vectors?.get(textDigest(text)) ?? null));
}

async function background(vectors: VectorsByText | null): Promise<readonly ComparedText[]> {
  const texts = await readBackgroundRequests();
  return texts.map((text) => comparedText(requestZones(text), vectors?.get(textDigest(text)) ?? null));
}

function examplesOf(routes: readonly SemanticRoute[]): readonly ExampleText[] {
  return routes.flatMap(({ examples, negatives }, route) => [
    ...examples.map((text) => ({ route, isNegative: false, text: foldText(text) })),
    ...negatives.map((text) => ({ route, isNegative: true, text: foldText(text) })),
  ]);
}

function indexOfLargest(values: Float32Array): number {
  let largest = -1;
  for (let at = 0; at < values.length; at += 1) if ((values[at] ?? 0) > (values[largest] ?? 0)) largest = at;
  return largest;
}

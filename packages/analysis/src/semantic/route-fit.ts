import { type ExampleIndex, type ComparedText, type RouteScores } from './example-index.ts';
import type { SemanticRoute } from './semantic-route.ts';

/** Where the threshold of a route comes from. */
export type ThresholdOrigin = 'set' | 'fitted' | 'default';

/** How the examples of one route do when each is left out in turn. */
export interface RouteFitRow {
  readonly name: string;
  readonly examples: number;
  readonly negatives: number;
  readonly threshold: number;
  readonly origin: ThresholdOrigin;
  /** Share of its examples that the route takes. */
  readonly coverage: number;
  /** Share of what it takes that is its own. `null` when it takes nothing. */
  readonly precision: number | null;
  /** By name of the route that takes them, and `''` for none: how many of its examples. */
  readonly takenBy: Readonly<Record<string, number>>;
}

/**
 * What leaving out one example at a time shows. Each is judged by thresholds that were fitted without it (in ten parts), so
 * the figures are not flattered by the fit.
 */
export interface RouteFitReport {
  readonly routes: readonly RouteFitRow[];
  /** How many examples were left out in turn; of many examples an even sample. */
  readonly judged: number;
  /** Share of examples that their own route takes. */
  readonly coverage: number;
  /** Share of the examples that some route takes which their own takes. `null` when none is taken. */
  readonly accuracy: number | null;
  /** Share of negative examples that the route they stand against takes once they are left out; `null` without any. */
  readonly negativesTaken: number | null;
  /** Share of the everyday requests that come with the package which some route takes. */
  readonly background: number;
}

/**
 * From which score on a route takes a request until enough is known of it, and between which bounds a fit may move that. A
 * handful of examples are too unlike each other for what leaving one out shows to be taken at its word: on an own set of
 * intents and on kinds and subjects of public prompts 0.24 to 0.32 was best throughout.
 */
const defaultThreshold = 0.28;
const thresholdBounds = Object.freeze({ low: 0.24, high: 0.45 });

/** With fewer examples a route keeps the default threshold. */
const leastExamples = 4;

/** As so many examples the default counts beside what was fitted. Source: `assumption`. */
const defaultWeight = 10;

/** Most examples that are left out in turn: beyond, an even sample of them. */
const mostJudged = 1000;

const parts = 10;

/** A labelled text and the scores that the others give it. */
interface Sample {
  /** Its route; -1 for one that belongs to none. */
  readonly route: number;
  /** The route it stands against; -1 for others. */
  readonly against: number;
  readonly scores: Float32Array;
  readonly vetoed: Uint8Array;
}

/** What a fit found. */
export interface RouteFit {
  /** By position of the route. */
  readonly thresholds: readonly number[];
  readonly report: RouteFitReport;
}

/**
 * Fits the thresholds of routes: each example and each negative is scored by the others, and the everyday requests of the
 * package by all; a route's threshold is where the share of its own that it takes is furthest above the share of the others,
 * which counts once for the router and not once for each route (Youden's J, 1950). It is drawn towards the default the fewer
 * examples there are.
 *
 * @param background Texts that belong to no route.
 */
export function fitRoutes(
  routes: readonly SemanticRoute[],
  index: ExampleIndex,
  texts: readonly ComparedText[],
  background: readonly ComparedText[],
): RouteFit {
  const samples = [...exampleSamples(index, texts), ...background.map((text) => sampleOf(index.score(text), -1, -1))];
  const thresholds = routes.map((route, at) => thresholdOf(route, at, routes.length, samples).threshold);
  return { thresholds, report: reportOf(routes, samples) };
}

function exampleSamples(index: ExampleIndex, texts: readonly ComparedText[]): readonly Sample[] {
  const step = Math.max(1, Math.ceil(texts.length / mostJudged));
  return texts.flatMap((text, at) => {
    const example = index.examples[at];
    if (example === undefined || at % step !== 0) return [];
    const scores = index.score(text, at);
    return [example.isNegative ? sampleOf(scores, -1, example.route) : sampleOf(scores, example.route, -1)];
  });
}

function sampleOf({ scores, vetoed }: RouteScores, route: number, against: number): Sample {
  return { route, against, scores: Float32Array.from(scores), vetoed: Uint8Array.from(vetoed) };
}

function thresholdOf(route: SemanticRoute, at: number, routeCount: number, samples: readonly Sample[]) {
  if (route.threshold !== null) return { threshold: route.threshold, origin: 'set' as const };
  const own: number[] = [];
  const others: { readonly score: number; readonly weight: number }[] = [];
  const ofOthers = samples.filter((one) => one.route !== at && one.against !== at).length;
  for (const sample of samples) {
    const score = sample.scores[at] ?? 0;
    if (sample.route === at) own.push(topRoute(sample) === at ? score : 0);
    else if (sample.against === at) others.push({ score: sample.vetoed[at] === 1 ? 0 : score, weight: 0 });
    else if (topRoute(sample) === at) others.push({ score, weight: routeCount / ofOthers });
  }
  if (own.length < leastExamples) return { threshold: defaultThreshold, origin: 'default' as const };
  // A negative example says as much as an example.
  const weighed = others.map((one) => (one.weight === 0 ? { ...one, weight: 1 / own.length } : one));
  const fitted = bestThreshold(own, weighed);
  const drawn = (own.length * fitted + defaultWeight * defaultThreshold) / (own.length + defaultWeight);
  const threshold = Math.min(thresholdBounds.high, Math.max(thresholdBounds.low, drawn));
  return { threshold, origin: 'fitted' as const };
}

/** Of all thresholds with the best J the nearest to the default; a little above what is to be left alone. */
function bestThreshold(
  own: readonly number[],
  others: readonly { readonly score: number; readonly weight: number }[],
): number {
  const steps = [...new Set([0, ...own, ...others.map(({ score }) => score), 1])].sort((a, b) => a - b);
  let best = { gain: -Infinity, threshold: defaultThreshold };
  for (const [at, low] of steps.entries()) {
    const high = steps[at + 1];
    if (high === undefined) break;
    const threshold = Math.min(high, Math.max(defaultThreshold, low + Math.min(clearance, (high - low) / 2)));
    const taken = own.filter((score) => score >= threshold).length / own.length;
    const wrong = others.reduce((sum, { score, weight }) => sum + (score >= threshold ? weight : 0), 0);
    const gain = taken - wrong;
    const isNearer = Math.abs(threshold - defaultThreshold) < Math.abs(best.threshold - defaultThreshold);
    if (gain > best.gain + 1e-9 || (gain > best.gain - 1e-9 && isNearer)) best = { gain, threshold };
  }
  return best.threshold;
}

/** How far above a score that is to be left alone a threshold is put. Source: `assumption`. */
const clearance = 0.02;

function topRoute({ scores, vetoed }: Sample): number {
  let top = -1;
  for (let route = 0; route < scores.length; route += 1) {
    if (vetoed[route] !== 1 && (scores[route] ?? 0) > (scores[top] ?? 0)) top = route;
  }
  return top;
}

/** The route that takes a text: the best of those whose threshold it reaches; -1 for none. */
export function takingRoute(
  { scores, vetoed }: Pick<RouteScores, 'scores' | 'vetoed'>,
  thresholds: readonly number[],
): number {
  let taking = -1;
  for (let route = 0; route < scores.length; route += 1) {
    const score = scores[route] ?? 0;
    if (vetoed[route] === 1 || score === 0 || score < (thresholds[route] ?? 1)) continue;
    if (taking === -1 || score > (scores[taking] ?? 0)) taking = route;
  }
  return taking;
}

function reportOf(routes: readonly SemanticRoute[], samples: readonly Sample[]): RouteFitReport {
  const taken = new Int32Array(samples.length);
  for (let part = 0; part < Math.min(parts, samples.length); part += 1) {
    const rest = samples.filter((_, at) => at % parts !== part);
    const thresholds = routes.map((route, at) => thresholdOf(route, at, routes.length, rest).threshold);
    samples.forEach((sample, at) => {
      if (at % parts === part) taken[at] = takingRoute(sample, thresholds);
    });
  }
  const judged = samples.map((sample, at) => ({ ...sample, taken: taken[at] ?? -1 }));
  const examples = judged.filter(({ route }) => route !== -1);
  const negatives = judged.filter(({ against }) => against !== -1);
  const background = judged.filter(({ route, against }) => route === -1 && against === -1);
  const nameOf = (route: number) => routes[route]?.name ?? '';
  const rows = routes.map((route, at): RouteFitRow => {
    const own = examples.filter((one) => one.route === at);
    const takes = judged.filter((one) => one.taken === at);
    const takenBy: Record<string, number> = {};
    for (const one of own) takenBy[nameOf(one.taken)] = (takenBy[nameOf(one.taken)] ?? 0) + 1;
    return {
      name: route.name,
      examples: route.examples.length,
      negatives: route.negatives.length,
      ...thresholdOf(route, at, routes.length, samples),
      coverage: shareOf(own, (one) => one.taken === at) ?? 0,
      precision: shareOf(takes, (one) => one.route === at),
      takenBy,
    };
  });
  return {
    routes: rows,
    judged: examples.length,
    coverage: shareOf(examples, (one) => one.taken === one.route) ?? 0,
    accuracy: shareOf(
      examples.filter((one) => one.taken !== -1),
      (one) => one.taken === one.route,
    ),
    negativesTaken: shareOf(negatives, (one) => one.taken === one.against),
    background: shareOf(background, (one) => one.taken !== -1) ?? 0,
  };
}

function shareOf<One>(all: readonly One[], holds: (one: One) => boolean): number | null {
  return all.length === 0 ? null : all.filter(holds).length / all.length;
}

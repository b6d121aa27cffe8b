import { LatticeError, type DecisionRoute, type Embedder } from '@lattice-lock/contract';
import { LRUCache } from 'lru-cache';
import type { AnalysisInput } from '../conversation-view.ts';
import { requestText, requestZones } from './request-zones.ts';
import type { RouteFitReport } from './route-fit.ts';
import { comparedText, createLocalTable, type NearRoute, type RouteTable } from './route-table.ts';
import type { RouteSet } from './semantic-route.ts';

/** What a router found for a text. */
export interface RouteMatch {
  /** The route that takes it; `null`: none does, which is an answer like any other. */
  readonly taken: NearRoute | null;
  /** The nearest route, whether it takes it or not; `null` where nothing is shared with any example. */
  readonly nearest: NearRoute | null;
  /** What measured the nearness. */
  readonly embedder: string;
}

/** What a router works with beside its routes. */
export interface SemanticRouterOptions {
  /** A stored index of an embedding model, see `loadRouteIndex`; without one the local embedder decides alone. */
  readonly table?: RouteTable | null;
  /** How many texts are remembered with what was found. Default 1024; 0 remembers none. */
  readonly cacheSize?: number;
}

const defaultCacheSize = 1024;

/** Finds the route of a request by the examples that it is near to. Create one with {@link createSemanticRouter}. */
export class SemanticRouter {
  readonly set: RouteSet;
  readonly #local: RouteTable;
  readonly #remote: RouteTable | null;
  readonly #found: LRUCache<string, RouteMatch> | null;

  constructor(set: RouteSet, local: RouteTable, options: SemanticRouterOptions) {
    this.set = set;
    this.#local = local;
    this.#remote = options.table ?? null;
    const max = options.cacheSize ?? defaultCacheSize;
    this.#found = max > 0 ? new LRUCache({ max }) : null;
  }

  /** How its examples do when each is left out in turn; of the embedding model where it has one. */
  get report(): RouteFitReport {
    return (this.#remote ?? this.#local).fit.report;
  }

  /** True when an embedding model must be asked for each new text, see {@link prepare}. */
  get needsPreparing(): boolean {
    return this.#remote !== null;
  }

  /**
   * The route of a text. Does no I/O: where an embedding model is used, a text that was not prepared is compared by the local
   * embedder.
   */
  match(text: string): RouteMatch {
    const key = memoryKey(text);
    const known = this.#found?.get(key);
    if (known !== undefined) return known;
    const match = matchOf(this.#local, requestZones(text), null);
    // Of a text that the embedding model may still see nothing is remembered.
    if (this.#remote === null) this.#found?.set(key, match);
    return match;
  }

  /** As {@link match}, of the text that says what is to be done. */
  matchRequest(request: AnalysisInput): RouteMatch {
    return this.match(requestText(request));
  }

  /**
   * Asks the embedding model for the vector of a request, so that the next {@link match} uses it. At most 480 characters are
   * sent. Does nothing without an embedding model, and for a text that is remembered.
   *
   * @throws LatticeError what the embedder throws; `LATTICE_TIMEOUT` after the time that the routes give it
   */
  async prepare(request: AnalysisInput, embedder: Pick<Embedder, 'embed'>, signal?: AbortSignal): Promise<void> {
    if (this.#remote === null || this.#found === null) return;
    const text = requestText(request);
    const key = memoryKey(text);
    const zones = requestZones(text);
    const sent = zones.join('\n');
    if (this.#found.has(key) || sent === '') return;
    const { timeoutMs, name } = this.set.embedder;
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    let vectors: readonly Float32Array[];
    try {
      vectors = await withinTime(embedder.embed([sent], either), either);
    } catch (error) {
      if (!timeout.aborted) throw error;
      throw new LatticeError('LATTICE_TIMEOUT', `${name} gave no vector within ${timeoutMs} ms.`, { cause: error });
    }
    this.#found.set(key, matchOf(this.#remote, zones, vectors[0] ?? null));
  }
}

/** Makes a router; the local embedder's index and thresholds are made with it, in some milliseconds. */
export async function createSemanticRouter(
  set: RouteSet,
  options: SemanticRouterOptions = {},
): Promise<SemanticRouter> {
  return new SemanticRouter(set, await createLocalTable(set), options);
}

/** The route of a match as decisions keep it; `undefined` where none takes the request. */
export function decisionRouteOf({ taken, embedder }: RouteMatch): DecisionRoute | undefined {
  if (taken === null) return undefined;
  const { route, score, threshold, example } = taken;
  return { name: route.name, place: route.place, score, threshold, example, embedder, action: route.action };
}

/** Texts up to so many characters are remembered as they are, which is quicker than to cut them first. */
const longestPlainKey = 4096;

function memoryKey(text: string): string {
  return text.length <= longestPlainKey ? text : `\0${requestZones(text).join('\n')}`;
}

function matchOf(table: RouteTable, zones: readonly string[], vector: Float32Array | null): RouteMatch {
  return { ...table.find(comparedText(zones, vector)), embedder: table.embedder };
}

/** An embedder that does not look at its signal is not waited for either. */
function withinTime<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

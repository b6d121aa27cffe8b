import type { RouteAction } from '@lattice-lock/contract';

/** A route: requests like its examples are dealt with as its action says. */
export interface SemanticRoute {
  readonly name: string;
  readonly description: string | null;
  /** As they are written, without those that say the same twice. */
  readonly examples: readonly string[];
  /** Requests that look alike and are none of this route. */
  readonly negatives: readonly string[];
  /** Set by hand; `null` is fitted. */
  readonly threshold: number | null;
  readonly action: RouteAction;
  /** `file:line:column`. */
  readonly place: string;
}

/** What measures how near texts are. */
export interface RouteEmbedder {
  /** `local`, or the model as it is written, e.g. `openai/text-embedding-3-small`. */
  readonly name: string;
  /** How long a request waits for its vector before the local one decides, ms. Of no meaning for the local one. */
  readonly timeoutMs: number;
}

/** A file of routes, read and checked. */
export interface RouteSet {
  readonly file: string;
  readonly embedder: RouteEmbedder;
  readonly routes: readonly SemanticRoute[];
}

/** The name of the embedder that needs no network. */
export const localEmbedder = 'local';

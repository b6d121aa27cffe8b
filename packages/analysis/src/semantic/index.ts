// Routes told by examples: their file, and the router.
export { parseRouteFile, readRouteFile, type RouteFileOptions } from './route-file.ts';
export { localEmbedder, type RouteEmbedder, type RouteSet, type SemanticRoute } from './semantic-route.ts';
export {
  createSemanticRouter,
  decisionRouteOf,
  SemanticRouter,
  type RouteMatch,
  type SemanticRouterOptions,
} from './semantic-router.ts';
export type { NearRoute, RouteTable } from './route-table.ts';

// How routes do when each example is left out in turn.
export type { RouteFit, RouteFitReport, RouteFitRow, ThresholdOrigin } from './route-fit.ts';

// Vectors: the built-in embedder, and the index of an embedding model.
export { HashedEmbedder } from './hashed-embedder.ts';
export {
  buildRouteIndex,
  loadRouteIndex,
  type BuildRouteIndexOptions,
  type BuiltRouteIndex,
} from './build-route-index.ts';
export { createFolderStore, indexFolderOf } from './index-store.ts';

import {
  buildRouteIndex,
  createFolderStore,
  createSemanticRouter,
  decisionRouteOf,
  indexFolderOf,
  loadRouteIndex,
  localEmbedder,
  readRouteFile,
  type RouteMatch,
  type RouteSet,
  type SemanticRouter,
} from '@lattice-lock/analysis/semantic';
import { ModelPatternSet, modelSpellings, type ModelGuide, type ModelRegistry } from '@lattice-lock/catalog';
import type { AppConfig } from '@lattice-lock/config';
import {
  formatModelRef,
  LatticeError,
  parseModelRef,
  type DecisionRoute,
  type Logger,
  type ModelRef,
  type RunRequest,
} from '@lattice-lock/contract';
import type { ProviderRegistry } from '@lattice-lock/provider-kit';
import type { ResolvedTarget } from '@lattice-lock/selection';
import type { BuildRoutesOptions, BuiltRoutes, LatticeRoutes } from './lattice.ts';
import { mayEmbed, RouteEmbeddings, type RouteEmbeddingsOptions } from './route-embeddings.ts';

/** What semantic routes are opened with. */
export interface SemanticRoutesOptions extends Omit<RouteEmbeddingsOptions, 'model'> {
  readonly file: string;
  readonly config: AppConfig;
  readonly catalog: ModelRegistry;
  readonly registry: ProviderRegistry;
  readonly guide: ModelGuide | undefined;
  readonly logger: Logger;
  resolve(requested: string): ResolvedTarget;
}

/**
 * Opens a file of routes. Where they name an embedding model whose index is not there or is of other routes, the local
 * embedder decides, and a warning says so: nothing is embedded unasked.
 *
 * @throws LatticeError `LATTICE_CONFIG` with every problem of the file
 */
export async function openSemanticRoutes(options: SemanticRoutesOptions): Promise<SemanticRoutes> {
  const { file, logger } = options;
  const set = await readRouteFile(file, {
    resolveModel: (name) => knownModel(name, options),
    isKnownPattern: (entry) => meansAny(entry, options.catalog),
    checkEmbedder: (name) => checkEmbedder(name, options.registry),
  });
  const store = createFolderStore(indexFolderOf(file));
  const { name } = set.embedder;
  const isLocal = name === localEmbedder;
  const table = isLocal ? null : await loadRouteIndex(set, store);
  if (!isLocal && table === null) {
    logger.warn({ file, embedder: name }, 'semantic routes have no index of their embedder; the local one decides');
  }
  const router = await createSemanticRouter(set, { table });
  return new SemanticRoutes(router, isLocal ? null : embeddingModel(set, options.registry), options);
}

/** After so many failures in a row the model is left alone for a while: an outage must not make every request wait. */
const outage = Object.freeze({ failures: 3, restMs: 30_000 });

/** The routes of a file, as a run asks them and as people look at them. */
export class SemanticRoutes implements LatticeRoutes {
  readonly #router: SemanticRouter;
  readonly #model: ModelRef | null;
  readonly #embeddings: RouteEmbeddings | null;
  readonly #options: SemanticRoutesOptions;
  #failures = 0;
  #restsUntilMs = 0;

  /** @param model The embedding model; `null` where the local embedder is enough. */
  constructor(router: SemanticRouter, model: ModelRef | null, options: SemanticRoutesOptions) {
    this.#router = router;
    this.#model = model;
    this.#embeddings = model === null ? null : new RouteEmbeddings({ ...options, model });
    this.#options = options;
  }

  get set(): RouteSet {
    return this.#router.set;
  }

  get report() {
    return this.#router.report;
  }

  get isIndexed(): boolean {
    return this.#embeddings === null || this.#router.needsPreparing;
  }

  /** The route of a request, as its decision keeps it. A preset that the caller names comes before that of the route. */
  routeFor(request: RunRequest): DecisionRoute | undefined {
    const route = decisionRouteOf(this.#router.matchRequest(request));
    if (route?.action.preset === undefined || !namesPreset(request.model, this.#options.config.aliases)) return route;
    const { preset: _preset, ...action } = route.action;
    return { ...route, action };
  }

  async match(text: string): Promise<RouteMatch> {
    await this.prepare({ messages: [{ role: 'user', content: text }] });
    return this.#router.match(text);
  }

  /** True when {@link prepare} has something to do. */
  get needsPreparing(): boolean {
    return this.#embeddings !== null && this.#router.needsPreparing;
  }

  /**
   * Has the embedding model look at a request. Where it cannot, the local embedder decides, and a warning says why; after
   * three failures in a row the model is not asked for half a minute.
   */
  async prepare(request: RunRequest): Promise<void> {
    if (this.#embeddings === null || this.#model === null || !this.#maySend(request, this.#model)) return;
    if (this.#options.clock.now() < this.#restsUntilMs) return;
    const embedder = this.#embeddings.forRequest(request);
    try {
      await this.#router.prepare(request, embedder, request.signal);
      this.#failures = 0;
    } catch (error) {
      if (request.signal?.aborted !== true) this.#noteFailure(error);
    }
  }

  #noteFailure(error: unknown): void {
    const { logger, clock } = this.#options;
    const { name } = this.#router.set.embedder;
    this.#failures += 1;
    const isOut = this.#failures >= outage.failures;
    if (isOut) {
      this.#failures = 0;
      this.#restsUntilMs = clock.now() + outage.restMs;
    }
    const rest = isOut ? { restMs: outage.restMs } : {};
    logger.warn({ embedder: name, error, ...rest }, 'no vector for a request; the local embedder decides');
  }

  /** The operator chose the model; that he denies or blocks it, or bounds where data goes, holds all the same. */
  #maySend({ constraints }: RunRequest, model: ModelRef): boolean {
    const { config, guide } = this.#options;
    const { allow: _allow, ...operator } = config.routing.constraints;
    const blocked = (guide?.blocked ?? []).flatMap(({ patterns }) => patterns);
    return mayEmbed(model, constraints) && mayEmbed(model, operator) && mayEmbed(model, { deny: blocked });
  }

  async build(options: BuildRoutesOptions = {}): Promise<BuiltRoutes> {
    const { set } = this.#router;
    if (this.#embeddings === null) return { embedded: 0, reused: 0, folder: null };
    const folder = indexFolderOf(this.#options.file);
    const { embedded, reused } = await buildRouteIndex(set, {
      embedder: this.#embeddings.forBuild(),
      store: createFolderStore(folder),
      ...options,
    });
    return { embedded, reused, folder };
  }

  async close(): Promise<void> {
    await this.#embeddings?.close();
  }
}

function knownModel(name: string, { resolve, catalog }: SemanticRoutesOptions): ModelRef {
  const target = resolve(name);
  if (target.mode === 'auto') {
    throw new LatticeError('LATTICE_CONFIG', `"${name}" is no model: name one, or give preset instead of model.`);
  }
  if (catalog.get(target.model) !== undefined) return target.model;
  const { provider } = target.model;
  throw new LatticeError(
    'LATTICE_UNKNOWN_MODEL',
    `${formatModelRef(target.model)} is not in the catalog: list it in providers.${provider}.models.`,
  );
}

function meansAny(entry: string, catalog: ModelRegistry): boolean {
  const patterns = new ModelPatternSet([entry]);
  return catalog.list().some((model) => patterns.has(modelSpellings(model)));
}

function checkEmbedder(name: string, registry: ProviderRegistry): void {
  const provider = registry.resolve(parseModelRef(name)?.provider ?? name);
  const found = registry.list().find(({ id }) => id === provider);
  if (found?.definition.createEmbeddings !== undefined) return;
  throw new LatticeError(
    'LATTICE_UNSUPPORTED',
    `${provider} has no embedding models: name another provider, or local.`,
  );
}

function embeddingModel({ embedder }: RouteSet, registry: ProviderRegistry): ModelRef {
  const ref = parseModelRef(embedder.name);
  return { provider: registry.resolve(ref?.provider ?? embedder.name), model: ref?.model ?? '' };
}

/** Whether a caller's `model` is `auto:<preset>`, by itself or by an alias; circles were refused before. */
function namesPreset(requested: string | undefined, aliases: AppConfig['aliases']): boolean {
  const name = (requested ?? '').trim();
  return Object.hasOwn(aliases, name) ? namesPreset(aliases[name], aliases) : name.startsWith('auto:');
}

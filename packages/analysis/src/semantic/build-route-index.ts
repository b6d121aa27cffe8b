import { LatticeError, type Embedder, type KeyValueStore } from '@lattice-lock/contract';
import type { RouteFit } from './route-fit.ts';
import { createVectorTable, tableKey, textsToEmbed, type RouteTable } from './route-table.ts';
import { localEmbedder, type RouteSet } from './semantic-route.ts';
import { restoreVectors, storeVectors, textDigest, type VectorsByText } from './stored-vectors.ts';

/** What building an index takes. */
export interface BuildRouteIndexOptions {
  /** Turns texts into vectors: the embedding model that the routes name. */
  readonly embedder: Pick<Embedder, 'embed'>;
  readonly store: KeyValueStore;
  /** Texts of one call. Default 64. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
  /** Called after each batch, and once before the first. */
  onProgress?(done: number, total: number): void;
}

/** What a build did. */
export interface BuiltRouteIndex {
  readonly key: string;
  /** Texts that were embedded now. */
  readonly embedded: number;
  /** Texts whose vectors were there, from an index before or a build that was interrupted. */
  readonly reused: number;
}

/** The one index of a store, and the batches of a build that goes on. */
const indexKey = 'index';
const partKey = (part: number) => `part-${part}`;

const defaultBatchSize = 64;

/** An index as it is stored. */
interface StoredIndex {
  readonly format: 'lattice-routes';
  readonly key: string;
  readonly vectors: unknown;
  readonly fit: RouteFit;
}

/**
 * Embeds the examples of routes and keeps the vectors with the fitted thresholds. What is there is not embedded again; each
 * batch is kept as it comes, so a build that was stopped goes on where it was; the index is replaced at the end and whole.
 *
 * @throws LatticeError what the embedder throws; `LATTICE_ABORTED` when `signal` is; `LATTICE_MALFORMED_RESPONSE` for vectors
 * that do not fit; `LATTICE_STORAGE`
 */
export async function buildRouteIndex(set: RouteSet, options: BuildRouteIndexOptions): Promise<BuiltRouteIndex> {
  const { store, signal, embedder, batchSize = defaultBatchSize } = options;
  const key = tableKey(set);
  const texts = await textsToEmbed(set);
  const { vectors, parts } = await knownVectors(set, store);
  const missing = texts.filter((text) => !vectors.has(textDigest(text)));
  const reused = texts.length - missing.length;
  const stored = await readIndex(store);
  options.onProgress?.(reused, texts.length);
  if (missing.length === 0 && parts === 0 && stored?.key === key) return { key, embedded: 0, reused };
  let part = parts;
  for (let from = 0; from < missing.length; from += batchSize) {
    throwIfAborted(signal);
    const batch = missing.slice(from, from + batchSize);
    const made = checked(batch, await embedder.embed(batch, signal), vectors);
    for (const [digest, vector] of made) vectors.set(digest, vector);
    await store.set(partKey(part), JSON.stringify(storeVectors(set.embedder.name, made)));
    part += 1;
    options.onProgress?.(reused + Math.min(from + batchSize, missing.length), texts.length);
  }
  const wanted: VectorsByText = new Map(texts.map((text) => [textDigest(text), vectorOf(vectors, text)]));
  const { fit } = await createVectorTable(set, wanted);
  const index: StoredIndex = { format: 'lattice-routes', key, vectors: storeVectors(set.embedder.name, wanted), fit };
  await store.set(indexKey, JSON.stringify(index));
  for (let old = 0; old < part; old += 1) await store.delete(partKey(old));
  return { key, embedded: missing.length, reused };
}

/** The table of an index that is stored for just these routes; `null` where there is none, or one of others. */
export async function loadRouteIndex(set: RouteSet, store: KeyValueStore): Promise<RouteTable | null> {
  if (set.embedder.name === localEmbedder) return null;
  const stored = await readIndex(store);
  if (stored?.key !== tableKey(set)) return null;
  const vectors: VectorsByText = new Map();
  restoreVectors(stored.vectors, set.embedder.name, vectors);
  const isWhole = (await textsToEmbed(set)).every((text) => vectors.has(textDigest(text)));
  return isWhole ? createVectorTable(set, vectors, stored.fit) : null;
}

async function readIndex(store: KeyValueStore): Promise<StoredIndex | undefined> {
  const value = parsed(await store.get(indexKey)) as Partial<StoredIndex> | null;
  if (value?.format !== 'lattice-routes' || !Array.isArray(value.fit?.thresholds)) return undefined;
  return value as StoredIndex;
}

/** A file that someone broke is built again, not complained about. */
function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

async function knownVectors(set: RouteSet, store: KeyValueStore) {
  const vectors: VectorsByText = new Map();
  restoreVectors((await readIndex(store))?.vectors, set.embedder.name, vectors);
  let parts = 0;
  for (;;) {
    const text = await store.get(partKey(parts));
    if (text === undefined) return { vectors, parts };
    restoreVectors(parsed(text), set.embedder.name, vectors);
    parts += 1;
  }
}

function checked(texts: readonly string[], made: readonly Float32Array[], known: VectorsByText): VectorsByText {
  const length = known.values().next().value?.length ?? made[0]?.length ?? 0;
  if (made.length !== texts.length || length === 0 || made.some((vector) => vector.length !== length)) {
    throw new LatticeError(
      'LATTICE_MALFORMED_RESPONSE',
      `The embedding model gave ${made.length} vectors for ${texts.length} texts, or vectors of different lengths; where it changed, delete the folder of the index.`,
    );
  }
  return new Map(texts.map((text, at) => [textDigest(text), made[at] ?? new Float32Array()]));
}

function vectorOf(vectors: VectorsByText, text: string): Float32Array {
  return vectors.get(textDigest(text)) ?? new Float32Array();
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new LatticeError(
    'LATTICE_ABORTED',
    'The index was not finished; the next build goes on where this one stopped.',
    {
      cause: signal.reason,
    },
  );
}

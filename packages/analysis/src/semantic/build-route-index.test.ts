import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { KeyValueStore } from '@lattice-lock/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  buildRouteIndex,
  createFolderStore,
  createSemanticRouter,
  HashedEmbedder,
  loadRouteIndex,
  parseRouteFile,
  type RouteSet,
} from './index.ts';

let folder: string;
let store: KeyValueStore;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'route-index-'));
  store = createFolderStore(path.join(folder, 'routes.index'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const refunds = ['I want my money back', 'You charged me twice', 'The invoice is wrong', 'Refund my order'];

function routesOf(examples: readonly string[], embedder: object = { model: 'acme/embed', timeoutMs: 50 }): RouteSet {
  const routes = [{ name: 'refunds', examples, preset: 'cheap' }];
  const bytes = Buffer.from(JSON.stringify({ version: 1, embedder, routes }));
  return parseRouteFile(bytes, 'routes.yaml', { resolveModel: () => ({ provider: 'a', model: 'b' }) });
}

/** An embedding model that counts what it is sent; the hashed vectors stand for those of a model. */
class CountingModel {
  readonly #inner = new HashedEmbedder();
  readonly batches: (readonly string[])[] = [];
  failsAt = Infinity;

  async embed(texts: readonly string[], signal?: AbortSignal) {
    if (this.batches.length >= this.failsAt) throw new TypeError('the model is away');
    this.batches.push(texts);
    return this.#inner.embed(texts, signal);
  }

  get texts(): number {
    return this.batches.reduce((sum, { length }) => sum + length, 0);
  }
}

describe('the index of an embedding model', () => {
  it('is built once, loaded as it was, and built again for what changed alone', async () => {
    const set = routesOf(refunds);
    const model = new CountingModel();
    expect(await loadRouteIndex(set, store)).toBeNull();
    const built = await buildRouteIndex(set, { embedder: model, store });
    expect(built).toMatchObject({ embedded: model.texts, reused: 0 });
    expect(model.batches.length).toBeGreaterThan(1);
    const table = await loadRouteIndex(set, store);
    const router = await createSemanticRouter(set, { table });
    const request = { messages: [{ role: 'user', content: 'please refund the order' }] } as const;
    expect(router.needsPreparing).toBe(true);
    expect(router.matchRequest(request).embedder).toBe('local');
    await router.prepare(request, model);
    const match = router.matchRequest(request);
    expect(match).toMatchObject({
      embedder: 'acme/embed',
      taken: { route: { name: 'refunds' }, example: 'Refund my order' },
    });

    const sent = model.texts;
    await router.prepare(request, model);
    await buildRouteIndex(set, { embedder: model, store });
    expect(model.texts).toBe(sent);

    const more = routesOf([...refunds, 'Give the money back']);
    expect(await loadRouteIndex(more, store)).toBeNull();
    expect(await buildRouteIndex(more, { embedder: model, store })).toMatchObject({
      embedded: 1,
      reused: built.embedded,
    });
    expect(await loadRouteIndex(more, store)).not.toBeNull();
    const other = routesOf(refunds, { model: 'acme/other' });
    expect(await loadRouteIndex(other, store)).toBeNull();
    expect(await loadRouteIndex(routesOf(refunds, { model: 'local' }), store)).toBeNull();
  });

  it('goes on where it was stopped, and leaves the one before in its place until it is whole', async () => {
    const before = routesOf(refunds);
    await buildRouteIndex(before, { embedder: new CountingModel(), store });
    const set = routesOf(
      Array.from({ length: 40 }, (_, at) => `Refund order number ${'abcdefghij'[at % 10]}${at}x, please`),
    );
    const model = new CountingModel();
    const stop = new AbortController();
    const stopped = buildRouteIndex(set, {
      embedder: model,
      store,
      batchSize: 10,
      signal: stop.signal,
      onProgress: (done, total) => {
        if (done >= total - 20) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'LATTICE_ABORTED' });
    expect(model.texts).toBe(20);
    expect(await loadRouteIndex(before, store)).not.toBeNull();
    expect(await loadRouteIndex(set, store)).toBeNull();

    model.failsAt = 3;
    await expect(buildRouteIndex(set, { embedder: model, store, batchSize: 10 })).rejects.toThrow('the model is away');
    expect(model.texts).toBe(30);
    model.failsAt = Infinity;
    const progress: string[] = [];
    const onProgress = (done: number, total: number) => progress.push(`${total - done} left`);
    expect(await buildRouteIndex(set, { embedder: model, store, batchSize: 10, onProgress })).toMatchObject({
      embedded: 10,
    });
    expect(progress).toEqual(['10 left', '0 left']);
    expect(model.texts).toBe(40);
    expect(new Set(model.batches.flat()).size).toBe(40);
    expect(await loadRouteIndex(set, store)).not.toBeNull();
    expect(readdirSync(path.join(folder, 'routes.index'))).toEqual(['index.json']);
  });

  it('is built again where someone broke it, and never from vectors that do not fit', async () => {
    const set = routesOf(refunds);
    const model = new CountingModel();
    await buildRouteIndex(set, { embedder: model, store });
    const file = path.join(folder, 'routes.index', 'index.json');
    const text = readFileSync(file, 'utf8');
    for (const broken of ['', '{', '{}', 'null', text.slice(0, 500), text.replace(/"numbers":"..../, '"numbers":"')]) {
      writeFileSync(file, broken);
      expect(await loadRouteIndex(set, store)).toBeNull();
    }
    const sent = model.texts;
    await buildRouteIndex(set, { embedder: model, store });
    expect(model.texts).toBe(2 * sent);
    expect(await loadRouteIndex(set, store)).not.toBeNull();
    const odd = { embed: async (texts: readonly string[]) => texts.slice(1).map(() => new Float32Array(4)) };
    await expect(buildRouteIndex(routesOf(['Hello there']), { embedder: odd, store })).rejects.toMatchObject({
      code: 'LATTICE_MALFORMED_RESPONSE',
    });
  });

  it('is not begun where it cannot be kept', async () => {
    const file = path.join(folder, 'in-the-way');
    writeFileSync(file, 'not a folder');
    const blocked = createFolderStore(path.join(file, 'routes.index'));
    await expect(
      buildRouteIndex(routesOf(refunds), { embedder: new CountingModel(), store: blocked }),
    ).rejects.toMatchObject({
      code: 'LATTICE_STORAGE',
      message: expect.stringContaining('in-the-way'),
    });
    expect(readFileSync(file, 'utf8')).toBe('not a folder');
  });

  it('is not waited for longer than the routes allow, and a caller may leave', async () => {
    const set = routesOf(refunds);
    await buildRouteIndex(set, { embedder: new CountingModel(), store });
    const router = await createSemanticRouter(set, { table: await loadRouteIndex(set, store) });
    const request = { messages: [{ role: 'user', content: 'Refund it' }] } as const;
    const deaf = { embed: () => new Promise<never>(() => undefined) };
    await expect(router.prepare(request, deaf)).rejects.toMatchObject({ code: 'LATTICE_TIMEOUT' });
    const reason = new TypeError('left');
    await expect(router.prepare(request, deaf, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(router.matchRequest(request).embedder).toBe('local');
  });
});

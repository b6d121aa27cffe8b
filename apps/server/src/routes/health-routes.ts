import type { FastifyInstance } from 'fastify';

/** What readiness depends on. */
export interface Readiness {
  readonly isDraining: boolean;
  /** Rejects when the storage cannot be read. */
  checkStorage(): Promise<void>;
}

/** A found state of the storage is good for this long: these routes are open to everybody. */
const freshMs = 1000;

/**
 * `GET /livez`: the process runs. `GET /readyz`: it also takes requests, that is, the storage can be read and no
 * shutdown is under way; 503 otherwise. Both are open and say nothing about the inside.
 */
export function healthRoutes(app: FastifyInstance, readiness: Readiness): void {
  const storage = new SharedCheck(() => readiness.checkStorage());
  app.get('/livez', () => ({ status: 'alive' }));
  app.get('/readyz', async (_request, reply) => {
    const isStorageGood = await storage.isGood();
    const isReady = isStorageGood && !readiness.isDraining;
    const status = readiness.isDraining ? 'draining' : isStorageGood ? 'ready' : 'failing';
    return reply.code(isReady ? 200 : 503).send({ status, checks: { storage: isStorageGood ? 'ok' : 'failing' } });
  });
}

/** Concurrent callers share one check, and later ones its result while it is fresh. */
class SharedCheck {
  readonly #check: () => Promise<void>;
  #startedAt = -Infinity;
  #result: Promise<boolean> | undefined;

  constructor(check: () => Promise<void>) {
    this.#check = check;
  }

  isGood(): Promise<boolean> {
    const now = performance.now();
    if (this.#result === undefined || now - this.#startedAt > freshMs) {
      this.#startedAt = now;
      this.#result = this.#check().then(
        () => true,
        () => false,
      );
    }
    return this.#result;
  }
}

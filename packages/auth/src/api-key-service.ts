import { randomUUID, timingSafeEqual } from 'node:crypto';
import { LatticeError, systemClock, type ApiKeyRecord, type ApiKeyStore, type Clock } from '@lattice-lock/contract';
import { generateApiKey, hashApiKey, isApiKeyShaped, prefixLength } from './internal/api-key-text.ts';
import { checkKeyName } from './internal/key-name.ts';

/** How often a key's last use is written at most. */
const touchIntervalMs = 60_000;

/** Keys that an error lists at most. */
const maxListed = 10;

/** What the service stands on. */
export interface ApiKeyServiceOptions {
  readonly store: ApiKeyStore;
  readonly clock?: Clock;
}

/** A key to be made. */
export interface CreateApiKeyOptions {
  /** For people: 1 to 100 characters, no control or direction characters. */
  readonly name: string;
  /** From this instant on the key is refused; absent means never. */
  readonly expiresAtMs?: number;
}

/** A key just made. `key` is shown once: it is nowhere stored. */
export interface CreatedApiKey {
  readonly key: string;
  readonly record: ApiKeyRecord;
}

/** Makes, verifies and revokes API keys. */
export interface ApiKeyService {
  /** @throws LatticeError `LATTICE_INVALID_REQUEST` for a bad name or expiry, `LATTICE_STORAGE` */
  create(options: CreateApiKeyOptions): Promise<CreatedApiKey>;
  /**
   * The record of a good key; `null` for any other input, whether malformed, unknown, revoked or expired. The store is
   * read each time, so a key that another process revoked is refused at once.
   *
   * @throws LatticeError `LATTICE_STORAGE` when the store fails: that is never an answer about the key
   */
  verify(key: string): Promise<ApiKeyRecord | null>;
  /**
   * Revokes by id, by the key itself or by a beginning of it that no other key in force shares. A key that is revoked
   * already stays as it is.
   *
   * @throws LatticeError `LATTICE_NOT_FOUND`; `LATTICE_INVALID_REQUEST` with `suggestions` when several keys begin so
   */
  revoke(idOrPrefix: string): Promise<ApiKeyRecord>;
  /** Every key in the order they were made, revoked ones too; hashes are left out. */
  list(): Promise<readonly ApiKeySummary[]>;
}

/** A key as it is listed: nothing of it that could be checked against a guess. */
export type ApiKeySummary = Omit<ApiKeyRecord, 'hash'>;

/** A service over a store. */
export function createApiKeyService(options: ApiKeyServiceOptions): ApiKeyService {
  return new StoredApiKeyService(options.store, options.clock ?? systemClock);
}

class StoredApiKeyService implements ApiKeyService {
  readonly #store: ApiKeyStore;
  readonly #clock: Clock;
  readonly #touching = new Set<string>();

  constructor(store: ApiKeyStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  async create({ name, expiresAtMs }: CreateApiKeyOptions): Promise<CreatedApiKey> {
    const now = this.#clock.now();
    if (expiresAtMs !== undefined && !(Number.isSafeInteger(expiresAtMs) && expiresAtMs > now)) {
      throw new LatticeError(
        'LATTICE_INVALID_REQUEST',
        'The expiry of an API key must be an instant in the future, in ms.',
      );
    }
    const key = generateApiKey();
    const record: ApiKeyRecord = {
      id: `key_${randomUUID()}`,
      name: checkKeyName(name),
      prefix: key.slice(0, prefixLength),
      hash: hashApiKey(key),
      createdAtMs: now,
      lastUsedAtMs: null,
      revokedAtMs: null,
      expiresAtMs: expiresAtMs ?? null,
    };
    await this.#store.insert(record);
    return { key, record };
  }

  async verify(key: string): Promise<ApiKeyRecord | null> {
    if (!isApiKeyShaped(key)) return null;
    const hash = hashApiKey(key);
    const record = await this.#store.findByHash(hash);
    const now = this.#clock.now();
    if (record === undefined || !equalHashes(record.hash, hash)) return null;
    if (record.revokedAtMs !== null || (record.expiresAtMs !== null && record.expiresAtMs <= now)) return null;
    this.#touch(record, now);
    return record;
  }

  async revoke(idOrPrefix: string): Promise<ApiKeyRecord> {
    const record = chooseOne(matching(await this.#store.list(), idOrPrefix));
    const now = this.#clock.now();
    if (await this.#store.revoke(record.id, now)) return { ...record, revokedAtMs: now };
    return (await this.#store.findByHash(record.hash)) ?? record;
  }

  async list(): Promise<readonly ApiKeySummary[]> {
    const records = await this.#store.list();
    return records.map(({ hash: _hash, ...summary }) => summary);
  }

  /** Off the hot path: the caller does not wait, and a failure only leaves the time of last use older than it is. */
  #touch(record: ApiKeyRecord, now: number): void {
    if (record.lastUsedAtMs !== null && now - record.lastUsedAtMs < touchIntervalMs) return;
    if (this.#touching.has(record.id)) return;
    this.#touching.add(record.id);
    setImmediate(() => {
      this.#store
        .touch(record.id, now)
        .catch(() => undefined)
        .finally(() => this.#touching.delete(record.id));
    });
  }
}

/** By id, by the whole key, or by its beginning. Keys in force come before revoked ones. */
function matching(records: readonly ApiKeyRecord[], text: string): readonly ApiKeyRecord[] {
  const hash = isApiKeyShaped(text) ? hashApiKey(text) : null;
  const exact = records.filter((record) => record.id === text || record.hash === hash);
  if (exact.length > 0 || text === '') return exact;
  const begun = records.filter(({ prefix }) => prefix.startsWith(text));
  const inForce = begun.filter(({ revokedAtMs }) => revokedAtMs === null);
  return inForce.length > 0 ? inForce : begun;
}

function chooseOne(matches: readonly ApiKeyRecord[]): ApiKeyRecord {
  const [record] = matches;
  if (record === undefined) {
    throw new LatticeError(
      'LATTICE_NOT_FOUND',
      'No API key has this id or begins like this; list the keys to see them.',
    );
  }
  if (matches.length === 1) return record;
  const shown = matches.slice(0, maxListed).map(({ id, name }) => `${id} (${name})`);
  const more = matches.length > maxListed ? ` and ${matches.length - maxListed} more` : '';
  throw new LatticeError(
    'LATTICE_INVALID_REQUEST',
    `${matches.length} API keys begin like this: ${shown.join(', ')}${more}. Give the id of one.`,
    { suggestions: matches.map(({ id }) => id) },
  );
}

function equalHashes(stored: string, computed: string): boolean {
  const left = Buffer.from(stored, 'hex');
  const right = Buffer.from(computed, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}

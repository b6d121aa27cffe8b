import { randomUUID, timingSafeEqual } from 'node:crypto';
import { LatticeError, systemClock, type ApiKeyRecord, type ApiKeyStore, type Clock } from '@lattice-lock/contract';
import { generateApiKey, hashApiKey, isApiKeyShaped, prefixLength } from './internal/api-key-text.ts';
import { checkKeyName } from './internal/key-name.ts';

/** How often a key's last use is written at most. */
const touchIntervalMs = 60_000;

/** How long a good key is taken from memory, ms: within it every process has seen what another one revoked. */
const rememberMs = 100;

/** Good keys held in memory; the one longest there makes room. */
const maxRemembered = 10_000;

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
   * The record of a good key; `null` for any other input, whether malformed, unknown, revoked or expired. A good key is
   * read from the store ten times a second at most: what this service revoked is refused at once, what another
   * process revoked within that tenth of a second.
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
  /** By hash, never by key; in the order of their coming. */
  readonly #remembered = new Map<string, { record: ApiKeyRecord; readonly untilMs: number }>();
  #revocations = 0;

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
    const record = this.#recall(hash) ?? (await this.#read(hash));
    const now = this.#clock.now();
    if (record === undefined || !equalHashes(record.hash, hash)) return null;
    if (record.revokedAtMs !== null || (record.expiresAtMs !== null && record.expiresAtMs <= now)) return null;
    this.#touch(record, now);
    return record;
  }

  #recall(hash: string): ApiKeyRecord | undefined {
    const known = this.#remembered.get(hash);
    return known !== undefined && this.#clock.monotonic() < known.untilMs ? known.record : undefined;
  }

  /** Keeps what it read, unless a key was revoked meanwhile. */
  async #read(hash: string): Promise<ApiKeyRecord | undefined> {
    const revocations = this.#revocations;
    const untilMs = this.#clock.monotonic() + rememberMs;
    const record = await this.#store.findByHash(hash);
    if (record === undefined || record.revokedAtMs !== null || revocations !== this.#revocations) return record;
    this.#remembered.delete(hash);
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined && this.#remembered.size >= maxRemembered) this.#remembered.delete(oldest);
    this.#remembered.set(hash, { record, untilMs });
    return record;
  }

  async revoke(idOrPrefix: string): Promise<ApiKeyRecord> {
    const record = chooseOne(matching(await this.#store.list(), idOrPrefix));
    const now = this.#clock.now();
    const isRevoked = await this.#store.revoke(record.id, now);
    this.#revocations += 1;
    this.#remembered.clear();
    if (isRevoked) return { ...record, revokedAtMs: now };
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
    const known = this.#remembered.get(record.hash);
    if (known !== undefined) known.record = { ...known.record, lastUsedAtMs: now };
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

import type { ApiKeyRecord, ApiKeyStore } from '@lattice-lock/contract';
import type { Selectable } from 'kysely';
import { numberOf, numberOrNull } from './internal/integers.ts';
import type { ApiKeyTable } from './internal/schema.ts';
import type { SqlSession } from './internal/sql-session.ts';

/** API keys in SQL. */
export class SqlApiKeyStore implements ApiKeyStore {
  readonly #session: SqlSession;

  constructor(session: SqlSession) {
    this.#session = session;
  }

  async insert(record: ApiKeyRecord): Promise<void> {
    const values = {
      id: record.id,
      name: record.name,
      prefix: record.prefix,
      hash: record.hash,
      created_at_ms: record.createdAtMs,
      last_used_at_ms: record.lastUsedAtMs,
      revoked_at_ms: record.revokedAtMs,
      expires_at_ms: record.expiresAtMs,
    };
    await this.#session.write([this.#session.build.insertInto('api_key').values(values)]);
  }

  async findByHash(hash: string): Promise<ApiKeyRecord | undefined> {
    const query = this.#session.build.selectFrom('api_key').selectAll().where('hash', '=', hash);
    const [row] = await this.#session.read(query);
    return row === undefined ? undefined : apiKeyOfRow(row);
  }

  async list(): Promise<readonly ApiKeyRecord[]> {
    const query = this.#session.build.selectFrom('api_key').selectAll().orderBy('seq');
    return (await this.#session.read(query)).map(apiKeyOfRow);
  }

  async revoke(id: string, atMs: number): Promise<boolean> {
    const update = this.#session.build
      .updateTable('api_key')
      .set({ revoked_at_ms: atMs })
      .where('id', '=', id)
      .where('revoked_at_ms', 'is', null);
    const [changes] = await this.#session.write([update]);
    return changes === 1;
  }

  async touch(id: string, atMs: number): Promise<void> {
    const update = this.#session.build
      .updateTable('api_key')
      .set({ last_used_at_ms: atMs })
      .where('id', '=', id)
      .where((where) => where.or([where('last_used_at_ms', 'is', null), where('last_used_at_ms', '<', atMs)]));
    await this.#session.write([update]);
  }
}

function apiKeyOfRow(row: Selectable<ApiKeyTable>): ApiKeyRecord {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    hash: row.hash,
    createdAtMs: numberOf(row.created_at_ms),
    lastUsedAtMs: numberOrNull(row.last_used_at_ms),
    revokedAtMs: numberOrNull(row.revoked_at_ms),
    expiresAtMs: numberOrNull(row.expires_at_ms),
  };
}

// Opening a store: a SQLite file or a Postgres database behind the ports of the contract.
export { openStorage, type PostgresOptions, type SqliteOptions, type Storage, type StorageOptions } from './storage.ts';
export type { Durability } from './internal/sqlite-connection.ts';

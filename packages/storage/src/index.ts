// Opening a store: one SQLite file behind the ports of the contract.
export { openStorage, type Storage, type StorageOptions } from './storage.ts';
export type { Durability } from './internal/sqlite-connection.ts';

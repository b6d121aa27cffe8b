import { LatticeError } from '@lattice-lock/contract';
import type pg from 'pg';
import type { Pool, PoolConfig } from 'pg';

/** The driver, which is an optional peer. */
export type PostgresDriver = typeof pg;

/** Connections of one process: reads use them side by side, writes one. */
const maxConnections = 10;

/** How long a connection may take to be made, in ms. */
const connectTimeoutMs = 5000;

/** How long an answer may take: longer than any lock is held, shorter than a client waits. */
const queryTimeoutMs = 30_000;

/** The object identifier of `bigint` (pg_type.dat). */
const bigintType = 20;

/**
 * Loads the driver.
 *
 * @throws LatticeError `LATTICE_STORAGE` when it is not installed
 */
export async function loadPostgresDriver(load = () => import('pg')): Promise<PostgresDriver> {
  try {
    return await load();
  } catch (cause) {
    const message = 'Postgres needs the package pg, which is not installed: npm install pg@^8.23';
    throw new LatticeError('LATTICE_STORAGE', message, { cause });
  }
}

/**
 * The address of a database without user, password and parameters, as messages name it.
 *
 * @throws LatticeError `LATTICE_STORAGE` when it is no address of a Postgres
 */
export function databaseName(databaseUrl: string): string {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (url === undefined || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    const message = 'The database URL is not one of Postgres: use postgres://user@host:5432/database.';
    throw new LatticeError('LATTICE_STORAGE', message);
  }
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** A pool of connections that pipeline: the statements of a transaction go out without waiting for each other. */
export function createPool(driver: PostgresDriver, databaseUrl: string): Pool {
  const { Pool, types } = driver;
  const parserOf = types.getTypeParser.bind(types) as (oid: number, format?: 'text' | 'binary') => unknown;
  const config: PoolConfig & { readonly pipeline: boolean } = {
    connectionString: databaseUrl,
    application_name: 'lattice-lock',
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    keepAlive: true,
    allowExitOnIdle: true,
    pipeline: true,
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === bigintType ? BigInt : parserOf(oid, format)) as typeof types.getTypeParser,
    },
  };
  return new Pool(config);
}

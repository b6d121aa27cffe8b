import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { TestPlace } from './test-engines.ts';

/** Runs a statement past the stores, on a connection of its own. */
export async function execute(options: TestPlace['options'], statement: string): Promise<readonly unknown[]> {
  if ('databaseUrl' in options) {
    const client = new pg.Client({ connectionString: options.databaseUrl });
    await client.connect();
    try {
      return (await client.query(statement)).rows;
    } finally {
      await client.end();
    }
  }
  const database = new DatabaseSync('file' in options ? options.file : join(options.dataDir, 'lattice.db'), {
    timeout: 5000,
  });
  try {
    return database.prepare(statement).all();
  } finally {
    database.close();
  }
}

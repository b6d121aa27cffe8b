import type { CompiledQuery, Kysely } from 'kysely';
import type { LatticeSchema } from './schema.ts';

/** A query that is built and not yet sent. */
export interface BuiltQuery<Row> {
  compile(): CompiledQuery<Row>;
}

/**
 * What the stores need of a database. Reads run one by one; a write is a list of statements that becomes one
 * transaction. So a writer thread or another engine can stand behind it without any store knowing.
 */
export interface SqlSession {
  /** Builds queries; the stores never execute through it. */
  readonly build: Kysely<LatticeSchema>;
  /** @throws LatticeError `LATTICE_STORAGE`, or `LATTICE_CLOSED` after close. */
  read<Row>(query: BuiltQuery<Row>): Promise<readonly Row[]>;
  /**
   * All or none; resolves when committed, with the number of changed rows of each statement.
   *
   * @throws LatticeError `LATTICE_STORAGE`, or `LATTICE_CLOSED` after close; nothing is written then.
   */
  write(statements: readonly BuiltQuery<unknown>[]): Promise<readonly bigint[]>;
}

import type { CompiledQuery, Kysely, RawBuilder } from 'kysely';
import type { LatticeSchema } from './schema.ts';

/** A query that is built and not yet sent. */
export interface BuiltQuery<Row> {
  compile(): CompiledQuery<Row>;
}

/**
 * What the stores need of a database. Reads run one by one; a write is a list of statements that are committed together,
 * in one transaction with whatever else is written at the time. So a writer thread or another engine can stand behind it
 * without any store knowing.
 */
export interface SqlSession {
  /** Builds queries; the stores never execute through it. */
  readonly build: Kysely<LatticeSchema>;
  /** The database's clock, in whole ms since the epoch: machines that share a database need not agree on the time. */
  readonly nowMs: RawBuilder<number>;
  /** @throws LatticeError `LATTICE_STORAGE`, or `LATTICE_CLOSED` after close. */
  read<Row>(query: BuiltQuery<Row>): Promise<readonly Row[]>;
  /**
   * All or none; resolves when committed, with the number of changed rows of each statement.
   *
   * @throws LatticeError `LATTICE_STORAGE`, or `LATTICE_CLOSED` after close; nothing is written then, unless the message
   * says that it is unknown.
   */
  write(statements: readonly BuiltQuery<unknown>[]): Promise<readonly number[]>;
  /** Commits what waits and ends all use; a second call does nothing. */
  close(): Promise<void>;
}

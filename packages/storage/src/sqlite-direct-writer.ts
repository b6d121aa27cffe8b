import type { WriteOutcome, WriteUnit } from './internal/group-commit.ts';
import { GroupTransaction } from './internal/group-transaction.ts';
import { connectSqlite } from './internal/sqlite-connection.ts';
import { isBusy, toStorageError } from './internal/storage-error.ts';
import type { WriteReply } from './internal/writer-messages.ts';
import type { SqliteWriter } from './sqlite-writer.ts';

/** Statements that are run on the calling thread at once: about a millisecond; more are cheap to hand over. */
const maxStatements = 64;

/** Groups between two checkpoints, each of about ten pages: beyond SQLite's own 1000 pages, so that more of them are the same. */
const groupsPerCheckpoint = 256;

/**
 * Where so many commits in a row took so long, ms, the disk is slow: for {@link detourMs} the thread waits for it instead,
 * and again while the next one that is tried is slow. One alone was only kept from its core by other processes.
 */
const slowMs = 20;
const slowInARow = 3;
const detourMs = 1000;

/**
 * Commits small groups on the calling thread, where it costs less than waking another one: a commit that has to survive
 * only the process waits for no disk. What would wait goes to the thread: for the lock of another process, for a slow
 * disk, for a large group, and every checkpoint.
 */
export class SqliteDirectWriter {
  readonly #file: string;
  readonly #thread: SqliteWriter;
  readonly #transaction: GroupTransaction;
  #groups = 0;
  #slowCommits = 0;
  #detourUntilMs = 0;

  constructor(file: string, thread: SqliteWriter) {
    this.#file = file;
    this.#thread = thread;
    this.#transaction = new GroupTransaction(() => connectDirect(file));
  }

  /** Commits a group; one at a time. */
  async commit(units: readonly WriteUnit[]): Promise<readonly WriteOutcome[]> {
    const startedMs = performance.now();
    if (startedMs < this.#detourUntilMs || statementsOf(units) > maxStatements) return this.#thread.commit(units);
    const reply = this.#transaction.commit(units);
    const endedMs = performance.now();
    this.#slowCommits = endedMs - startedMs > slowMs ? this.#slowCommits + 1 : 0;
    if (this.#slowCommits >= slowInARow) this.#detourUntilMs = endedMs + detourMs;
    this.#groups += 1;
    if (this.#groups % groupsPerCheckpoint === 0) this.#thread.checkpoint();
    return reply.some(isBusy) ? this.#waitForLock(units, reply) : reply.map((one) => this.#outcomeOf(one));
  }

  /** Ends the thread too. */
  async close(): Promise<void> {
    this.#transaction.close();
    await this.#thread.close();
  }

  /** Those that met the lock of another process, written by the thread; the others as they are. */
  async #waitForLock(units: readonly WriteUnit[], reply: WriteReply): Promise<readonly WriteOutcome[]> {
    const late = await this.#thread.commit(units.filter((_unit, index) => isBusy(reply[index])));
    let next = 0;
    return reply.map((one) => (isBusy(one) ? (late[next++] ?? []) : this.#outcomeOf(one)));
  }

  #outcomeOf(one: WriteReply[number]): WriteOutcome {
    return 'message' in one ? toStorageError(one, this.#file) : one;
  }
}

function statementsOf(units: readonly WriteUnit[]): number {
  let count = 0;
  for (const unit of units) count += unit.length;
  return count;
}

/** Waits for no lock, and leaves the checkpoints, which wait for the disk, to the thread. */
function connectDirect(file: string) {
  const database = connectSqlite(file, 'normal', 0);
  database.exec('pragma wal_autocheckpoint = 0');
  return database;
}

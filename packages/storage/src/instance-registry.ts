import { randomUUID } from 'node:crypto';
import { LatticeError, type Logger } from '@lattice-lock/contract';
import { numberOf } from './internal/integers.ts';
import { isRunning, type ProcessIdentity } from './internal/process-identity.ts';
import type { BuiltQuery, SqlSession } from './internal/sql-session.ts';

/** How often an instance says that it lives and looks for those that no longer do. */
const heartbeatMs = 10_000;

/** An instance of another machine that was silent for so long is dead. */
const silenceMs = 60_000;

interface SilentInstance {
  readonly id: string;
  readonly heartbeatAtMs: number;
}

/**
 * Who has a store open. Open entries of the ledger name their instance; those of an instance whose process is dead are
 * settled as `lost`. On one machine a process is dead when the system says so, from another machine when it was silent
 * for a minute. A process that was taken for dead and is not may still settle its own entries.
 */
export class InstanceRegistry {
  readonly id = randomUUID();
  readonly #session: SqlSession;
  readonly #identity: ProcessIdentity;
  readonly #logger: Logger;
  #isRegistered = false;
  #timer: NodeJS.Timeout | undefined;
  #beat: Promise<void> = Promise.resolve();

  constructor(session: SqlSession, identity: ProcessIdentity, logger: Logger) {
    this.#session = session;
    this.#identity = identity;
    this.#logger = logger;
  }

  /** Settles what dead processes left, and goes on doing so until {@link close}. */
  async start(): Promise<void> {
    await this.settleLost();
    this.#timer = setInterval(() => {
      this.#beat = this.#beat.then(() => this.#tick());
    }, heartbeatMs);
    this.#timer.unref();
  }

  /** Ends the heartbeat and leaves the list, unless entries are still open. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beat;
    if (!this.#isRegistered) return;
    const { build } = this.#session;
    const open = build.selectFrom('ledger_entry').select('id').where('status', '=', 'open');
    const leave = build
      .deleteFrom('instance')
      .where('id', '=', this.id)
      .where((where) => where.not(where.exists(open.where('instance_id', '=', this.id))));
    try {
      await this.#session.write([leave]);
    } catch (error) {
      // The next opener sees that this process is dead.
      this.#logger.warn({ error }, 'the store could not be left in order');
    }
  }

  /** Writes with the registration of this instance ahead of them, as long as it is not known to be there. */
  async writeRegistered(statements: readonly BuiltQuery<unknown>[]): Promise<void> {
    if (this.#isRegistered) {
      await this.#session.write(statements);
    } else {
      await this.#session.write([this.#registration(), ...statements]);
      this.#isRegistered = true;
    }
  }

  /** Settles the open entries of dead processes; says how many there were. */
  async settleLost(): Promise<number> {
    const dead = await this.#deadInstances();
    const entries = await Promise.all(dead.map((instance) => this.#settle(instance)));
    const count = entries.reduce((sum, one) => sum + one, 0) + (await this.#settleOrphans());
    if (count > 0) this.#logger.warn({ entries: count }, 'attempts of dead processes were settled as lost');
    return count;
  }

  async #tick(): Promise<void> {
    try {
      if (this.#isRegistered) await this.#session.write([this.#registration()]);
      await this.settleLost();
    } catch (error) {
      if (LatticeError.isInstance(error) && error.code === 'LATTICE_CLOSED') return;
      this.#logger.warn({ error }, 'the heartbeat of the store failed');
    }
  }

  #registration(): BuiltQuery<unknown> {
    const { machine, pid, start } = this.#identity;
    const { build, nowMs } = this.#session;
    return build
      .insertInto('instance')
      .values({ id: this.id, machine, pid, process_start: start, heartbeat_at_ms: nowMs })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ heartbeat_at_ms: nowMs }));
  }

  async #deadInstances(): Promise<readonly SilentInstance[]> {
    const { build, nowMs } = this.#session;
    const query = build.selectFrom('instance').selectAll().select(nowMs.as('now_ms')).where('id', '<>', this.id);
    const dead: SilentInstance[] = [];
    for (const row of await this.#session.read(query)) {
      const heartbeatAtMs = numberOf(row.heartbeat_at_ms);
      const identity = { machine: row.machine, pid: numberOf(row.pid), start: row.process_start };
      const isDead =
        identity.machine === this.#identity.machine
          ? !(await isRunning(identity))
          : numberOf(row.now_ms) - heartbeatAtMs > silenceMs;
      if (isDead) dead.push({ id: row.id, heartbeatAtMs });
    }
    return dead;
  }

  /** Only if it was silent meanwhile. Of two that settle at once, the second finds nothing to do. */
  async #settle({ id, heartbeatAtMs }: SilentInstance): Promise<number> {
    const { build } = this.#session;
    const silent = build
      .selectFrom('instance')
      .select('id')
      .where('id', '=', id)
      .where('heartbeat_at_ms', '=', heartbeatAtMs);
    const lose = build
      .updateTable('ledger_entry')
      .set({ status: 'lost' })
      .where('status', '=', 'open')
      .where('instance_id', 'in', silent);
    const forget = build.deleteFrom('instance').where('id', '=', id).where('heartbeat_at_ms', '=', heartbeatAtMs);
    const [lost = 0] = await this.#session.write([lose, forget]);
    return lost;
  }

  /** Entries of an instance that was taken for dead, came back, and died before it was on the list again. */
  async #settleOrphans(): Promise<number> {
    const { build, nowMs } = this.#session;
    const known = build.selectFrom('instance').select('id');
    const isOrphan = build
      .selectFrom('ledger_entry')
      .select('seq')
      .where('status', '=', 'open')
      .where('instance_id', 'is not', null)
      .where('instance_id', '<>', this.id)
      .where('instance_id', 'not in', known)
      .where((where) => where('started_at_ms', '<', where(nowMs, '-', silenceMs)));
    if ((await this.#session.read(isOrphan.limit(1))).length === 0) return 0;
    const lose = build.updateTable('ledger_entry').set({ status: 'lost' }).where('seq', 'in', isOrphan);
    const [lost = 0] = await this.#session.write([lose]);
    return lost;
  }
}

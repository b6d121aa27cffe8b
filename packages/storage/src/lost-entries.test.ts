import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ledgerEntry } from './__fixtures__/ledger-entry.ts';
import { spawnWriter } from './__fixtures__/spawned-writer.ts';
import { startEngines, type TestPlace } from './__fixtures__/test-engines.ts';
import { execute } from './__fixtures__/execute.ts';
import { openStorage, type Storage } from './index.ts';

const { engines, stop } = await startEngines();
afterAll(stop);

async function statuses({ ledger }: Storage): Promise<Readonly<Record<string, string>>> {
  return Object.fromEntries((await ledger.entries()).map(({ id, status }) => [id, status]));
}

describe.each(engines)('open entries on $name', ({ createPlace }) => {
  let place: TestPlace;
  beforeEach(async () => {
    place = await createPlace();
  });
  afterEach(() => place.remove());

  /** As a process of another machine: `age` ms have passed since its last heartbeat. */
  async function addForeignInstance(id: string, age: number): Promise<void> {
    const beat = Date.now() - age;
    await execute(
      place.options,
      `insert into instance (id, machine, pid, process_start, heartbeat_at_ms) values ('${id}', 'elsewhere', 1, '1', ${beat})`,
    );
  }

  it('of a living process stay open, also for another one that opens the store', async () => {
    const one = await openStorage(place.options);
    await one.ledger.open(ledgerEntry('a'));
    const two = await openStorage(place.options);
    expect(await statuses(two)).toEqual({ a: 'open' });
    await two.close();
    await one.ledger.record([ledgerEntry('a')]);
    expect(await one.ledger.entries()).toEqual([ledgerEntry('a')]);
    await one.close();
  });

  it('of a killed process are settled as lost by the next one, once, of those that start together', async () => {
    const victim = spawnWriter(place.options, { name: 'victim', batches: 1_000_000, lanes: 32, holds: true });
    await victim.reached(64);
    await victim.kill();
    const [one, two] = await Promise.all([openStorage(place.options), openStorage(place.options)]);
    const entries = await one.ledger.entries({}, 1_000_000);
    expect(entries.filter(({ status }) => status === 'open')).toEqual([]);
    expect(entries.filter(({ id }) => id === 'victim-held')).toMatchObject([{ status: 'lost', costNanoUsd: null }]);
    const lost = entries.filter(({ status }) => status === 'lost');
    const [row] = (await two.ledger.summarize('status')).filter(({ group }) => group === 'lost');
    expect(row?.entries).toBe(lost.length);
    expect(row?.cost.unknownEntries).toBe(lost.length);
    for (const request of victim.committed) {
      expect(entries.filter((entry) => entry.requestId === request && entry.status === 'ok')).toHaveLength(3);
    }
    await Promise.all([one.close(), two.close()]);
  });

  it('of another machine are lost after a minute of silence, and not before', async () => {
    const first = await openStorage(place.options);
    await first.ledger.open(ledgerEntry('fresh'));
    await first.ledger.open(ledgerEntry('stale'));
    await addForeignInstance('living', 20_000);
    await addForeignInstance('dead', 120_000);
    await execute(place.options, `update ledger_entry set instance_id = 'living' where id = 'fresh'`);
    await execute(place.options, `update ledger_entry set instance_id = 'dead' where id = 'stale'`);
    const second = await openStorage(place.options);
    expect(await statuses(second)).toEqual({ fresh: 'open', stale: 'lost' });
    await second.close();
    await first.close();
  });

  it('of a process that is on no list are lost a minute after their start', async () => {
    const first = await openStorage(place.options);
    await first.ledger.open(ledgerEntry('a', { startedAtMs: Date.now() - 120_000 }));
    await first.ledger.open(ledgerEntry('b', { startedAtMs: Date.now() }));
    await execute(place.options, `delete from instance`);
    const second = await openStorage(place.options);
    expect(await statuses(second)).toEqual({ a: 'lost', b: 'open' });
    await second.close();
    await first.close();
  });

  it('that were taken for lost are still settled by their own process, once', async () => {
    const own = await openStorage(place.options);
    await own.ledger.open(ledgerEntry('a'));
    await execute(place.options, `update ledger_entry set status = 'lost'`);
    const other = await openStorage(place.options);
    await other.ledger.record([ledgerEntry('a', { status: 'failed' })]);
    expect(await statuses(other)).toEqual({ a: 'lost' });
    await own.ledger.record([ledgerEntry('a')]);
    await own.ledger.record([ledgerEntry('a', { status: 'failed' })]);
    expect(await own.ledger.entries()).toEqual([ledgerEntry('a')]);
    await Promise.all([own.close(), other.close()]);
  });

  it('are looked for again and again while the store is open, and the own process says that it lives', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const storage = await openStorage(place.options);
    try {
      await storage.ledger.open(ledgerEntry('own'));
      await storage.ledger.open(ledgerEntry('other'));
      await execute(place.options, 'update instance set heartbeat_at_ms = 5');
      await addForeignInstance('dead', 120_000);
      await execute(place.options, `update ledger_entry set instance_id = 'dead' where id = 'other'`);
      vi.advanceTimersByTime(10_000);
      await vi.waitFor(async () => expect(await statuses(storage)).toEqual({ own: 'open', other: 'lost' }), 20_000);
      const beats = await execute(place.options, 'select id from instance where heartbeat_at_ms > 5');
      expect(beats).toHaveLength(1);
    } finally {
      await storage.close();
      vi.useRealTimers();
    }
  });

  it('can be noted in a store of the first version, which is brought up to date', async () => {
    const first = await openStorage(place.options);
    await first.ledger.record([ledgerEntry('old')]);
    await first.close();
    for (const statement of [
      'drop index ledger_entry_open',
      'alter table ledger_entry drop column instance_id',
      'drop table instance',
      'drop table decision_block',
      'drop index outcome_judged',
      ...['provider', 'model', 'task_kind', 'domain', 'difficulty', 'api_key_id', 'signal'].map(
        (name) => `alter table outcome drop column ${name}`,
      ),
      `delete from kysely_migration where name > '0002'`,
    ]) {
      await execute(place.options, statement);
    }
    const second = await openStorage(place.options);
    await second.ledger.open(ledgerEntry('new', { startedAtMs: ledgerEntry('old').startedAtMs + 1 }));
    expect(await statuses(second)).toEqual({ old: 'ok', new: 'open' });
    await second.close();
  });

  it('are not written by themselves when they end at once', async () => {
    const storage = await openStorage(place.options);
    const opened = [storage.ledger.open(ledgerEntry('a')), storage.ledger.open(ledgerEntry('a'))];
    await storage.ledger.record([ledgerEntry('a')]);
    await Promise.all(opened);
    expect(await statuses(storage)).toEqual({ a: 'ok' });
    // An open entry would have had its process registered.
    expect(await execute(place.options, 'select id from instance')).toEqual([]);
    await storage.close();
  });

  it('are written when the store closes before they end', async () => {
    const storage = await openStorage(place.options);
    const opened = storage.ledger.open(ledgerEntry('a'));
    await storage.close();
    await opened;
    expect(await execute(place.options, 'select status from ledger_entry')).toHaveLength(1);
  });

  it('leave no trace of their process when they are settled before it closes', async () => {
    const storage = await openStorage(place.options);
    await storage.ledger.open(ledgerEntry('a'));
    expect(await execute(place.options, 'select id from instance')).toHaveLength(1);
    await storage.ledger.record([ledgerEntry('a')]);
    await storage.close();
    expect(await execute(place.options, 'select id from instance')).toEqual([]);
  });
});

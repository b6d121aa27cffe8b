import { LatticeError } from '@lattice-lock/contract';
import { aroundAll, aroundEach } from 'vitest';
import { clockWatch } from './clock-watch.ts';
import { environmentWatch } from './environment-watch.ts';
import { globalWatch } from './global-watch.ts';
import { watchHandles } from './handle-watch.ts';
import { describeLeftover, type Leftover, type LeftoverKind, type LeftoverWatch } from './leftover.ts';
import { listenerWatch } from './listener-watch.ts';
import { methodWatch } from './method-watch.ts';
import { processStateWatch } from './process-state-watch.ts';
import { resetAll, resettableWatch } from './resettable-watch.ts';

/** What {@link isolateTests} takes. */
export interface IsolationOptions {
  /**
   * Kinds that are not looked at, e.g. `['method']` where vitest's own `restoreMocks` restores them later than we look.
   * None unless given.
   */
  readonly ignore?: readonly LeftoverKind[];
  /** Single things that may stay, as `kind:name`, e.g. `environment:TZ`. */
  readonly allow?: readonly string[];
  /** How long handles may take to close at the end of a file, ms. Default 2000; a clean file does not wait. */
  readonly settleMs?: number;
}

/** Tests that run at the same time, and the look at what they leave when the last one ends. */
interface RunningTests {
  count: number;
  readonly names: string[];
  readonly look: () => Promise<readonly Leftover[]>;
}

/** The clock goes first: while it is faked, globals look replaced as well. */
const watches: readonly LeftoverWatch[] = [
  clockWatch,
  resettableWatch,
  environmentWatch,
  listenerWatch,
  globalWatch,
  methodWatch,
  processStateWatch,
];

/**
 * Makes every test of the file that is loading answer for what it leaves behind: process-wide state of the contract's
 * registry (reset before and after each test), environment variables, listeners of `process`, globals, spies on shared
 * objects, the working directory, the exit code and fake timers. What it leaves fails it by name and is put back, so
 * that the next test is not blamed. At the end of the file the same is asked of its `beforeAll` hooks, and handles
 * (servers, sockets, timers, child processes) must be closed.
 *
 * Call it in a file of `setupFiles`, or use `@lattice-lock/testing/vitest/setup`, which does only this. Tests that run
 * at the same time are looked at together.
 */
export function isolateTests(options: IsolationOptions = {}): void {
  const look = () => beginAll(options);
  let running: RunningTests | undefined;
  aroundAll(async (runSuite) => {
    const lookBack = look();
    const lookAtHandles = watchHandles(options.settleMs ?? 2000);
    await runSuite();
    const handles = (await lookAtHandles()).filter((leftover) => isWatched(leftover, options));
    refuse([...(await lookBack()), ...handles], 'This file');
  });
  aroundEach(async (runTest, { task }) => {
    if (running === undefined) await resetAll();
    // A second test may have begun while the first one was resetting.
    running ??= { count: 0, names: [], look: look() };
    running.count += 1;
    running.names.push(task.name);
    const { names, look: lookBack } = running;
    try {
      await runTest();
    } finally {
      running.count -= 1;
    }
    if (running.count > 0) return;
    running = undefined;
    const left = await lookBack();
    refuse(left, names.length === 1 ? 'This test' : `One of the tests that ran together (${names.join('; ')})`);
  });
}

/** Takes note of everything; the function it returns puts back what is left and tells it. */
function beginAll(options: IsolationOptions): () => Promise<readonly Leftover[]> {
  const begun = watches.map((watch) => watch.begin());
  return async () => {
    const left: Leftover[] = [];
    for (const lookBack of begun) {
      const found = lookBack().filter((leftover) => isWatched(leftover, options));
      for (const leftover of found) await leftover.restore?.();
      left.push(...found);
    }
    return left;
  };
}

function isWatched({ kind, name }: Leftover, { ignore = [], allow = [] }: IsolationOptions): boolean {
  return !ignore.includes(kind) && !allow.includes(`${kind}:${name}`);
}

/** @throws LatticeError `LATTICE_INTERNAL` that names everything left */
function refuse(left: readonly Leftover[], who: string): void {
  if (left.length === 0) return;
  const what = left.map(describeLeftover).join('; ');
  throw new LatticeError('LATTICE_INTERNAL', `${who} leaves something behind in its process: ${what}.`);
}

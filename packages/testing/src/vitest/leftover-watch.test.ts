import { describe, expect, it, vi } from 'vitest';
import { clockWatch } from './clock-watch.ts';
import { environmentWatch } from './environment-watch.ts';
import { globalWatch } from './global-watch.ts';
import { describeLeftover, type LeftoverWatch } from './leftover.ts';
import { listenerWatch } from './listener-watch.ts';
import { methodWatch } from './method-watch.ts';
import { processStateWatch } from './process-state-watch.ts';

const listener = () => undefined;

const changes: readonly (readonly [string, LeftoverWatch, () => void, readonly string[]])[] = [
  [
    'an added variable',
    environmentWatch,
    () => (process.env['WATCHED'] = '1'),
    ['environment variable WATCHED was added'],
  ],
  [
    'a changed variable',
    environmentWatch,
    () => (process.env['PATH'] = '1'),
    ['environment variable PATH was changed'],
  ],
  ['a removed variable', environmentWatch, () => delete process.env['PATH'], ['environment variable PATH was removed']],
  ['a global', globalWatch, () => Reflect.set(globalThis, 'watched', 1), ['global watched was added']],
  ['a global less', globalWatch, () => Reflect.deleteProperty(globalThis, 'atob'), ['global atob was removed']],
  ['a replaced global', globalWatch, () => Reflect.set(globalThis, 'atob', listener), ['global atob was replaced']],
  [
    'a stubbed method',
    methodWatch,
    () => (Math.random = () => 0),
    ['method Math.random was replaced and not restored'],
  ],
  ['a directory', processStateWatch, () => process.chdir('/'), ['working directory was changed']],
  ['an exit code', processStateWatch, () => (process.exitCode = 4), ['process.exitCode was set to 4']],
  [
    'fake timers',
    clockWatch,
    () => vi.useFakeTimers(),
    ['clock: fake timers or a fake date were not restored (vi.useRealTimers)'],
  ],
  [
    'a listener that is there twice',
    listenerWatch,
    () => process.on('SIGUSR2', listener).on('SIGUSR2', listener),
    ['listener of process on "SIGUSR2" was added and not removed (2 of them)'],
  ],
];

describe('a watch', () => {
  it.each(changes)('sees %s, and can put it back', async (_what, watch, change, expected) => {
    const look = watch.begin();
    expect(look()).toEqual([]);
    change();
    const found = look();
    for (const leftover of found) await leftover.restore?.();
    expect(found.map(describeLeftover)).toEqual(expected);
    expect(look()).toEqual([]);
  });

  it('sees a listener that was taken away, and can put it back', async () => {
    process.on('SIGUSR2', listener);
    const look = listenerWatch.begin();
    process.off('SIGUSR2', listener);
    const found = look();
    for (const leftover of found) await leftover.restore?.();
    const after = look();
    process.off('SIGUSR2', listener);
    expect(found.map(describeLeftover)).toEqual([
      'listener of process on "SIGUSR2" was removed that the test did not add',
    ]);
    expect(after).toEqual([]);
  });

  it('finds nothing in what was there before', () => {
    vi.stubEnv('WATCHED', '1');
    const look = environmentWatch.begin();
    expect(look()).toEqual([]);
    vi.unstubAllEnvs();
  });
});

import { registerResettable } from '@lattice-lock/contract';
import { afterEach, describe, expect, it, onTestFinished, test as base, vi } from 'vitest';

const kept: string[] = [];
registerResettable({
  name: 'planted cache',
  reset: async () => void kept.splice(0),
  residue: () => kept.map((entry) => `the entry ${entry}`),
});

describe('leaves', () => {
  it('process-wide state', () => void kept.push('a', 'b'));
  it('an added variable', () => void (process.env['PLANTED_ADDED'] = 'a secret'));
  it('a changed variable', () => void (process.env['NODE_ENV'] = 'planted'));
  it('a removed variable', () => void delete process.env['PATH']);
  it('a stubbed variable', () => void vi.stubEnv('PLANTED_STUB', 'a secret'));
  it('a listener', () => void process.on('SIGUSR2', () => undefined));
  it('one listener less', () => void process.removeAllListeners('unhandledRejection'));
  it('a global', () => void Reflect.set(globalThis, 'plantedGlobal', 1));
  it('a replaced global', () => void vi.stubGlobal('fetch', () => undefined));
  it('a global less', () => void Reflect.deleteProperty(globalThis, 'structuredClone'));
  it('a spy on Date.now', () => void vi.spyOn(Date, 'now').mockReturnValue(0));
  it('a silenced console', () => void (console.warn = () => undefined));
  it('another directory', () => process.chdir('/'));
  it('an exit code', () => void (process.exitCode = 3));
  it('fake timers', () => void vi.useFakeTimers());
  it('a fake date', () => void vi.setSystemTime(0));
  it('two things at once', () => {
    process.env['PLANTED_FIRST'] = '1';
    process.on('SIGUSR2', () => undefined);
  });
  it('something in a hook', () => {
    onTestFinished(() => void (process.env['PLANTED_LATE'] = '1'));
  });
});

describe('leaves nothing', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('because what came before was put back', () => {
    expect(kept).toEqual([]);
    expect([process.env['PLANTED_ADDED'], process.env['NODE_ENV'], process.listenerCount('SIGUSR2')]).toEqual([
      undefined,
      'test',
      0,
    ]);
    expect(process.env['PATH']).toBeTypeOf('string');
    expect(process.listenerCount('unhandledRejection')).toBeGreaterThan(0);
    expect('plantedGlobal' in globalThis).toBe(false);
    expect(structuredClone([1])).toEqual([1]);
    expect(process.cwd()).not.toBe('/');
    expect(vi.isFakeTimers()).toBe(false);
    expect(Date.now()).toBeGreaterThan(0);
  });

  it('in its own finally', () => {
    process.env['PLANTED_CLEAN'] = '1';
    delete process.env['PLANTED_CLEAN'];
  });

  it('after onTestFinished', () => {
    vi.useFakeTimers();
    vi.stubEnv('PLANTED_CLEAN', '1');
    onTestFinished(() => {
      vi.useRealTimers();
      vi.unstubAllEnvs();
    });
  });

  it('after afterEach', () => void vi.spyOn(Math, 'random').mockReturnValue(0));

  const withFixture = base.extend('directory', async ({}, { onCleanup }) => {
    const before = process.cwd();
    process.chdir('/');
    onCleanup(() => process.chdir(before));
    return '/';
  });
  withFixture('after a fixture of its own', ({ directory }) => expect(process.cwd()).toBe(directory));
});

describe('together', { concurrent: true }, () => {
  it('the first of two', async () => {
    process.env['PLANTED_TOGETHER'] = '1';
    await new Promise((resolve) => setImmediate(resolve));
  });
  it('the second of two', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
  });
});

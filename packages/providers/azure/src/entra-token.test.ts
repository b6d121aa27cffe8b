import type { Clock } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { createCredentialTokens, createProvidedTokens, type EntraAccessToken } from './entra-token.ts';

const minute = 60_000;

function setUp(answer: (call: number) => EntraAccessToken | null | Error) {
  let now = 0;
  let calls = 0;
  const scopes: (string | string[])[] = [];
  const clock: Clock = { now: () => now } as Clock;
  const tokens = createCredentialTokens('azure', 'scope/.default', clock, () => ({
    getToken: (scope) => {
      scopes.push(scope);
      const given = answer(++calls);
      return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
    },
  }));
  return { tokens, scopes, calls: () => calls, at: (ms: number) => (now = ms) };
}

const hourFrom = (call: number, more: object = {}) => ({
  token: `t${call}`,
  expiresOnTimestamp: call * 60 * minute,
  ...more,
});

describe('tokens of a credential', () => {
  it('are asked for once, shared, and renewed before they expire', async () => {
    const { tokens, scopes, calls, at } = setUp(hourFrom);
    expect(tokens.last).toBeNull();
    expect(await Promise.all([tokens.get(), tokens.get()])).toEqual(['t1', 't1']);
    expect(tokens.get()).toBe('t1');
    at(54 * minute);
    expect(tokens.get()).toBe('t1');
    at(56 * minute);
    expect(await tokens.get()).toBe('t2');
    expect(tokens.last).toBe('t2');
    expect(calls()).toBe(2);
    expect(scopes).toEqual(['scope/.default', 'scope/.default']);
  });

  it('are renewed when the credential wants it', async () => {
    const { tokens, at } = setUp((call) => hourFrom(call, { refreshAfterTimestamp: 10 * minute }));
    await tokens.get();
    at(11 * minute);
    expect(await tokens.get()).toBe('t2');
  });

  it('serve on while they are good though a renewal fails, and no longer', async () => {
    const { tokens, at } = setUp((call) => (call === 1 ? hourFrom(1) : new Error('identity is down')));
    await tokens.get();
    at(58 * minute);
    expect(await tokens.get()).toBe('t1');
    at(61 * minute);
    await expect(tokens.get()).rejects.toMatchObject({
      code: 'LATTICE_AUTHENTICATION',
      message: 'azure got no Microsoft Entra token: identity is down',
    });
  });

  it('are asked for again after a failure', async () => {
    const { tokens } = setUp((call) => (call === 1 ? null : hourFrom(call)));
    await expect(tokens.get()).rejects.toMatchObject({ code: 'LATTICE_AUTHENTICATION' });
    expect(await tokens.get()).toBe('t2');
  });
});

describe('tokens of a function', () => {
  it('are taken each time, and must be texts', async () => {
    let given = 'a';
    const tokens = createProvidedTokens('azure', () => Promise.resolve(given));
    expect(await tokens.get()).toBe('a');
    given = 'b';
    expect(await tokens.get()).toBe('b');
    expect(tokens.last).toBe('b');
    given = '';
    await expect(tokens.get()).rejects.toMatchObject({ code: 'LATTICE_AUTHENTICATION' });
    const failing = createProvidedTokens('azure', () => Promise.reject(new TypeError('no network')));
    await expect(failing.get()).rejects.toMatchObject({ message: expect.stringContaining('no network') as string });
  });
});

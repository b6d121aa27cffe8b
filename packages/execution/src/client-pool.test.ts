import { createMockProvider, type MockProvider } from '@lattice-lock/testing';
import { describe, expect, it } from 'vitest';
import { ClientPool } from './index.ts';

describe('ClientPool', () => {
  it('makes a client on first use, drops it on reset and closes all at the end', async () => {
    const made: MockProvider[] = [];
    const pool = new ClientPool((id) => {
      const client = createMockProvider({ id });
      made.push(client);
      return client;
    });
    const first = pool.get('one');
    expect(pool.get('one')).toBe(first);
    await pool.reset('one');
    expect(made[0]?.isClosed).toBe(true);
    expect(pool.get('one')).not.toBe(first);
    pool.get('two');
    await pool.closeAll();
    expect(made.every((client) => client.isClosed)).toBe(true);
    expect(() => pool.get('one')).toThrow(expect.objectContaining({ code: 'LATTICE_CLOSED' }));
  });
});

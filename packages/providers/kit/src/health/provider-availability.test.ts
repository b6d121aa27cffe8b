import { LatticeError, type ChatProvider, type ProviderStatus } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { createHealthCache } from './health-cache.ts';
import { ProviderAvailability } from './provider-availability.ts';

const status = (provider: string): ProviderStatus => ({
  provider,
  state: 'available',
  checkedAt: '2026-11-20T00:00:00.000Z',
  latencyMs: 3,
  models: ['m'],
  errorCode: null,
  message: 'fine',
  remedy: null,
});

const clientOf = (id: string): ChatProvider => {
  if (id === 'broken') throw new LatticeError('LATTICE_PROVIDER_UNAVAILABLE', 'Set BROKEN_API_KEY.');
  return { id, checkHealth: () => Promise.resolve(status(id)) } as unknown as ChatProvider;
};

describe('ProviderAvailability', () => {
  it('remembers the last status of each provider until reset', async () => {
    const availability = new ProviderAvailability(clientOf, () => ['a', 'broken']);
    expect(availability.last('a')).toBeUndefined();
    expect((await availability.checkAll()).map(({ state }) => state)).toEqual(['available', 'failing']);
    expect(availability.last('a')).toEqual(status('a'));
    expect(availability.last('broken')).toMatchObject({ errorCode: 'LATTICE_PROVIDER_UNAVAILABLE' });
    availability.reset();
    expect(availability.last('a')).toBeUndefined();
  });

  it('asks the vendor anew after a reset, once, whatever its own cache holds', async () => {
    let probes = 0;
    const cache = createHealthCache({ probe: () => Promise.resolve({ ...status('a'), latencyMs: (probes += 1) }) });
    const client = { id: 'a', checkHealth: cache.check } as unknown as ChatProvider;
    const availability = new ProviderAvailability(
      () => client,
      () => ['a'],
    );
    await availability.check('a');
    await availability.check('a');
    expect(probes).toBe(1);
    availability.reset();
    const again = await Promise.all([availability.check('a'), availability.check('a')]);
    expect(again.map(({ latencyMs }) => latencyMs)).toEqual([2, 2]);
    await availability.checkAll();
    expect(probes).toBe(2);
  });
});

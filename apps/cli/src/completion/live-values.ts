import { stat } from 'node:fs/promises';
import { formatModelRef } from '@lattice-lock/contract';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig, openLatticeSession } from '../lattice-session.ts';
import type { Completion } from './completion-request.ts';

const presets: readonly Completion[] = [
  { value: 'auto', about: 'chosen for the task' },
  { value: 'auto:cheap', about: 'chosen for the task, cost first' },
  { value: 'auto:best', about: 'chosen for the task, quality first' },
  { value: 'auto:fast', about: 'chosen for the task, speed first' },
];

/** Presets, aliases and the models that can be called now; behind a provider's name also those that cannot. */
export async function modelValues(typed: string, invocation: Invocation): Promise<readonly Completion[]> {
  const wanted = presets.filter(({ value }) => value.startsWith(typed));
  // Until a slash or a letter of a name comes, presets may be all that is wanted: they cost nothing to find.
  if (typed.startsWith('auto')) return wanted;
  const session = await openLatticeSession(invocation, { isRecorded: false });
  try {
    const { lattice, config } = session;
    const aliases = Object.entries(config.aliases).map(([value, about]) => ({ value, about }));
    const models = await lattice.models();
    const current = models.filter(({ status }) => status !== 'deprecated');
    const callable = current.filter(({ configured }) => configured);
    const isCallable = callable.some((model) => formatModelRef(model).startsWith(typed));
    const named = (isCallable ? callable : current).map((model) => ({
      value: formatModelRef(model),
      about: model.name,
    }));
    return [...wanted, ...aliases, ...named];
  } finally {
    await session.close();
  }
}

/** The providers that are installed. */
export async function providerValues(invocation: Invocation): Promise<readonly Completion[]> {
  const session = await openLatticeSession(invocation, { isRecorded: false });
  try {
    const providers = await session.lattice.providers();
    return providers.map(({ id, definition }) => ({ value: id, about: definition.displayName }));
  } finally {
    await session.close();
  }
}

/** The API keys by id; `isActive` leaves out those that are revoked or expired. A database is not begun for it. */
export async function keyValues(invocation: Invocation, isActive: boolean): Promise<readonly Completion[]> {
  const config = await loadCommandConfig(invocation);
  const { hasStorage, openCommandStorage } = await import('../command-storage.ts');
  if (!hasStorage(config)) return [];
  if (config.storage.databaseUrl === null && !(await stat(config.dataDir)).isDirectory()) return [];
  const storage = await openCommandStorage(config);
  try {
    const nowMs = invocation.context.clock.now();
    const keys = await storage.apiKeys.list();
    return keys
      .filter(({ revokedAtMs, expiresAtMs }) => {
        const isGone = revokedAtMs !== null || (expiresAtMs !== null && expiresAtMs <= nowMs);
        return !isActive || !isGone;
      })
      .map(({ id, name }) => ({ value: id, about: name }));
  } finally {
    await storage.close();
  }
}

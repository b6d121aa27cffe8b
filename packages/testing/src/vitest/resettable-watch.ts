import { resettables } from '@lattice-lock/contract';
import type { LeftoverWatch } from './leftover.ts';

/** Sees what is left in the contract's registry of process-wide state. Whatever was there before counts too: it must be clean. */
export const resettableWatch: LeftoverWatch = {
  begin: () => () =>
    resettables().flatMap((resettable) => {
      const residue = resettable.residue();
      if (residue.length === 0) return [];
      return [
        {
          kind: 'resettable' as const,
          name: `"${resettable.name}"`,
          change: `holds ${residue.join(', ')}`,
          restore: () => resettable.reset(),
        },
      ];
    }),
};

/** Sets everything registered back, in the reverse order of registration: what came later may stand on what came before. */
export async function resetAll(): Promise<void> {
  for (const resettable of resettables().toReversed()) await resettable.reset();
}

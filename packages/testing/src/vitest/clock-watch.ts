import { vi } from 'vitest';
import type { LeftoverWatch } from './leftover.ts';

/** Sees timers or a date that vitest still fakes. Fakes of other makers are seen as replaced globals. */
export const clockWatch: LeftoverWatch = {
  begin() {
    const wasFaked = isFaked();
    return () =>
      isFaked() && !wasFaked
        ? [
            {
              kind: 'clock',
              name: 'fake timers or a fake date',
              change: 'were not restored (vi.useRealTimers)',
              restore: () => void vi.useRealTimers(),
            },
          ]
        : [];
  },
};

function isFaked(): boolean {
  return vi.isFakeTimers() || vi.getMockedSystemTime() !== null;
}

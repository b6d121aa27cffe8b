import type { Leftover, LeftoverWatch } from './leftover.ts';

/** Sees a changed working directory and an exit code that would turn a green run red, or the other way round. */
export const processStateWatch: LeftoverWatch = {
  begin() {
    const directory = process.cwd();
    const { exitCode } = process;
    return () => {
      const found: Leftover[] = [];
      if (process.cwd() !== directory) {
        found.push({ kind: 'directory', name: '', change: 'was changed', restore: () => process.chdir(directory) });
      }
      if (process.exitCode !== exitCode) {
        const change = `was set to ${process.exitCode}`;
        found.push({ kind: 'exit-code', name: '', change, restore: () => void (process.exitCode = exitCode) });
      }
      return found;
    };
  },
};

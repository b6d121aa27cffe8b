import type { Leftover, LeftoverWatch } from './leftover.ts';

/** Sees environment variables that were added, changed or removed. Their values are never told. */
export const environmentWatch: LeftoverWatch = {
  begin() {
    const before = { ...process.env };
    return () => {
      const after = process.env;
      const found: Leftover[] = [];
      for (const [name, value] of Object.entries(after)) {
        if (value === before[name]) continue;
        found.push(leftover(name, before[name], before[name] === undefined ? 'was added' : 'was changed'));
      }
      for (const [name, value] of Object.entries(before)) {
        if (after[name] === undefined) found.push(leftover(name, value, 'was removed'));
      }
      return found;
    };
  },
};

function leftover(name: string, earlier: string | undefined, change: string): Leftover {
  return {
    kind: 'environment',
    name,
    change,
    restore: () => {
      if (earlier === undefined) delete process.env[name];
      else process.env[name] = earlier;
    },
  };
}

import type { Leftover, LeftoverWatch } from './leftover.ts';

/** Libraries keep one registry per process under these from when they are first loaded, as vitest and our contract do. */
const registryNames =
  /^(?:__vite|__VITE|__zod_global|Symbol\((?:undici\.|openai\.|lattice-lock\.resettables|vitest|\$\$jest))/;

/** Sees globals that were added, replaced or removed. */
export const globalWatch: LeftoverWatch = {
  begin() {
    const before = globalsByName();
    return () => {
      const after = globalsByName();
      const found: Leftover[] = [];
      for (const [name, now] of after) {
        const earlier = before.get(name);
        if (earlier === undefined) found.push(leftover(name, undefined, 'was added'));
        else if (isReplaced(earlier, now)) found.push(leftover(name, earlier, 'was replaced'));
      }
      for (const [name, earlier] of before) {
        if (!after.has(name)) found.push(leftover(name, earlier, 'was removed'));
      }
      return found;
    };
  },
};

function globalsByName(): ReadonlyMap<string | symbol, PropertyDescriptor> {
  const globals = new Map<string | symbol, PropertyDescriptor>();
  for (const name of Reflect.ownKeys(globalThis)) {
    if (registryNames.test(String(name))) continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(globalThis, name);
    if (descriptor !== undefined) globals.set(name, descriptor);
  }
  return globals;
}

/** Node replaces some of its lazy accessors by their value when they are first read: that is no leftover. */
function isReplaced(earlier: PropertyDescriptor, now: PropertyDescriptor): boolean {
  if (earlier.get !== undefined && now.get === undefined) return false;
  return earlier.get !== now.get || !Object.is(earlier.value, now.value);
}

function leftover(name: string | symbol, earlier: PropertyDescriptor | undefined, change: string): Leftover {
  return {
    kind: 'global',
    name: String(name),
    change,
    restore: () => {
      if (earlier === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, earlier);
    },
  };
}

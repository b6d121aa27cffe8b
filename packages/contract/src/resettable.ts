/** Something process-wide that a test must be able to set back, and to ask whether anything is left in it. */
export interface Resettable {
  readonly name: string;
  reset(): void | Promise<void>;
  /** What is left, in words; empty when clean. */
  residue(): readonly string[];
}

const registryKey = Symbol.for('lattice-lock.resettables');

function registry(): Map<string, Resettable> {
  const holder = globalThis as unknown as Record<symbol, Map<string, Resettable> | undefined>;
  return (holder[registryKey] ??= new Map());
}

/** Registers process-wide state under its name; a second registration of a name replaces the first. */
export function registerResettable(resettable: Resettable): void {
  registry().set(resettable.name, resettable);
}

/** Everything registered, in the order of registration. */
export function resettables(): readonly Resettable[] {
  return [...registry().values()];
}

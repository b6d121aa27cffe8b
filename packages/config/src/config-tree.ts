import type { ConfigOrigin } from './app-config.ts';
import type { ConfigProblem } from './config-problem.ts';

/** A map of settings while layers are laid over each other. Without a prototype, so that no key means more than itself. */
export interface ConfigTree {
  [key: string]: unknown;
}

/** An empty {@link ConfigTree}. */
export function createTree(): ConfigTree {
  return Object.create(null) as ConfigTree;
}

/** One layer: its values, where each stands, and what is wrong with it. */
export interface ConfigLayer {
  readonly tree: ConfigTree;
  /** By path of every key and item, e.g. `server`, `server.port`, `plugins[0]`. */
  readonly origins: Map<string, ConfigOrigin>;
  readonly problems: ConfigProblem[];
}

/** True for maps of settings. */
export function isTree(value: unknown): value is ConfigTree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `server` and `port` make `server.port`; a number is an item of a list. */
export function joinPath(parent: string, key: PropertyKey): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  return parent === '' ? String(key) : `${parent}.${String(key)}`;
}

/**
 * Sets a value deep in a tree. Where a map should be and something else stands, nothing is set: the check of the whole
 * then reports what stands there.
 */
export function setDeep(tree: ConfigTree, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let at = tree;
  for (const key of keys) {
    at[key] ??= createTree();
    const next = at[key];
    if (!isTree(next)) return;
    at = next;
  }
  at[last] = value;
}

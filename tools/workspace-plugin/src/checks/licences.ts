import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readJson, readRooms, type Manifest } from '../workspace/rooms.ts';

/** Licences that a user of the packages may take on without asking anybody (SPDX names). */
const allowed = new Set([
  'MIT',
  'MIT-0',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
]);

/** A package of the lock file, as far as licences go. */
export interface LockedPackage {
  readonly license?: string;
  readonly link?: boolean;
  readonly resolved?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

type Lock = Readonly<Record<string, LockedPackage>>;

/** The licence of everything that comes with a published package against the list; optional peers are the user's choice. */
export function checkLicences(workspace: string): GateResult {
  const lock = readJson<{ packages: Lock }>(join(workspace, 'package-lock.json')).packages;
  const folders = readRooms(workspace).filter(({ isPublished }) => isPublished);
  const production = productionPackages(
    lock,
    folders.map(({ folder }) => folder),
  );
  const counts = new Map<string, number>();
  const problems = production.flatMap((path) => {
    const licence = lock[path]?.license ?? installedLicence(join(workspace, path)) ?? 'unknown';
    counts.set(licence, (counts.get(licence) ?? 0) + 1);
    return isAllowed(licence) ? [] : [`${path}: the licence "${licence}" is not on the list of licences.ts`];
  });
  const shares = [...counts].toSorted(([, one], [, other]) => other - one).map(([name, count]) => `${name} ${count}`);
  return { problems, summary: `${production.length} production packages (${shares.join(', ')})` };
}

/** Whether an SPDX expression is allowed: every side of AND, one side of OR. */
export function isAllowed(expression: string): boolean {
  const inner = expression.replace(/^\((.*)\)$/, '$1');
  if (inner.includes(' AND ')) return inner.split(' AND ').every(isAllowed);
  return inner.split(' OR ').some((name) => allowed.has(name.trim()));
}

/** The places in the lock file of what the given workspace folders need at run time, all the way down. */
export function productionPackages(lock: Lock, folders: readonly string[]): readonly string[] {
  const found = new Set<string>();
  const visit = (place: string) => {
    const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = lock[place] ?? {};
    const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true);
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      const next = placeOf(lock, place, name);
      if (next === null || found.has(next)) continue;
      found.add(next);
      visit(next);
    }
  };
  for (const folder of folders) visit(folder);
  return [...found].filter((place) => place.includes('node_modules/')).toSorted();
}

/** Where Node would find a package from a place: the nearest node_modules upwards; workspace links are followed. */
function placeOf(lock: Lock, from: string, name: string): string | null {
  for (let base: string | null = from; base !== null; base = parentOf(base)) {
    const place = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    const entry = lock[place];
    if (entry !== undefined) return entry.link === true ? (entry.resolved ?? null) : place;
  }
  return null;
}

function parentOf(place: string): string | null {
  if (place === '') return null;
  const cut = place.lastIndexOf('/node_modules/');
  return cut === -1 ? '' : place.slice(0, cut);
}

function installedLicence(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  return existsSync(file) ? readJson<Manifest & { license?: string }>(file).license : undefined;
}

if (isProgram(import.meta.url)) report('licences', checkLicences(workspaceRoot));

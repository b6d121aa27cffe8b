import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly nx?: { readonly tags?: readonly string[] };
}

/** An export of a room that has a source: `./simulator` -> `src/simulator/index.ts`. */
export interface Door {
  readonly subpath: string;
  /** The name it is imported by, e.g. `@lattice-lock/testing/simulator`. */
  readonly specifier: string;
  /** The source file, relative to the workspace. */
  readonly sourceFile: string;
}

/** One package of the workspace. */
export interface Room {
  readonly name: string;
  /** Relative to the workspace, without a trailing slash. */
  readonly folder: string;
  readonly layer: string;
  readonly manifest: Manifest;
  readonly doors: readonly Door[];
  readonly isPublished: boolean;
}

/** Reads a JSON file as the type that the caller knows it to have. */
export function readJson<Value>(file: string): Value {
  return JSON.parse(readFileSync(file, 'utf8')) as Value;
}

/** Every package of the workspace under `root`, sorted by folder. */
export function readRooms(root: string): readonly Room[] {
  const { workspaces } = readJson<{ workspaces: readonly string[] }>(join(root, 'package.json'));
  const manifests = globSync(
    workspaces.map((pattern) => `${pattern}/package.json`),
    { cwd: root, exclude: (path) => path.includes('node_modules') },
  );
  return manifests.toSorted().map((file) => readRoom(root, dirname(file)));
}

function readRoom(root: string, folder: string): Room {
  const manifest = readJson<Manifest>(join(root, folder, 'package.json'));
  const layer = manifest.nx?.tags?.find((tag) => tag.startsWith('layer:'))?.slice('layer:'.length) ?? '';
  return {
    name: manifest.name,
    folder,
    layer,
    manifest,
    doors: readDoors(root, folder, manifest),
    isPublished: manifest.private !== true,
  };
}

function readDoors(root: string, folder: string, manifest: Manifest): readonly Door[] {
  return Object.entries(manifest.exports ?? {}).flatMap(([subpath, target]) => {
    const source = typeof target === 'string' ? undefined : target['@lattice-lock/source'];
    if (source === undefined || !existsSync(join(root, folder, source))) return [];
    const specifier = subpath === '.' ? manifest.name : `${manifest.name}/${subpath.slice(2)}`;
    return [{ subpath, specifier, sourceFile: join(folder, source) }];
  });
}

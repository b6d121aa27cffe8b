import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietNx, runCommand } from './command.ts';
import type { Room } from './rooms.ts';

/** The tarballs of the published rooms, by package name, in a temporary folder. */
export interface PackedRooms {
  readonly folder: string;
  readonly tarballs: ReadonlyMap<string, string>;
  remove(): void;
}

/**
 * Builds what is not up to date and packs every published room, as `npm publish` would.
 *
 * @throws Error with what npm or the build said
 */
export function packRooms(workspace: string, rooms: readonly Room[]): PackedRooms {
  const build = runCommand('nx', ['run-many', '-t', 'build'], { cwd: workspace, env: quietNx });
  if (build.status !== 0) throw new Error(`The build failed:\n${build.output}`);
  const folder = mkdtempSync(join(tmpdir(), 'lattice-packed-'));
  const published = rooms.filter(({ isPublished }) => isPublished);
  const selected = published.flatMap(({ folder: room }) => ['-w', room]);
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, ...selected];
  const pack = runCommand('npm', args, { cwd: workspace });
  if (pack.status !== 0) throw new Error(`npm pack failed:\n${pack.output}`);
  const packed = JSON.parse(pack.stdout) as readonly { readonly name: string; readonly filename: string }[];
  return {
    folder,
    tarballs: new Map(packed.map(({ name, filename }) => [name, join(folder, filename)])),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A room and every room it needs at run time: dependencies and peers that are not optional, all the way down. */
export function closureOf(room: Room, rooms: readonly Room[]): readonly Room[] {
  const found = new Set<Room>();
  const visit = (next: Room) => {
    if (found.has(next)) return;
    found.add(next);
    const { dependencies, peerDependencies, peerDependenciesMeta } = next.manifest;
    const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true);
    for (const name of [...Object.keys(dependencies ?? {}), ...peers]) {
      const sister = rooms.find((candidate) => candidate.name === name);
      if (sister !== undefined) visit(sister);
    }
  };
  visit(room);
  return [...found];
}

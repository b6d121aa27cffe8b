import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { mapConcurrently, runCommand, startCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { fetchOlderNode } from '../workspace/other-node.ts';
import { closureOf, packRooms, type PackedRooms } from '../workspace/packed-rooms.ts';
import { readRooms, type Door, type Room } from '../workspace/rooms.ts';
import { connectVendor } from './installed-vendor.ts';

/**
 * Installs what npm would publish into empty folders and uses it as a stranger would: each package alone with what it
 * needs, every door imported under each Node, each command asked for its version, each vendor connected and type-checked
 * alone, and a consumer of all of them type-checked.
 */
interface InstalledRow {
  readonly name: string;
  readonly kilobytes: number;
  readonly packages: number;
  readonly importMs: readonly (number | null)[];
}

/** A Node to try the packages on. */
export interface Runtime {
  readonly label: string;
  readonly binary: string;
}

const npmArgs = [
  'install',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--ignore-scripts',
  '--no-package-lock',
  // npm waits five minutes for a connection that says nothing, and then tries twice more.
  '--fetch-timeout=30000',
  '--fetch-retries=5',
];

export async function checkPackedInstall(workspace: string): Promise<GateResult> {
  const rooms = readRooms(workspace);
  const published = rooms.filter(({ isPublished }) => isPublished);
  const problems: string[] = [];
  const runtimes = findRuntimes(workspace, problems);
  const packed = packRooms(workspace, rooms);
  try {
    const rows = await mapConcurrently(published, 2, (room) =>
      installAlone(workspace, room, { closure: closureOf(room, rooms), packed, runtimes, problems }),
    );
    printTable(rows, runtimes);
    problems.push(...(await checkConsumer(workspace, published, packed)));
    const nodes = runtimes.map(({ label }) => label).join(' and ');
    return { problems, summary: `${rows.length} packages installed and imported under Node ${nodes}, types checked` };
  } finally {
    packed.remove();
  }
}

function findRuntimes(workspace: string, problems: string[]): readonly Runtime[] {
  const current = { label: process.versions.node, binary: process.execPath };
  if (current.label.startsWith('22.')) return [current];
  const older = fetchOlderNode(workspace);
  if (older !== null) return [{ label: runCommand(older, ['-v']).stdout.trim().slice(1), binary: older }, current];
  if (process.env['LATTICE_REQUIRE_NODE_22'] === '1') problems.push('Node 22 could not be installed from npm');
  process.stdout.write('packed-install: npm has no Node 22 for this platform here; only the current Node is tried\n');
  return [current];
}

/** What an installation needs beside the room itself. */
interface Installing {
  /** The room and what it needs of this workspace. */
  readonly closure: readonly Room[];
  readonly packed: PackedRooms;
  readonly runtimes: readonly Runtime[];
  readonly problems: string[];
}

async function installAlone(workspace: string, room: Room, installing: Installing): Promise<InstalledRow> {
  const { closure, packed, runtimes, problems } = installing;
  const folder = emptyFolder(packed, room.name.replaceAll('/', '-'));
  const tarballs = closure.map(({ name }) => packed.tarballs.get(name) ?? name);
  const install = await startCommand('npm', [...npmArgs, ...tarballs], { cwd: folder });
  if (install.status !== 0) {
    problems.push(`${room.name}: npm install failed:\n${install.output}`);
    return { name: room.name, kilobytes: 0, packages: 0, importMs: [] };
  }
  const importMs: (number | null)[] = [];
  for (const runtime of runtimes) {
    const tried = room.doors.map((door) => importDoor(room, door, folder, runtime));
    problems.push(...tried.flatMap(({ problem }) => problem ?? []), ...tryCommands(room, folder, runtime));
    if (hasDefinition(room)) problems.push(...(await connectVendor(room.name, folder, runtime)));
    importMs.push(tried[0]?.ms ?? null);
  }
  if (hasDefinition(room)) problems.push(...(await checkTypes(workspace, folder, [room])));
  return { name: room.name, ...measure(join(folder, 'node_modules')), importMs };
}

/** A vendor's package, or the one whose vendors are data. */
function hasDefinition({ layer, name }: Room): boolean {
  return layer === 'provider' || name === '@lattice-lock/provider-openai-compatible';
}

function emptyFolder(packed: PackedRooms, name: string): string {
  const folder = join(packed.folder, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return folder;
}

/** Imports a door of an installed package; the main one twice: the second time counts, when the system has its files. */
export function importDoor(
  room: Room,
  { specifier, subpath }: Door,
  folder: string,
  { label, binary }: Runtime,
): { readonly ms: number | null; readonly problem: string | null } {
  const code = `const at = performance.now(); await import('${specifier}'); console.log(performance.now() - at);`;
  const args = ['--input-type=module', '--no-warnings', '-e', code];
  if (subpath === '.') runCommand(binary, args, { cwd: folder });
  const { status, stdout, output } = runCommand(binary, args, { cwd: folder });
  if (status === 0) return { ms: Number(stdout), problem: null };
  const missing = /Cannot find package '([^']+)'/.exec(output)?.[1] ?? '';
  const isOptional = room.manifest.peerDependenciesMeta?.[missing]?.optional === true;
  // A side door may ask for an optional peer, as the conformance suites ask for vitest; the main door may not.
  if (isOptional && subpath !== '.') return { ms: null, problem: null };
  return { ms: null, problem: `${specifier} cannot be imported under Node ${label}:\n${output}` };
}

function tryCommands(room: Room, folder: string, { label, binary }: Runtime): readonly string[] {
  return Object.entries(room.manifest.bin ?? {}).flatMap(([command, file]) => {
    const program = join(folder, 'node_modules', room.name, file);
    const { status, output } = runCommand(binary, [program, '--version'], { cwd: folder });
    return status === 0 ? [] : [`${command} --version failed under Node ${label}:\n${output}`];
  });
}

/** All packages in one folder, as an application that uses all of them would have them. */
async function checkConsumer(
  workspace: string,
  rooms: readonly Room[],
  packed: PackedRooms,
): Promise<readonly string[]> {
  const folder = emptyFolder(packed, 'consumer');
  const tarballs = rooms.map(({ name }) => packed.tarballs.get(name) ?? name);
  const install = await startCommand('npm', [...npmArgs, ...tarballs], { cwd: folder });
  if (install.status !== 0) return [`all packages together: npm install failed:\n${install.output}`];
  return checkTypes(workspace, folder, rooms);
}

/** TypeScript's own declarations are nobody's here; all others are checked. */
const compilerArgs =
  '--noEmit --strict --exactOptionalPropertyTypes --skipDefaultLibCheck --target es2023 --module nodenext'.split(' ');

/** A program that uses every door of the rooms installed in a folder; the declarations of libraries are checked too. */
export async function checkTypes(
  workspace: string,
  folder: string,
  rooms: readonly Pick<Room, 'name' | 'doors'>[],
): Promise<readonly string[]> {
  const doors = rooms.flatMap((room) => room.doors);
  const lines = doors.map(({ specifier }, index) => `export * as door${index} from '${specifier}';`);
  writeFileSync(join(folder, 'consumer.ts'), `${lines.join('\n')}\n`);
  const typeRoots = ['--typeRoots', join(workspace, 'node_modules/@types'), '--types', 'node'];
  const check = await startCommand('tsc', [...compilerArgs, ...typeRoots, 'consumer.ts'], { cwd: folder });
  const who = rooms.length === 1 ? `${rooms[0]?.name}, installed alone,` : 'a consumer of every door';
  return check.status === 0 ? [] : [`${who} does not type-check:\n${check.output}`];
}

function measure(folder: string): { readonly kilobytes: number; readonly packages: number } {
  let bytes = 0;
  let packages = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    bytes += lstatSync(join(entry.parentPath, entry.name)).size;
    if (entry.name === 'package.json' && /node_modules\/(@[^/]+\/)?[^/@]+$/.test(entry.parentPath)) packages += 1;
  }
  return { kilobytes: Math.round(bytes / 1024), packages };
}

function printTable(rows: readonly InstalledRow[], runtimes: readonly Runtime[]): void {
  const heads = runtimes.map(({ label }) => `import, ${label}`.padStart(18)).join('');
  process.stdout.write(`${'package'.padEnd(42)}${'installed'.padStart(12)}${'packages'.padStart(10)}${heads}\n`);
  for (const { name, kilobytes, packages, importMs } of rows) {
    const times = importMs.map((ms) => (ms === null ? '-' : `${ms.toFixed(0)} ms`).padStart(18)).join('');
    process.stdout.write(
      `${name.padEnd(42)}${`${kilobytes} kB`.padStart(12)}${String(packages).padStart(10)}${times}\n`,
    );
  }
}

if (isProgram(import.meta.url)) report('packed-install', await checkPackedInstall(workspaceRoot));

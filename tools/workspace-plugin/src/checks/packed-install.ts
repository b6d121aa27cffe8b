import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { mapConcurrently, runCommand, startCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { fetchOlderNode } from '../workspace/other-node.ts';
import { closureOf, packRooms, type PackedRooms } from '../workspace/packed-rooms.ts';
import { readRooms, type Door, type Room } from '../workspace/rooms.ts';

/**
 * Installs what npm would publish into empty folders and uses it as a stranger would: each package alone with what it
 * needs, every door imported under each Node, each command asked for its version, and one consumer type-checked.
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

const npmArgs = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--no-package-lock'];

export async function checkPackedInstall(workspace: string): Promise<GateResult> {
  const rooms = readRooms(workspace);
  const published = rooms.filter(({ isPublished }) => isPublished);
  const problems: string[] = [];
  const runtimes = findRuntimes(workspace, problems);
  const packed = packRooms(workspace, rooms);
  try {
    const rows = await mapConcurrently(published, 2, (room) =>
      installAlone(room, closureOf(room, rooms), packed, runtimes, problems),
    );
    printTable(rows, runtimes);
    problems.push(...checkConsumer(workspace, published, packed));
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

async function installAlone(
  room: Room,
  closure: readonly Room[],
  packed: PackedRooms,
  runtimes: readonly Runtime[],
  problems: string[],
): Promise<InstalledRow> {
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
    importMs.push(tried[0]?.ms ?? null);
  }
  return { name: room.name, ...measure(join(folder, 'node_modules')), importMs };
}

function emptyFolder(packed: PackedRooms, name: string): string {
  const folder = join(packed.folder, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return folder;
}

/** Imports a door of an installed package twice and keeps the second time, when the files are in the system's cache. */
export function importDoor(
  room: Room,
  { specifier, subpath }: Door,
  folder: string,
  { label, binary }: Runtime,
): { readonly ms: number | null; readonly problem: string | null } {
  const code = `const at = performance.now(); await import('${specifier}'); console.log(performance.now() - at);`;
  const args = ['--input-type=module', '--no-warnings', '-e', code];
  runCommand(binary, args, { cwd: folder });
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

/** Every door in one program, as an application that uses all of them would be checked: library declarations too. */
function checkConsumer(workspace: string, rooms: readonly Room[], packed: PackedRooms): readonly string[] {
  const folder = emptyFolder(packed, 'consumer');
  const tarballs = rooms.map(({ name }) => packed.tarballs.get(name) ?? name);
  const install = runCommand('npm', [...npmArgs, ...tarballs], { cwd: folder });
  if (install.status !== 0) return [`all packages together: npm install failed:\n${install.output}`];
  const doors = rooms.flatMap((room) => room.doors);
  const lines = doors.map(({ specifier }, index) => `export * as door${index} from '${specifier}';`);
  writeFileSync(join(folder, 'consumer.ts'), `${lines.join('\n')}\n`);
  const compiler = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2023',
    '--module',
    'nodenext',
  ];
  const typeRoots = ['--typeRoots', join(workspace, 'node_modules/@types'), '--types', 'node'];
  const check = runCommand('tsc', [...compiler, ...typeRoots, 'consumer.ts'], { cwd: folder });
  return check.status === 0 ? [] : [`a consumer of every door does not type-check:\n${check.output}`];
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

import { isBuiltin } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readJson, readRooms, type Room } from '../workspace/rooms.ts';

/** Packages that a room may pull in at import only where it is their home. */
const heavy =
  /^(openai|ollama|@anthropic-ai\/|@aws-sdk\/|@azure\/|@google\/|kysely|pg|pino|@opentelemetry\/|fastify|recheck)/;

/** What a vendor's package may hold of vendors: its own SDK, loaded on first use, and the wire that is its floor. */
const vendorHomes: Readonly<Record<string, RegExp>> = {
  '@lattice-lock/provider-openai': /^openai$/,
  // Its SDK depends on the interface of OpenTelemetry.
  '@lattice-lock/provider-anthropic': /^(@anthropic-ai\/|@opentelemetry\/api$)/,
  // The AI SDKs of Azure are OpenAI's; credentials of Entra come from the caller.
  '@lattice-lock/provider-azure': /^(openai$|@azure\/)/,
  '@lattice-lock/provider-bedrock': /^(@aws-sdk\/|@smithy\/)/,
  '@lattice-lock/provider-local': /^$/,
  '@lattice-lock/provider-openai-compatible': /^$/,
};

/** What importing a package loads at once, and what of it comes on first use. */
export interface LoadedModules {
  /** Package names reached by static imports. */
  readonly atImport: readonly string[];
  /** Package names reached by any import. */
  readonly ever: readonly string[];
}

/**
 * Follows what a program loads that imports one package: no vendor's package holds another vendor's code or SDK, none
 * loads its SDK at import, and the facade loads no vendor, database, logger or telemetry at import.
 */
export function checkBundles(workspace: string): GateResult {
  const rooms = readRooms(workspace);
  const problems: string[] = [];
  for (const room of rooms.filter(({ layer }) => layer === 'provider' || layer === 'facade' || layer === 'engine')) {
    const loaded = traceImport(workspace, room.name, rooms);
    problems.push(...judgeLoaded(room, loaded, rooms));
    const outside = loaded.atImport.filter((name) => !rooms.some((other) => other.name === name));
    process.stdout.write(`${room.name} loads at import: ${outside.join(', ') || 'nothing from outside'}\n`);
  }
  return { problems, summary: 'no vendor, database, logger or telemetry where it was not asked for' };
}

/** The problems of what one room loads. */
export function judgeLoaded(room: Room, { atImport, ever }: LoadedModules, rooms: readonly Room[]): readonly string[] {
  const own = vendorHomes[room.name] ?? (room.layer === 'provider' ? /^$/ : null);
  const problems = atImport
    .filter((name) => heavy.test(name))
    .map((name) => `${room.name} loads ${name} at import; load it on first use`);
  if (own === null) return problems;
  const vendors = rooms.filter(({ layer, name }) => layer === 'provider' && name !== room.name);
  const strangers = ever.filter(
    (name) => (heavy.test(name) && !own.test(name)) || vendors.some((vendor) => vendor.name === name),
  );
  return [...problems, ...strangers.map((name) => `${room.name} holds ${name}, which belongs to another vendor`)];
}

/** Who imports whom, as esbuild (which tsup brings) writes it. */
interface Metafile {
  readonly inputs: Readonly<
    Record<string, { readonly imports: readonly { path: string; kind: string; external?: boolean }[] }>
  >;
}

/**
 * Bundles an import of a package from the sources and reads what was followed.
 *
 * @throws Error with what esbuild said
 */
export function traceImport(workspace: string, specifier: string, rooms: readonly Room[]): LoadedModules {
  const folder = mkdtempSync(join(tmpdir(), 'lattice-bundle-'));
  const metafile = join(folder, 'meta.json');
  const shape = ['--bundle', '--splitting', '--format=esm', '--platform=node', '--target=node22', '--log-level=error'];
  const places = [`--metafile=${metafile}`, `--outdir=${folder}`, '--conditions=@lattice-lock/source'];
  try {
    const input = `import * as all from '${specifier}'; console.log(all);`;
    const { status, output } = runCommand('esbuild', [...shape, ...places], { cwd: workspace, input });
    if (status !== 0) throw new Error(`esbuild could not bundle ${specifier}:\n${output}`);
    const traced = readJson<Metafile>(metafile);
    return { atImport: reach(traced, rooms, true), ever: reach(traced, rooms, false) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function reach({ inputs }: Metafile, rooms: readonly Room[], onlyStatic: boolean): readonly string[] {
  const seen = new Set<string>();
  const names = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    const name = ownerOf(path, rooms);
    if (name !== null) names.add(name);
    for (const { path: next, kind, external } of inputs[path]?.imports ?? []) {
      if (onlyStatic && kind === 'dynamic-import') continue;
      if (external !== true) visit(next);
      else if (!isBuiltin(next)) names.add(next);
    }
  };
  visit('<stdin>');
  return [...names].toSorted();
}

function ownerOf(path: string, rooms: readonly Room[]): string | null {
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  return installed ?? rooms.find(({ folder }) => path.startsWith(`${folder}/`))?.name ?? null;
}

if (isProgram(import.meta.url)) report('bundle', checkBundles(workspaceRoot));

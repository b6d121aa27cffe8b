import { isBuiltin } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readJson, readRooms, type Room } from '../workspace/rooms.ts';

/** Packages that a room may pull in at import only where it is their home. */
const heavy =
  /^(openai|ollama|@anthropic-ai\/|@aws-sdk\/|@smithy\/|@azure\/|@typespec\/|@google\/|google-auth-library|gaxios|gcp-metadata|kysely|pg|pino|@opentelemetry\/|fastify|recheck)/;

/** What a vendor's package may hold of vendors: its own SDK, loaded on first use. Those that are not named hold none. */
const vendorHomes: Readonly<Record<string, RegExp>> = {
  '@lattice-lock/provider-openai': /^openai$/,
  // Its SDK depends on the interface of OpenTelemetry.
  '@lattice-lock/provider-anthropic': /^(@anthropic-ai\/|@opentelemetry\/api$)/,
  // The AI SDKs of Azure are OpenAI's; credentials of Entra come from the caller.
  '@lattice-lock/provider-azure': /^(openai$|@azure\/|@typespec\/)/,
  '@lattice-lock/provider-bedrock': /^(@aws-sdk\/|@smithy\/)/,
  // Only Vertex AI with the machine's own credentials.
  '@lattice-lock/provider-google': /^(google-auth-library|gaxios|gcp-metadata)$/,
};

/** What importing a package loads at once, and what of it comes on first use. */
export interface LoadedModules {
  /** Package names reached by static imports. */
  readonly atImport: readonly string[];
  /** Package names reached by any import. */
  readonly ever: readonly string[];
  /** Files of this workspace of which a bundle keeps anything. */
  readonly kept: readonly string[];
}

/** Where the vendors that only are data stand; of no use to a vendor that has a package of its own. */
const hostData = /openai-compatible\/src\/hosts\/.*\.json$/;

/**
 * Follows what a program loads that imports one package: no vendor's package holds another vendor's code, data or SDK,
 * none loads its SDK at import, and the facade loads no vendor, database, logger or telemetry at import.
 */
export function checkBundles(workspace: string): GateResult {
  const rooms = readRooms(workspace);
  const problems: string[] = [];
  for (const room of rooms.filter((candidate) => isVendor(candidate) || /^(facade|engine)$/.test(candidate.layer))) {
    const loaded = traceImport(workspace, room.name, rooms);
    problems.push(...judgeLoaded(room, loaded, rooms));
    const outside = loaded.atImport.filter((name) => !rooms.some((other) => other.name === name));
    const declared = { ...room.manifest.dependencies, ...room.manifest.peerDependencies };
    const later = loaded.ever.filter((name) => heavy.test(name) && name in declared);
    const onFirstUse = isVendor(room) && later.length > 0 ? `; on first use: ${later.join(', ')}` : '';
    process.stdout.write(
      `${room.name} loads at import: ${outside.join(', ') || 'nothing from outside'}${onFirstUse}\n`,
    );
  }
  return { problems, summary: 'no vendor, database, logger or telemetry where it was not asked for' };
}

/** A vendor's package, or the floor that they stand on, which must hold no vendor at all. */
function isVendor({ layer, folder }: Room): boolean {
  return layer === 'provider' || folder.startsWith('packages/providers/');
}

/** The problems of what one room loads. */
export function judgeLoaded(room: Room, loaded: LoadedModules, rooms: readonly Room[]): readonly string[] {
  const { atImport, ever, kept } = loaded;
  const problems = atImport
    .filter((name) => heavy.test(name))
    .map((name) => `${room.name} loads ${name} at import; load it on first use`);
  if (!isVendor(room)) return problems;
  const vendors = rooms.filter(({ layer, name }) => layer === 'provider' && name !== room.name);
  const strangers = [
    ...ever.filter(
      (name) =>
        (heavy.test(name) && vendorHomes[room.name]?.test(name) !== true) ||
        vendors.some((vendor) => vendor.name === name),
    ),
    ...(room.layer === 'provider' ? kept.filter((file) => hostData.test(file)) : []),
  ];
  return [...problems, ...strangers.map((name) => `${room.name} holds ${name}, which belongs to another vendor`)];
}

/** Who imports whom, and what is left of it, as esbuild (which tsup brings) writes it. */
interface Metafile {
  readonly inputs: Readonly<
    Record<string, { readonly imports: readonly { path: string; kind: string; external?: boolean }[] }>
  >;
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
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
    return { atImport: reach(traced, rooms, true), ever: reach(traced, rooms, false), kept: keptFiles(traced, rooms) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function keptFiles({ outputs }: Metafile, rooms: readonly Room[]): readonly string[] {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs));
  const kept = files.filter(([file, { bytesInOutput }]) => bytesInOutput > 0 && isOwnFile(file, rooms));
  return [...new Set(kept.map(([file]) => file))].toSorted();
}

function isOwnFile(path: string, rooms: readonly Room[]): boolean {
  return !path.includes('node_modules/') && rooms.some(({ folder }) => path.startsWith(`${folder}/`));
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

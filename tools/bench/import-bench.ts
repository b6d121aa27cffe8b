import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { importUrlOf } from './package-entry.ts';
import { benchFile, MeasuredProcess } from './measured-process.ts';
import { spreadOf, type Spread } from './statistics.ts';
import { fixed, formatTable } from './table.ts';

/** How imports are measured. */
export interface ImportBenchOptions {
  readonly rounds: number;
  readonly rivals: string | null;
  readonly root: string;
}

/** What importing a package costs. */
export interface ImportFigure {
  readonly name: string;
  readonly ms: Spread;
  readonly rssMb: number;
  readonly modules: number;
  /** Packages among the loaded modules that an import must not bring: vendor SDKs, the database, logging, telemetry. */
  readonly heavy: readonly string[];
}

interface Loaded {
  readonly ms: number;
  readonly rssMb: number;
  readonly loaded: readonly string[];
}

const heavyPackages =
  /\/node_modules\/(openai|@anthropic-ai\/sdk|@aws-sdk\/[^/]+|@smithy\/[^/]+|@azure\/[^/]+|@google\/[^/]+|google-auth-library|kysely|pg|pino|@opentelemetry\/[^/]+)\//;

/** Rivals that this repository's own tests bring; the others are installed when needed. */
const installedRivals = ['@ai-sdk/openai', '@ai-sdk/anthropic', '@ai-sdk/google', '@ai-sdk/amazon-bedrock'];
const furtherRivals = ['ai', 'openai', '@ai-sdk/azure', '@ai-sdk/xai', '@ai-sdk/openai-compatible'];

/** Imports every package in fresh processes, all in turn, round by round. */
export async function benchImports(options: ImportBenchOptions): Promise<readonly ImportFigure[]> {
  const { root, rivals } = options;
  const modules = new Map(await ownPackages(root));
  for (const name of installedRivals) modules.set(name, await importUrlOf(name, root));
  if (rivals !== null) for (const name of furtherRivals) modules.set(name, await importUrlOf(name, rivals));
  const results = new Map<string, Loaded[]>([...modules.keys()].map((name) => [name, []]));
  for (let round = 0; round < options.rounds; round += 1) {
    const all = [...modules];
    for (const [name, url] of round % 2 === 0 ? all : all.reverse()) results.get(name)?.push(await importOnce(url));
  }
  return [...results].map(([name, runs]): ImportFigure => {
    const loaded = runs[0]?.loaded ?? [];
    const heavy = loaded.flatMap((url) => heavyPackages.exec(url)?.[1] ?? []);
    return {
      name,
      ms: spreadOf(runs.map((run) => run.ms)),
      rssMb: spreadOf(runs.map((run) => run.rssMb)).median,
      modules: loaded.length,
      heavy: [...new Set(heavy)],
    };
  });
}

/** The built packages of this repository by name, the facade first. */
async function ownPackages(root: string): Promise<readonly (readonly [string, string])[]> {
  const folders = await Promise.all(
    ['packages', 'packages/providers'].map(async (parent) =>
      (await readdir(join(root, parent), { withFileTypes: true }))
        .filter((entry) => entry.isDirectory() && entry.name !== 'providers')
        .map((entry) => join(root, parent, entry.name)),
    ),
  );
  const found = await Promise.all(
    folders.flat().map(async (folder) => {
      const { name } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string };
      return [name, pathToFileURL(join(folder, 'dist/index.js')).href] as const;
    }),
  );
  return found.sort(([a], [b]) => Number(b === 'lattice-lock') - Number(a === 'lattice-lock') || a.localeCompare(b));
}

async function importOnce(url: string): Promise<Loaded> {
  const worker = new MeasuredProcess(benchFile('./import-worker.mjs'), { args: [url] });
  try {
    return await worker.firstLine<Loaded>();
  } finally {
    await worker.stop();
  }
}

/** The figures as text. */
export function formatImportFigures(figures: readonly ImportFigure[]): string {
  return formatTable(
    ['package', 'import ms', 'min-max', 'RSS MB', 'modules', 'heavy ones'],
    figures.map((one) => [
      one.name,
      fixed(one.ms.median, 1),
      `${fixed(one.ms.min, 1)}-${fixed(one.ms.max, 1)}`,
      fixed(one.rssMb, 1),
      String(one.modules),
      one.heavy.length === 0 ? 'none' : one.heavy.join(', '),
    ]),
  );
}

import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildServer } from './build.ts';
import { benchImports, formatImportFigures } from './import-bench.ts';
import { benchLibraries, formatLibraryFigures } from './library-bench.ts';
import { benchMemory, formatMemoryFigures } from './memory-bench.ts';
import { benchProviders, formatProviderFigures } from './provider-bench.ts';
import { installRivals } from './rivals.ts';
import { benchSelection, formatSelectionReport } from './selection-bench.ts';
import { benchServer, formatServerReport } from './server-bench.ts';
import { verdicts, formatVerdicts, type Measured } from './verdicts.ts';

// npm run bench -- [part ...] [options]; all parts unless some are named.

const usage = `npm run bench -- [server] [library] [providers] [memory] [selection] [imports] [options]

  --rounds <n>       rounds of each side (5)
  --ms <n>           milliseconds of load in each round (1500)
  --null-storage     also measure the server with stores that keep nothing
  --scenarios <list> of the server: buffered,streamed,paced
  --sides <list>     of the server: explicit model,auto; of providers and memory: names as printed, with ; between
  --calls <n>        calls of each memory scenario (10000)
  --prompts <n>      prompts after which selection's memory is looked at (1000000)
  --profile          write CPU profiles of the servers to .bench/profiles
  --no-rivals        leave out what would have to be installed
  --no-build         measure what is built already
`;

const parts = ['server', 'library', 'providers', 'memory', 'selection', 'imports'] as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '1500' },
    'null-storage': { type: 'boolean', default: false },
    scenarios: { type: 'string', default: '' },
    sides: { type: 'string', default: '' },
    calls: { type: 'string', default: '10000' },
    prompts: { type: 'string', default: '1000000' },
    profile: { type: 'boolean', default: false },
    rivals: { type: 'boolean', default: true },
    build: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !parts.some((part) => part === name));
if (values.help || unknown.length > 0) {
  process.stdout.write(unknown.length > 0 ? `There is no benchmark "${unknown.join('", "')}".\n\n${usage}` : usage);
  process.exit(unknown.length > 0 ? 64 : 0);
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, '.bench');
await mkdir(join(folder, 'results'), { recursive: true });
const rounds = Number(values.rounds);
const durationMs = Number(values.ms);
const isAsked = (part: string) => positionals.length === 0 || positionals.includes(part);
const listOf = (text: string, separator = ',') => text.split(separator).filter((one) => one !== '');
const print = (title: string, text: string) => process.stdout.write(`\n## ${title}\n\n${text}\n`);

if (values.build) await buildServer(root);
const needsRivals = isAsked('library') || isAsked('imports');
const rivals = values.rivals && needsRivals ? await installRivals(folder) : null;
const load = { before: loadavg(), after: [] as number[] };
const measured: Measured = {};

if (isAsked('selection')) {
  measured.selection = await benchSelection({ root, rounds, prompts: Number(values.prompts) });
  print('Selection', formatSelectionReport(measured.selection));
}
if (isAsked('imports')) {
  measured.imports = await benchImports({ rounds, rivals, root });
  print('Imports', formatImportFigures(measured.imports));
}
if (isAsked('library')) {
  measured.library = await benchLibraries({ rounds, durationMs, concurrency: 10, rivals, root });
  print('Libraries', formatLibraryFigures(measured.library));
}
if (isAsked('providers')) {
  const sides = listOf(values.sides, ';');
  measured.providers = await benchProviders({ rounds, durationMs, concurrency: 10, root, sides });
  print('Providers', formatProviderFigures(measured.providers));
}
if (isAsked('memory')) {
  measured.memory = await benchMemory({ calls: Number(values.calls), root, sides: listOf(values.sides, ';') });
  print('Memory', formatMemoryFigures(measured.memory));
}
if (isAsked('server')) {
  measured.server = await benchServer({
    rounds,
    durationMs,
    concurrency: 10,
    root,
    withoutStorage: values['null-storage'],
    scenarios: listOf(values.scenarios),
    sides: listOf(values.sides),
    profileDir: values.profile ? join(folder, 'profiles') : null,
  });
  print('Server', formatServerReport(measured.server));
}

load.after = loadavg();
const conditions = {
  date: new Date().toISOString(),
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  rounds,
  durationMs,
  load,
};
const judged = verdicts(measured);
print('Targets', formatVerdicts(judged));
const file = join(folder, 'results', `bench-${conditions.date.replaceAll(/[:.]/g, '-')}.json`);
await writeFile(file, `${JSON.stringify({ conditions, ...measured, targets: judged }, null, 2)}\n`);
const { node, cpu, cores } = conditions;
process.stdout.write(
  `\n${cpu}, ${cores} cores, Node ${node}, load ${load.before[0]?.toFixed(1)} before and ${load.after[0]?.toFixed(1)} after. ` +
    `Medians of ${rounds} rounds of ${durationMs} ms, all sides in turn; compare within this run only.\n${file}\n`,
);

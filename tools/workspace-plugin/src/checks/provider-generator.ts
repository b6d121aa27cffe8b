import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import process from 'node:process';
import { mapConcurrently, quietNx, runCommand, startCommand, type CommandResult } from '../workspace/command.ts';
import { fencesOf } from '../workspace/documents.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { makeThrowAwayCopy } from '../workspace/throw-away-copy.ts';
import { readDocument } from './docs.ts';
import { checkTarball, checkTypes } from './packaging.ts';
import { judgeGeneratorFaults, plantGeneratorFaults } from './provider-generator-faults.ts';
import { typeCheck } from './snippets.ts';

/**
 * Cuts a provider of each kind in a throw-away copy, exactly as CONTRIBUTING says, and asks of it what is asked of ours:
 * format, lint with its arrows, types, its conformance suite against the simulator, the build, the tarball, and an
 * answer through the facade that knows it by its name in lattice.yaml alone. Then it plants faults in the copy, and expects to
 * be red for what is generated from them.
 */
const kinds = [
  { name: 'acme', options: [] },
  { name: 'acme-own', options: ['--wire=own', '--displayName=Acme', '--env=ACME_OWN_TOKEN'] },
] as const;

/** What a generator may change beside the files it makes: a new provider edits no core file. */
const editable = ['tsconfig.json', 'docs/providers/README.md'];

interface Step {
  readonly name: string;
  run(root: string, rooms: readonly string[]): Promise<readonly string[]>;
}

async function expectGreen(root: string, command: string, args: readonly string[]): Promise<readonly string[]> {
  const result = await startCommand(command, args, { cwd: root, env: quietNx });
  return result.status === 0 ? [] : [wordsOf(result)];
}

function wordsOf({ status, output }: CommandResult): string {
  return `ended with ${status}:\n${output.trim()}`;
}

const documents = ['docs/providers', '.changeset', 'tsconfig.json'];

const steps: readonly Step[] = [
  {
    name: 'lint',
    run: (root, rooms) => expectGreen(root, process.execPath, ['tools/workspace-plugin/src/checks/lint.ts', ...rooms]),
  },
  { name: 'types', run: (root, rooms) => expectGreen(root, 'tsc', ['-b', ...rooms]) },
  { name: 'tests', run: (root, rooms) => expectGreen(root, 'vitest', ['run', ...rooms.map((room) => `${room}/src`)]) },
  { name: 'packaging', run: checkPackages },
  { name: 'facade', run: (root) => expectGreen(root, process.execPath, facadeArgs(root)) },
  { name: 'documents', run: checkDocuments },
  { name: 'format', run: (root, rooms) => expectGreen(root, 'prettier', ['--check', ...rooms, ...documents]) },
];

export async function checkProviderGenerator(workspace: string): Promise<GateResult> {
  const copy = makeThrowAwayCopy(workspace);
  try {
    const summary = `${kinds.length} providers generated, ${steps.length} steps, 2 faults planted`;
    const generated = generateAll(copy.root);
    if (generated.length > 0) return { problems: generated, summary };
    const rooms = kinds.map(({ name }) => `packages/providers/${name}`);
    const found = await mapConcurrently(steps, 2, async ({ name, run }) =>
      (await run(copy.root, rooms)).map((problem) => `${name} of a generated provider ${problem}`),
    );
    plantGeneratorFaults(copy.root);
    return { problems: [...found.flat(), ...judgeGeneratorFaults(generateAll(copy.root, 'faulty-'))], summary };
  } finally {
    copy.remove();
  }
}

function generateAll(root: string, prefix = ''): readonly string[] {
  return kinds.flatMap(({ name, options }) => generate(root, `${prefix}${name}`, options));
}

function generate(root: string, name: string, options: readonly string[]): readonly string[] {
  const before = statesOfFiles(root);
  const result = runCommand('nx', ['g', '@lattice-lock/workspace-plugin:provider', name, ...options], {
    cwd: root,
    env: quietNx,
  });
  if (result.status !== 0) return [`the generator of ${name} ${wordsOf(result)}`];
  // What npm install does for a new room.
  symlinkSync(`../../packages/providers/${name}`, join(root, 'node_modules/@lattice-lock', `provider-${name}`));
  const after = statesOfFiles(root);
  return [...before.keys()]
    .filter((file) => before.get(file) !== after.get(file) && !editable.includes(file))
    .map((file) => `the generator of ${name} changes ${file}: a new provider edits no core file`);
}

/** The content of every file of the copy, by its path; what tools keep for themselves is left out. */
function statesOfFiles(root: string): ReadonlyMap<string, string> {
  const states = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const file = relative(root, path);
    if (!entry.isFile() || /(?:^|\/)(?:node_modules|\.nx|dist|out-tsc|coverage)\//.test(file)) continue;
    states.set(file, createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  return states;
}

/** The examples of its README type-check, and what its documents name is there. */
async function checkDocuments(root: string, rooms: readonly string[]): Promise<readonly string[]> {
  const files = rooms.flatMap((room) => [`${room}/README.md`, `docs/providers/${basename(room)}.md`]);
  const texts = files.map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  const fences = texts.flatMap(({ file, text }) => fencesOf(file, text)).filter(({ language }) => language === 'ts');
  const isThere = (file: string) => (target: string) => existsSync(join(root, dirname(file), target));
  return [
    ...texts.flatMap(({ file, text }) => readDocument(file, text, [], isThere(file))),
    ...typeCheck(root, fences),
  ].map((problem) => `says: ${problem}`);
}

async function checkPackages(root: string, rooms: readonly string[]): Promise<readonly string[]> {
  const found = await mapConcurrently(rooms, 1, async (room) => {
    const folder = join(root, room);
    const build = await startCommand('tsup', ['--config', '../../../tsup.config.ts'], { cwd: folder });
    if (build.status !== 0) return [`${room}: the build ${wordsOf(build)}`];
    const target = join(root, '.packed', room);
    mkdirSync(target, { recursive: true });
    const pack = await startCommand('npm', ['pack', '--ignore-scripts', '--pack-destination', target], { cwd: folder });
    if (pack.status !== 0) return [`${room}: npm pack ${wordsOf(pack)}`];
    const tarballs = readdirSync(target).map((file) => join(target, file));
    const said = await Promise.all(
      tarballs.map(async (file) => [...(await checkTarball(file)), ...(await checkTypes(file))]),
    );
    return said.flat().map((problem) => `${room}: ${problem}`);
  });
  return found.flat();
}

/** A program of an application that has the package and names it in lattice.yaml. */
function facadeArgs(root: string): readonly string[] {
  const folder = join(root, '.facade');
  mkdirSync(folder);
  writeFileSync(join(folder, 'ask.mjs'), program);
  return ['--conditions=@lattice-lock/source', join(folder, 'ask.mjs'), folder];
}

const program = `
import { writeFileSync } from 'node:fs';
import { createLattice } from 'lattice-lock';
import { startSimulator } from '@lattice-lock/testing/simulator';

const cwd = process.argv[2];
const simulator = await startSimulator();
const baseUrl = simulator.baseUrl('openai-chat');
writeFileSync(
  cwd + '/lattice.yaml',
  "plugins: ['@lattice-lock/provider-acme', '@lattice-lock/provider-acme-own']\\n" +
    'providers: { acme: { baseUrl: "' + baseUrl + '", models: [one] }, acme-own: { baseUrl: "' + baseUrl + '", models: [one] } }\\n',
);
const lattice = createLattice({ cwd, env: { ACME_API_KEY: 'any', ACME_OWN_TOKEN: 'any' } });
for (const id of ['acme', 'acme-own']) {
  simulator.enqueue({ answer: { text: 'The tide is out.' } });
  const { text } = await lattice.chat({ model: id + '/one', messages: [{ role: 'user', content: 'How is the sea?' }] });
  if (text !== 'The tide is out.') throw new TypeError(id + ' said: ' + text);
}
const states = (await lattice.health()).map(({ provider, state }) => provider + ' ' + state);
if (states.join() !== 'acme available,acme-own available') throw new TypeError('health: ' + states.join());
await lattice.close();
await simulator.close();
`;

if (isProgram(import.meta.url)) report('provider-generator', await checkProviderGenerator(workspaceRoot));

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { quietNx, runCommand, type CommandResult } from '../workspace/command.ts';
import { readFences } from '../workspace/documents.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readRooms } from '../workspace/rooms.ts';

/** A command of a document. */
interface DocumentedCommand {
  readonly place: string;
  readonly text: string;
}

/** How a command is dealt with: run, checked by reading, or left with a reason. */
type Treatment =
  | { readonly type: 'lattice'; readonly words: readonly string[] }
  | { readonly type: 'generator'; readonly words: readonly string[] }
  | { readonly type: 'install'; readonly packages: readonly string[] }
  | { readonly type: 'left'; readonly reason: string }
  | { readonly type: 'unknown' };

const left: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /^npm (ci|start|test|install$|run )/, reason: 'scripts are checked by docs' },
  { pattern: /^npx nx (sync|affected|run-many)/, reason: 'part of other gates' },
  { pattern: /^npx changeset/, reason: 'asks questions' },
  {
    pattern: /^(curl|git|export \w+=\S*$|docker|cd|source|eval|brew|psql) ?/,
    reason: 'needs a server or a machine of its own',
  },
];

/** Commands that serve or talk until they are stopped; their own tests start and stop them. */
const endless = /^(serve|chat)\b/;

/** A program that a shell runs, with what a document puts before it cut off: assignments, pipes and substitutions. */
const latticeCall = /(?:^|\| |\$\()(?:[A-Z_]+=\S+ )*(?:npx )?lattice ([^|)]+)/;

export function checkCommands(workspace: string): GateResult {
  const commands = readCommands(workspace);
  const folder = mkdtempSync(join(tmpdir(), 'lattice-documented-'));
  writeReaderFiles(folder);
  writeRoutes(workspace, folder);
  runLattice(workspace, folder, ['keys', 'create', '--name', 'build-server']);
  const roomNames = new Set(readRooms(workspace).map(({ name }) => name));
  let ran = 0;
  try {
    const problems = commands.flatMap(({ place, text }) => {
      const treatment = treat(text);
      if (treatment.type === 'unknown') return [`${place}: nobody knows how to check "${text}" (commands.ts)`];
      if (treatment.type === 'left') return [];
      if (treatment.type === 'install') {
        const strangers = treatment.packages.filter((name) => /lattice/.test(name) && !roomNames.has(name));
        return strangers.map((name) => `${place}: there is no package ${name}`);
      }
      ran += 1;
      const { status, output } =
        treatment.type === 'lattice'
          ? runLattice(workspace, folder, treatment.words)
          : runCommand('nx', treatment.words, { cwd: workspace, env: quietNx });
      return status === 0 ? [] : [`${place}: "${text}" ended with ${status}:\n${output}`];
    });
    return { problems, summary: `${commands.length} commands read, ${ran} run` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readCommands(workspace: string): readonly DocumentedCommand[] {
  return readFences(workspace, ['sh', 'bash', 'console']).flatMap(({ file, line, code }) =>
    code
      .replaceAll('\\\n', ' ')
      .split('\n')
      .flatMap((text, index) =>
        text
          .replace(/\s+#.*$|^#.*$/, '')
          .replace(/^\$ /, '')
          .split(' && ')
          .map((part) => ({ place: `${file}:${line + index}`, text: part.trim() })),
      )
      .filter(({ text }) => text !== ''),
  );
}

/** How a command is checked. */
export function treat(text: string): Treatment {
  const call = latticeCall.exec(text)?.[1];
  if (call !== undefined && !text.startsWith('npm ')) {
    return endless.test(call)
      ? { type: 'left', reason: 'runs until stopped' }
      : { type: 'lattice', words: split(call) };
  }
  const bare = text.replace(/^(?:[A-Z_]+=\S+ )+/, '');
  const generator = /^npx nx (g .*)$/.exec(bare)?.[1];
  if (generator !== undefined) return { type: 'generator', words: [...split(generator), '--dry-run'] };
  const install = /^npm (?:install|i) (.+)$/.exec(bare)?.[1];
  if (install !== undefined) {
    return { type: 'install', packages: split(install).filter((word) => !word.startsWith('-')) };
  }
  const reason = left.find(({ pattern }) => pattern.test(bare))?.reason;
  return reason === undefined ? { type: 'unknown' } : { type: 'left', reason };
}

function split(call: string): readonly string[] {
  return [...call.trim().matchAll(/((?:[^\s"']|"[^"]*"|'[^']*')+)/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

function runLattice(workspace: string, folder: string, words: readonly string[]): CommandResult {
  const bin = join(workspace, 'apps/cli/bin/lattice.mjs');
  const isProviderKey = (name: string) => /_API_KEY$|_BASE_URL$|^LATTICE_|^OLLAMA_/.test(name);
  const cleared = Object.fromEntries(
    Object.keys(process.env)
      .filter(isProviderKey)
      .map((name) => [name, undefined]),
  );
  return runCommand(process.execPath, [bin, ...words], { cwd: folder, env: cleared, input: 'piped in\n' });
}

/** What a reader has at hand when the examples name it. */
function writeReaderFiles(folder: string): void {
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const schema = { type: 'object', properties: { signer: { type: 'string' } }, required: ['signer'] };
  writeFileSync(join(folder, 'screenshot.png'), Buffer.from(pixel, 'base64'));
  writeFileSync(join(folder, 'error.log'), 'ENOENT: no such file\n');
  writeFileSync(join(folder, 'contract.pdf'), '%PDF-1.4\n%%EOF\n');
  writeFileSync(join(folder, 'signature.json'), JSON.stringify(schema));
  writeFileSync(join(folder, 'outcomes.jsonl'), outcomeRows());
  writeFileSync(join(folder, 'new.yaml'), 'routing: { preset: cheap }\n');
}

/** The routes of their document, as they stand there, and a configuration that names them. */
function writeRoutes(workspace: string, folder: string): void {
  const fences = readFences(workspace, ['yaml']);
  const routes = fences.find(({ file, code }) => file === 'docs/semantic-routes.md' && code.includes('routes:'));
  writeFileSync(join(folder, 'routes.yaml'), routes?.code ?? '');
  writeFileSync(join(folder, 'routed.yaml'), 'routing: { routes: routes.yaml }\n');
}

/** What two models did on sixty prompts, with a label each: enough to learn from and to measure. */
function outcomeRows(): string {
  const row = (at: number) => {
    const isSum = at % 2 === 0;
    const prompt = isSum ? `What is ${at} times ${at + 3}?` : `Write a line about the number ${at}.`;
    const outcomes = { 'gpt-4.1': { score: 1, cost: 0.004 }, 'gpt-4.1-nano': { score: isSum ? 1 : 0, cost: 0.0002 } };
    return { id: at, category: isSum ? 'sums' : 'lines', label: isSum ? 'math' : 'creative', prompt, outcomes };
  };
  return Array.from({ length: 60 }, (_, at) => `${JSON.stringify(row(at))}\n`).join('');
}

if (isProgram(import.meta.url)) report('commands', checkCommands(workspaceRoot));

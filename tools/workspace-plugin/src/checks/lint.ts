import { existsSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { quietNx, runCommand } from '../workspace/command.ts';
import { workspaceRoot } from '../workspace/gate.ts';
import { checkArrows } from './arrows.ts';

/**
 * Lints the tree: the arrows between rooms by our own reading, then ESLint after building a fresh project graph.
 * Without a cached graph the boundary rule of Nx skips itself with exit code 0 (measured), so its words of doing so are
 * an error here. `--cached-graph` builds none (for editors, and for the canary that proves the error); `--json=<file>`
 * writes the findings there.
 */
const graphFile = '.nx/project-graph.json';
const args = process.argv.slice(2);
const useCachedGraph = args.includes('--cached-graph');
const jsonFile = args.find((argument) => argument.startsWith('--json='))?.slice('--json='.length);
const files = args.filter((argument) => !argument.startsWith('--'));

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const arrows = checkArrows(workspaceRoot);
for (const problem of arrows.problems) process.stderr.write(`${problem}\n`);

if (!useCachedGraph) {
  rmSync(graphFile, { force: true });
  const graph = runCommand('nx', ['graph', `--file=${graphFile}`], { env: quietNx });
  if (graph.status !== 0 || !existsSync(graphFile)) {
    fail(`${graph.output}\nThe project graph could not be built; the floors cannot be checked.`);
  }
}

const format = jsonFile === undefined ? [] : ['--format', 'json'];
const targets = files.length > 0 ? files : ['.'];
const lint = runCommand('eslint', ['--max-warnings', '0', ...format, ...targets], { env: quietNx });
if (/rule will be skipped/i.test(lint.output)) fail('The boundary rule skipped itself: it found no project graph.');
if (jsonFile === undefined) process.stdout.write(lint.output);
else writeFileSync(jsonFile, `{"arrows":${JSON.stringify(arrows.problems)},"eslint":${lint.stdout}}`);
process.stdout.write(`lint: ${arrows.summary}, ${arrows.problems.length} forbidden arrows\n`);
process.exitCode = lint.status === 0 && arrows.problems.length === 0 ? 0 : 1;

import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { quietNx } from '../workspace/command.ts';
import { gates } from './gates.ts';

/**
 * Runs the gates, all or those that are named, and says how long each took; what follows the name of a single gate goes
 * to it (`npm run check -- api --update`). `--list` names them.
 */
const args = process.argv.slice(2);
const names = gates.map(({ name }) => name);

if (args[0] === '--list') {
  process.stdout.write(`${names.join('\n')}\n`);
  process.exit(0);
}
const options = args.filter((argument) => argument.startsWith('-'));
const only = args.filter((argument) => !argument.startsWith('-'));
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0 || (options.length > 0 && only.length !== 1)) {
  const wrong = unknown.length > 0 ? `Unknown gate: ${unknown.join(', ')}` : 'Options go to one gate';
  process.stderr.write(`${wrong}. The gates are: ${names.join(', ')}.\n`);
  process.exit(2);
}

const results = gates
  .filter(({ name }) => only.length === 0 || only.includes(name))
  .map((gate) => {
    process.stdout.write(`\n=== ${gate.name}\n`);
    const startedMs = performance.now();
    const environment = { ...process.env, ...quietNx };
    const { status, error } = spawnSync(gate.command, [...gate.args, ...options], {
      stdio: 'inherit',
      env: environment,
    });
    if (error !== undefined) process.stderr.write(`${error.message}\n`);
    return { name: gate.name, seconds: (performance.now() - startedMs) / 1000, isGreen: status === 0 };
  });

process.stdout.write('\n');
for (const { name, seconds, isGreen } of results) {
  process.stdout.write(`${isGreen ? 'passed' : 'FAILED'}  ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s\n`);
}
const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
const failed = results.filter(({ isGreen }) => !isGreen).length;
if (results.length > 1) {
  process.stdout.write(`${results.length - failed} passed, ${failed} failed in ${total.toFixed(0)} s\n`);
}
process.exit(failed === 0 ? 0 : 1);

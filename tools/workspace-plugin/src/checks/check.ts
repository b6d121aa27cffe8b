import process from 'node:process';
import { gates, selectGates } from './gates.ts';
import { runGates } from './run-gates.ts';

/**
 * Runs the gates, all or those that are named, and says how long each took; what follows the name of a single gate goes
 * to it (`npm run check -- api --update`). `--list` names them; `--tested` says that the tests ran just now, so that their
 * gate only judges the coverage that they left.
 */
const args = process.argv.slice(2);
const names = gates.map(({ name }) => name);

if (args[0] === '--list') {
  process.stdout.write(`${names.join('\n')}\n`);
  process.exit(0);
}
const isTested = args.includes('--tested');
const options = args.filter((argument) => argument.startsWith('-') && argument !== '--tested');
const only = args.filter((argument) => !argument.startsWith('-'));
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0 || (options.length > 0 && only.length !== 1)) {
  const wrong = unknown.length > 0 ? `Unknown gate: ${unknown.join(', ')}` : 'Options go to one gate';
  process.stderr.write(`${wrong}. The gates are: ${names.join(', ')}.\n`);
  process.exit(2);
}

const wanted = selectGates(only, { areTested: isTested }).map((gate) => ({
  ...gate,
  args: [...gate.args, ...options],
}));
const startedMs = performance.now();
const results = await runGates(wanted);

process.stdout.write('\n');
for (const { name, seconds, isGreen } of results) {
  process.stdout.write(`${isGreen ? 'passed' : 'FAILED'}  ${name.padEnd(20)} ${seconds.toFixed(1).padStart(6)} s\n`);
}
const failed = results.filter(({ isGreen }) => !isGreen).length;
if (results.length > 1) {
  const seconds = (performance.now() - startedMs) / 1000;
  process.stdout.write(`${results.length - failed} passed, ${failed} failed in ${seconds.toFixed(0)} s\n`);
}
process.exit(failed === 0 ? 0 : 1);

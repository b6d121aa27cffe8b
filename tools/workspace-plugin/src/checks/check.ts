import { spawnSync } from 'node:child_process';
import process from 'node:process';

/** The gates, in the order in which they fail fastest. Each is also a script of its own. */
const gates = ['format:check', 'lint', 'typecheck', 'test', 'build', 'docs', 'wire'] as const;

const only = process.argv.slice(2);
if (only[0] === '--list') {
  process.stdout.write(`${gates.join('\n')}\n`);
  process.exit(0);
}
const unknown = only.filter((name) => !(gates as readonly string[]).includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown gate: ${unknown.join(', ')}. The gates are: ${gates.join(', ')}.\n`);
  process.exit(2);
}

const results: { readonly gate: string; readonly seconds: string; readonly isGreen: boolean }[] = [];
for (const gate of gates) {
  if (only.length > 0 && !only.includes(gate)) continue;
  process.stdout.write(`\n=== ${gate}\n`);
  const startedMs = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', gate], {
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' },
  });
  results.push({ gate, seconds: ((performance.now() - startedMs) / 1000).toFixed(1), isGreen: status === 0 });
}

process.stdout.write('\n');
for (const { gate, seconds, isGreen } of results) {
  process.stdout.write(`${isGreen ? 'passed' : 'FAILED'}  ${gate.padEnd(14)} ${seconds} s\n`);
}
process.exit(results.every(({ isGreen }) => isGreen) ? 0 : 1);

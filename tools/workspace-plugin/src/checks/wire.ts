import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';

/**
 * Replays recorded vendor traffic against the built packages, where the recordings are at hand: they are third-party
 * data and not part of this repository. Without them the conformance suite of the tests stands alone, and this says so.
 */
const checker = '../shared/data/wire/check.mjs';
const seeds = [1, 2, 3, 4, 5];

if (!existsSync(checker)) {
  process.stdout.write(`wire: no recordings at ${checker}; the conformance suite is the only check of the wire.\n`);
  process.exit(0);
}
for (const seed of seeds) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...[checker, 'tools/wire-driver.mjs', '--provider', 'openai,anthropic,local'],
      ...['--api', 'chat,messages,ollama-chat', '--seed', String(seed)],
    ],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}\nwire: seed ${seed} failed.\n`);
    process.exit(1);
  }
  process.stdout.write(`wire: seed ${seed} passed\n`);
}

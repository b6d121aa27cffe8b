import process from 'node:process';
import { parseArgs } from 'node:util';
import { createVitest, type TestSpecification } from 'vitest/node';
import { failuresOf } from './failed-tests.ts';
import { OneProcessPool } from './one-process-pool.ts';

/**
 * Runs the whole suite twice in one process, without isolation between files and shuffled, and fails when a test fails
 * in either pass. `--seed` repeats an order; `--coverage` measures the first pass as `npm run check -- test` would, which
 * then only reads it; names of files after the options run only those.
 */
const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string' },
    config: { type: 'string' },
    passes: { type: 'string', default: '2' },
    coverage: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : Number(values.seed);
const passes = Number(values.passes);
if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(passes)) {
  process.stderr.write('--seed and --passes take whole numbers.\n');
  process.exit(2);
}
process.stdout.write(
  `Isolation: ${passes} passes in one process, shuffled with seed ${seed} (repeat it with --seed ${seed})\n`,
);

const pool = new OneProcessPool();
const vitest = await createVitest('test', {
  ...(values.config === undefined ? {} : { config: values.config }),
  watch: false,
  isolate: false,
  maxWorkers: 1,
  pool,
  sequence: { shuffle: { files: true, tests: true }, seed },
  ...(values.coverage ? { coverage: { enabled: true, reporter: ['json-summary'] } } : {}),
  reporters: [['default', { summary: false }]],
});
const failures: string[] = [];
try {
  await vitest.standalone();
  const specifications = await vitest.globTestSpecifications(positionals);
  if (specifications.length === 0) {
    failures.push('No test file matches.');
  }
  for (let pass = 1; pass <= passes; pass += 1) {
    failures.push(...(await runPass(pass, specifications)));
    vitest.disableCoverage();
  }
} finally {
  await pool.close();
  await vitest.close();
}
for (const failure of failures) process.stdout.write(`FAILED: ${failure}\n`);
process.stdout.write(
  failures.length === 0 ? 'Isolation: every pass is green.\n' : `Isolation: FAILED; repeat it with --seed ${seed}\n`,
);
process.exit(failures.length === 0 ? 0 : 1);

/** Runs everything once and answers what failed. */
async function runPass(pass: number, specifications: readonly TestSpecification[]): Promise<readonly string[]> {
  process.stdout.write(`Isolation: pass ${pass} of ${passes}\n`);
  vitest.config.sequence.seed = seed + pass - 1;
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications([...specifications], true);
  return failuresOf(testModules, unhandledErrors).map((failure) => `pass ${pass}: ${failure}`);
}

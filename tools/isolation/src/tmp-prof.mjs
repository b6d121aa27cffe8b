import { createVitest } from 'vitest/node';
import { OneProcessPool } from '/tmp/lead/lattice/tools/isolation/src/one-process-pool.ts';
const pool = new OneProcessPool();
const v = await createVitest('test', {
  watch: false,
  isolate: false,
  maxWorkers: 1,
  pool,
  execArgv: ['--cpu-prof', '--cpu-prof-dir=/tmp/prof2', '--cpu-prof-interval=2000'],
  reporters: [['default', { summary: false }]],
});
await v.standalone();
const s = await v.globTestSpecifications(process.argv.slice(2));
await v.runTestSpecifications([...s], true);
await pool.close();
await v.close();
process.exit(0);

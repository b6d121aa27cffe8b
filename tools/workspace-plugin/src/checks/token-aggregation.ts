import { globSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';

/** The tests on which every bill rests: usage, money, the account of a run, and the totals of a request. */
const testFiles = [
  'packages/contract/src/usage.test.ts',
  'packages/contract/src/money.test.ts',
  'packages/lattice-lock/src/accounting.test.ts',
  'packages/execution/src/*.test.ts',
] as const;

/** Runs them by name; one that is missing is a problem and not an empty selection. */
export function checkTokenAggregation(workspace: string, patterns: readonly string[] = testFiles): GateResult {
  const found = patterns.map((pattern) => ({ pattern, files: globSync(pattern, { cwd: workspace }) }));
  const missing = found.filter(({ files }) => files.length === 0);
  if (missing.length > 0) {
    return {
      problems: missing.map(({ pattern }) => `${pattern}: no such test; what counts tokens must stay tested`),
      summary: 'not run',
    };
  }
  const files = found.flatMap(({ files: some }) => some);
  const { status } = spawnSync('vitest', ['run', ...files.map((file) => join(workspace, file))], {
    cwd: workspace,
    stdio: 'inherit',
  });
  return { problems: status === 0 ? [] : ['a test of the token totals failed'], summary: `${files.length} test files` };
}

if (isProgram(import.meta.url)) report('token-aggregation', checkTokenAggregation(workspaceRoot));

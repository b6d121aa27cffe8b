import { realpathSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** What a gate found: its problems, and one line on what it looked at. */
export interface GateResult {
  readonly problems: readonly string[];
  readonly summary: string;
}

/** The workspace that the checks look at: the folder they are run in. */
export const workspaceRoot = process.cwd();

/** Whether a module is the program and not a part of another. */
export function isProgram(moduleUrl: string): boolean {
  const program = process.argv[1];
  return program !== undefined && realpathSync(program) === fileURLToPath(moduleUrl);
}

/** Prints the problems of a gate and sets the exit code: 0 without problems, 1 with. */
export function report(gate: string, { problems, summary }: GateResult): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  process.stdout.write(`${gate}: ${summary}; ${count}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

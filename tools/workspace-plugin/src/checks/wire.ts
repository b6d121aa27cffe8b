import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';

const defaultChecker = '../shared/data/wire/check.mjs';
const seeds = [1, 2, 3, 4, 5];

/**
 * Replays recorded vendor traffic against the built packages, where the recordings are at hand: they are third-party
 * data and not part of this repository. Without them the conformance suite of the tests stands alone, and this says so.
 */
export function checkWire(workspace: string, checker = defaultChecker): GateResult {
  if (!existsSync(join(workspace, checker))) {
    return {
      problems: [],
      summary: `no recordings at ${checker}, the conformance suite is the only check of the wire`,
    };
  }
  const problems = seeds.flatMap((seed) => {
    const what = ['--provider', 'openai,anthropic,local', '--api', 'chat,messages,ollama-chat', '--seed', String(seed)];
    const args = [checker, 'tools/wire-driver.mjs', ...what];
    const { status, output } = runCommand(process.execPath, args, { cwd: workspace });
    return status === 0 ? [] : [`${output}\nseed ${seed} failed`];
  });
  return { problems, summary: `${seeds.length} seeds replayed` };
}

if (isProgram(import.meta.url)) report('wire', checkWire(workspaceRoot));

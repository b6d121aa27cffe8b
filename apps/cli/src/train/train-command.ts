import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { parseCount } from '../option-values.ts';
import type { TrainFlags } from './run-train.ts';

const examples = `
Rows are JSON objects, one a line: {"prompt", "outcomes": {"model": {"score": 0 to 1}}} teaches quality,
{"prompt", "label": "code"} teaches the task kind. "dataset", "category" and "cluster" help where known.

Examples:
  $ lattice train --outcomes outcomes.jsonl --out router.json
  $ lattice train --outcomes ./recorded --out router.json --json
  $ lattice route --jsonl --router router.json < prompts.jsonl`;

/** `lattice train` */
export function addTrainCommand(program: Command, run: CommandRunner): void {
  program
    .command('train')
    .summary('learn routing from recorded outcomes')
    .description(
      'Learns from outcomes and labels which models do well on which prompts. Calls no model, needs no network.',
    )
    .requiredOption('--outcomes <place>', 'a .jsonl or .jsonl.gz file, or a folder of them')
    .requiredOption('--out <file>', 'the router model to write')
    .option('--seed <n>', 'equal rows and seed give an equal model', parseCount, 1)
    .option('--json', 'print the report as JSON')
    .addHelpText('after', examples)
    .action(async (flags: TrainFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-train.ts')).runTrain(flags, invocation));
    });
}

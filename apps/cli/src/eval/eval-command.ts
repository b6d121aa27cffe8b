import { InvalidArgumentError, type Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { choicesOption } from '../option-values.ts';
import { boundMetrics, parseBounds } from './bounds.ts';
import { baselineNames } from './evaluation-report.ts';
import { parsePair } from './pair-option.ts';
import type { EvalFlags } from './run-eval.ts';

const examples = `
A SET is a .jsonl or .jsonl.gz file, or a folder of them; without one the shipped set is run (its
outcomes are authors' judgements, not measurements). Rows are JSON objects, one a line:
{"prompt", "outcomes": {"model": {"score": 0 to 1, "cost"?: US dollars}}} for the choice of a model,
{"prompt", "level": "small", "medium" or "large"} where nothing was measured yet,
{"prompt", "label": "code"} for the task kind. "id", "dataset", "category", "cluster", "domain",
"source", "tools" and "history" (messages before the prompt) help where known.

APGR is the share of the gap between two models that a router recovers (chance: 0.5), CPT the per
cent of calls to the strong one that recover 50 or 80 % of it, AIQ the quality averaged over costs.

Examples:
  $ lattice eval
  $ lattice eval --stability
  $ lattice eval --min apgr=.55,accuracy=.6
  $ lattice eval own.jsonl --router router.json --html report.html --json report.json
  $ lattice eval ./recorded --pair gpt-4.1,gpt-4.1-nano --baselines length,category,oracle`;

/** `lattice eval` */
export function addEvalCommand(program: Command, run: CommandRunner): void {
  program
    .command('eval')
    .summary('measure routing on recorded outcomes')
    .description(
      'Measures how well prompts are routed, beside baselines, with intervals. Calls no model, needs no network.',
    )
    .argument('[set...]', 'routing sets: files or folders (default: the shipped set)')
    .option(
      '--router <file>',
      'what "lattice train" has learnt, or "built-in" (default: routing.model of lattice.yaml)',
    )
    .addOption(choicesOption('--baselines <list>', 'only these baselines', baselineNames))
    .option('--pair <strong,weak>', 'these two models instead of the best and the cheapest; several times', parsePair)
    .option('--boot <n>', 'samples drawn for the 95 % intervals; 0 draws none (default: 200)', parseDraws)
    .option('--seed <n>', 'equal seeds draw equal samples (default: 1)', parseSeed)
    .option('--stability', 'also: is the decision the same after changes of case, blanks, typing errors and wrapping?')
    .option('--json <file>', 'write every figure as JSON; "-" prints it instead of the table')
    .option('--html <file>', 'write a report with cost-quality curves, one file that needs nothing else')
    .option('--min <bounds>', `end with 1 unless reached: ${boundMetrics.join(', ')}`, parseBounds)
    .addHelpText('after', examples)
    .action(async (places: readonly string[], flags: EvalFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-eval.ts')).runEval(places, flags, invocation));
    });
}

function parseDraws(value: string): number {
  return wholeNumber(value, 10_000);
}

function parseSeed(value: string): number {
  return wholeNumber(value, 0xffff_ffff);
}

function wholeNumber(value: string, max: number): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > max) throw new InvalidArgumentError(`Give a whole number from 0 to ${max}.`);
  return number;
}

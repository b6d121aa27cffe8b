import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { parseCount, parseNumberWithin } from '../option-values.ts';
import type { CalibrateFlags } from './run-calibrate.ts';

const examples = `
The bound is routing.constraints.minQuality: models of which less is predicted are not asked. Past
decisions hold what was predicted, expected and scored of every model; of those that could answer,
the one with the highest score above the bound counts. Qualities are predictions: the better
routing.model and feedback know your traffic, the more they mean (docs/routing.md).

Examples:
  $ lattice calibrate --quality 0.8 --since 7d     the lowest bound with that mean quality
  $ lattice calibrate --share 0.3                  the highest that moves at most 30 % of requests`;

/** `lattice calibrate` */
export function addCalibrateCommand(program: Command, run: CommandRunner): void {
  program
    .command('calibrate')
    .summary('find the bound of quality that reaches a target')
    .description('Finds the bound of predicted quality that reaches a target on past requests.')
    .option('--quality <share>', 'the mean predicted quality to reach, 0 to 1', parseNumberWithin(0, 1))
    .option('--share <share>', 'at most this share of requests goes to another model, 0 to 1', parseNumberWithin(0, 1))
    .option('--since <when>', 'a span such as 7d, or a day such as 2026-01-31 (UTC)')
    .option('--until <when>', 'the same; a day counts whole')
    .option('--limit <n>', 'at most so many decisions, the newest (default: 1000)', parseCount)
    .option('--json', 'print exact figures as JSON')
    .addHelpText('after', examples)
    .action(async (flags: CalibrateFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-calibrate.ts')).runCalibrate(flags, invocation));
    });
}

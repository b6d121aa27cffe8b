import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { parseCount } from '../option-values.ts';
import type { ReplayFlags } from './run-replay.ts';

const examples = `
Decisions are kept with every request. Costs are of the tokens that were used then, or expected
where nothing answered, at the prices of that time. A cost that is not known is counted, never
taken for nothing. Fit, latency and reliability are as they were believed then; --rescore predicts
them anew.

Examples:
  $ lattice replay --config new.yaml --since 7d
  $ lattice replay --config new.yaml --json | jq '.changes[] | [.before, .after, .reason]'`;

/** `lattice replay` */
export function addReplayCommand(program: Command, run: CommandRunner): void {
  program
    .command('replay')
    .summary('say which past choices a configuration would change')
    .description('Makes past decisions again under a configuration: which would change, and what they would have cost.')
    .option('--since <when>', 'a span such as 7d, or a day such as 2026-01-31 (UTC)')
    .option('--until <when>', 'the same; a day counts whole')
    .option('--limit <n>', 'at most so many decisions, the newest (default: 1000)', parseCount)
    .option('--rescore', 'predict fit, latency and reliability anew')
    .option('--json', 'print exact figures as JSON')
    .addHelpText('after', examples)
    .action(async (flags: ReplayFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-replay.ts')).runReplay(flags, invocation));
    });
}

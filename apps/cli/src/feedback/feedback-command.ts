import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import type { FeedbackFlags } from './run-feedback.ts';

const examples = `
The id of a request is below each answer of "ask", and in the header x-request-id and the id
(chatcmpl-<id>) of a gateway's answer. A second judgement of a request takes the place of the first.
What is learned from it, and how far: docs/learning.md.

Examples:
  $ lattice feedback req_01 up
  $ lattice feedback req_01 0.7 --comment "right, but too long"
  $ lattice feedback req_01 down --source task`;

/** `lattice feedback` */
export function addFeedbackCommand(program: Command, run: CommandRunner): void {
  program
    .command('feedback')
    .summary('judge an answer, for later choices to learn from')
    .description('Says how good an answer was. Later choices of the kind of task and domain learn from it.')
    .argument('<request>', 'the id of the request')
    .argument('<judgement>', 'up, down, or a score from 0 to 1')
    .option('--comment <text>', 'kept with it')
    .option('--source <who>', 'who judges: user, judge or task', 'user')
    .option('--json', 'print what was kept as JSON')
    .addHelpText('after', examples)
    .action(async (request: string, judgement: string, flags: FeedbackFlags, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-feedback.ts')).runFeedback(request, judgement, flags, invocation),
      );
    });
}

import type { Command } from 'commander';
import type { CommandRunner } from './command-runner.ts';
import { exitCodeMeanings, exitCodes } from './exit-codes.ts';

/** The exit codes as lines of help. */
function exitCodeLines(): string {
  return exitCodeMeanings.map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`).join('\n');
}

const example = `
Examples:
  $ lattice ask "Hello" --model openai/gpt-5-mini; echo $?
  $ lattice doctor || exit 1`;

/** `lattice help exit-codes`: a page of help that is also a command, so that it is found either way. */
export function addExitCodesTopic(program: Command, run: CommandRunner): void {
  program
    .command('exit-codes')
    .summary('what the exit codes mean')
    .description(
      `Every command ends with one of these:\n\n${exitCodeLines()}\n\nAn error is one line on standard error: error [CODE]: what was wrong and what to do.\nWith --json it is {"error":{"code","message","exitCode","issues",…}} on standard error.`,
    )
    .addHelpText('after', example)
    .helpGroup('Help:')
    .action(async (_flags: object, command: Command) => {
      await run(command, async ({ out }) => {
        out.line(command.description());
        return exitCodes.ok;
      });
    });
}

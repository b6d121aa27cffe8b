import { Argument, type Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { exitCodes } from '../exit-codes.ts';
import {
  completeCommandName,
  completionScripts,
  completionShells,
  type CompletionShell,
} from './completion-scripts.ts';

const examples = `
The script completes commands, flags and their values; names of models and ids of API keys come
from this set-up as it is when you press Tab.

Examples:
  $ source <(lattice completion bash)                            # for this shell; or for every one:
  $ lattice completion bash > ~/.local/share/bash-completion/completions/lattice
  $ lattice completion zsh > "\${fpath[1]}/_lattice"
  $ lattice completion fish > ~/.config/fish/completions/lattice.fish`;

/** `lattice completion`, and the hidden command that its scripts ask. */
export function addCompletionCommand(program: Command, run: CommandRunner): void {
  program
    .command('completion')
    .summary('print a script that completes commands in a shell')
    .description('Prints a script that completes commands, flags, models and keys when you press Tab.')
    .addArgument(new Argument('<shell>', 'the shell').choices([...completionShells]))
    .addHelpText('after', examples)
    .helpGroup('Help:')
    .action(async (shell: CompletionShell, _flags: object, command: Command) => {
      await run(command, async ({ out }) => {
        out.write(completionScripts[shell]);
        return exitCodes.ok;
      });
    });

  program
    .command(completeCommandName, { hidden: true })
    .argument('<line>', 'the command line up to the cursor')
    .action(async (line: string, _flags: object, command: Command) => {
      await run(command, async (invocation) => {
        const { runComplete } = await import('./run-complete.ts');
        return runComplete(line, program, invocation);
      });
    });
}

import { CommanderError, type Command } from 'commander';
import type { CliContext } from './cli-context.ts';
import type { CommandWork } from './command-runner.ts';
import { reportError } from './error-report.ts';
import { exitCodes, type ExitCode } from './exit-codes.ts';
import { createInvocation, type GlobalFlags, type Invocation } from './invocation.ts';
import { createProgram } from './program.ts';

/**
 * Runs `lattice` with these arguments and says what the process should end with. Never throws: what goes wrong is said
 * on standard error.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const run = async (command: Command, work: CommandWork) => {
    const { json, ...flags } = command.optsWithGlobals<GlobalFlags & { readonly json?: boolean }>();
    exitCode = await withInvocation(context, flags, async (invocation) => {
      try {
        return await work(invocation);
      } catch (error) {
        return reportError(error, json === true, invocation);
      }
    });
  };
  const program = createProgram(context, run);
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return withInvocation(context, {}, (invocation) => reportError(error, args.includes('--json'), invocation));
  }
}

async function withInvocation(
  context: CliContext,
  flags: GlobalFlags,
  work: (invocation: Invocation) => Promise<ExitCode>,
): Promise<ExitCode> {
  const invocation = createInvocation(context, flags);
  try {
    return await work(invocation);
  } finally {
    invocation.close();
  }
}

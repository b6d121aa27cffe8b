import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Invocation } from './invocation.ts';

/** The work of a command: it gets the invocation and says what the process ends with. */
export type CommandWork = (invocation: Invocation) => Promise<ExitCode>;

/** Runs the work of a command that was given on the command line. */
export type CommandRunner = (command: Command, work: CommandWork) => Promise<void>;

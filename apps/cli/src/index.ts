// The command line as a function: arguments and a process in, an exit code out.
export { runCli } from './run-cli.ts';
export {
  createProcessContext,
  type CliContext,
  type OutputStream,
  type SignalSource,
  type StandardInput,
  type StandardInputKind,
} from './cli-context.ts';
export { exitCodeMeanings, exitCodes, type ExitCode } from './exit-codes.ts';

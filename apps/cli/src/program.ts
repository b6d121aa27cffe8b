import { Command } from 'commander';
import { addAskCommand } from './ask/ask-command.ts';
import { addCalibrateCommand } from './calibrate/calibrate-command.ts';
import { addChatCommand } from './chat/chat-command.ts';
import { addCatalogCommand } from './catalog/catalog-command.ts';
import type { CliContext } from './cli-context.ts';
import type { CommandRunner } from './command-runner.ts';
import { addCompletionCommand } from './completion/completion-command.ts';
import { addConfigCommand } from './config/config-command.ts';
import { addDoctorCommand } from './doctor/doctor-command.ts';
import { addEvalCommand } from './eval/eval-command.ts';
import { addExitCodesTopic } from './exit-codes-topic.ts';
import { addFeedbackCommand } from './feedback/feedback-command.ts';
import { addHealthCommand } from './health/health-command.ts';
import { addInitCommand } from './init/init-command.ts';
import { addKeysCommand } from './keys/keys-command.ts';
import { addModelsCommand } from './models/models-command.ts';
import { readPackageManifest } from './package-manifest.ts';
import { addReplayCommand } from './replay/replay-command.ts';
import { addRouteCommand } from './route/route-command.ts';
import { addRoutesCommand } from './routes/routes-command.ts';
import { addServeCommand } from './serve/serve-command.ts';
import { createPaint, usesColor } from './terminal/color.ts';
import { addTrainCommand } from './train/train-command.ts';
import { addUsageCommand } from './usage/usage-command.ts';
import { UsageError } from './usage-error.ts';

const introduction = `
First steps:
  $ lattice ask "Why is the sky blue?"   the simulator answers until a provider is set
  $ lattice init                         lattice.yaml and .env; or: export OPENAI_API_KEY=...
  $ lattice doctor                       what is wrong, and what to do about it
  $ lattice chat                         a conversation; /help within it
  $ lattice route "Why is the sky blue?" --explain
  $ lattice serve                        an OpenAI-compatible gateway: http://127.0.0.1:8787/v1
  $ lattice usage --by day --since 7d

"lattice help <command>" has examples. "lattice help exit-codes": what scripts can rely on.`;

/** Every command with its flags and help. Light: what a command does is imported when it runs. */
export function createProgram(context: CliContext, run: CommandRunner): Command {
  const program = new Command('lattice')
    .description('Picks the right language model for each piece of work, calls it, and accounts for every token.')
    .version(readPackageManifest().version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .optionsGroup('Options of every command:')
    .option('--config <file>', 'configuration file (default: LATTICE_CONFIG, else lattice.yaml here)')
    .option('--data-dir <folder>', 'where usage and keys are kept (default: LATTICE_DATA_DIR, else .lattice here)')
    .option('--no-color', 'no colours; NO_COLOR and FORCE_COLOR count too')
    .option('--verbose', 'logs on standard error, and where an error happened')
    .helpCommand('help [command]', 'print help of a command')
    .addHelpText('after', introduction);
  configureOutput(program, context);
  addAskCommand(program, run);
  addChatCommand(program, run);
  addRouteCommand(program, run);
  addRoutesCommand(program, run);
  addTrainCommand(program, run);
  addEvalCommand(program, run);
  addFeedbackCommand(program, run);
  addReplayCommand(program, run);
  addCalibrateCommand(program, run);
  addModelsCommand(program, run);
  addCatalogCommand(program, run);
  addServeCommand(program, run);
  addKeysCommand(program, run);
  addUsageCommand(program, run);
  addDoctorCommand(program, run);
  addHealthCommand(program, run);
  addInitCommand(program, run);
  addConfigCommand(program, run);
  addCompletionCommand(program, run);
  addExitCodesTopic(program, run);
  for (const command of everyCommand(program)) refuseAsUsage(command);
  return program;
}

function configureOutput(program: Command, { stdout, stderr, env }: CliContext): void {
  const isColored = usesColor(stdout, env, true);
  const paint = createPaint(isColored);
  program.configureHelp({ showGlobalOptions: true, styleTitle: (title) => paint.bold(title) }).configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    // Reported by whoever catches it, as every other error is.
    outputError: () => undefined,
    getOutHelpWidth: () => Math.min(stdout.columns ?? 100, 100),
    getErrHelpWidth: () => Math.min(stderr.columns ?? 100, 100),
    getOutHasColors: () => isColored,
    getErrHasColors: () => isColored,
  });
}

function everyCommand(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** What commander refuses becomes a usage error that says where help is; help and version are no errors. */
function refuseAsUsage(command: Command): void {
  command.exitOverride((error) => {
    if (error.exitCode === 0 || error.code === 'commander.help') throw error;
    const text = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ');
    const message = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;
    throw new UsageError(`${message} See: ${pathOf(command)} --help`);
  });
}

import type { Command } from 'commander';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { initProviderNames } from '../init/init-provider-names.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { flagsOf, readCompletionRequest, type Completion, type CompletionRequest } from './completion-request.ts';
import { shellWords } from './shell-words.ts';

/**
 * Prints what the word at the end of a command line can become, a line for each: the value, a tab, what it is. Nothing
 * means file names. Never fails: a shell that completes has no place for errors.
 */
export async function runComplete(line: string, program: Command, invocation: Invocation): Promise<ExitCode> {
  const request = readCompletionRequest(program, shellWords(line));
  const completions = await completionsFor(request, asOnLine(request, invocation)).catch(() => []);
  for (const { value, about } of completions) {
    if (value.startsWith(request.typed)) invocation.out.line(`${request.prefix}${value}\t${escapeLine(about)}`);
  }
  return exitCodes.ok;
}

/** What the line says about configuration and data directory holds for what is offered, too. */
function asOnLine({ values }: CompletionRequest, invocation: Invocation): Invocation {
  const config = values.get('--config');
  const dataDir = values.get('--data-dir');
  const flags = { ...(config === undefined ? {} : { config }), ...(dataDir === undefined ? {} : { dataDir }) };
  return { ...invocation, flags: { ...invocation.flags, ...flags } };
}

async function completionsFor(request: CompletionRequest, invocation: Invocation): Promise<readonly Completion[]> {
  const { command, kind, path, typed } = request;
  if (kind.type === 'flags') return flagCompletions(command);
  if (kind.type === 'argument') return argumentCompletions(request, invocation);
  const { long, argChoices } = kind.option;
  if (argChoices !== undefined) return plain(argChoices);
  const live = async () => import('./live-values.ts');
  if (long === '--model') return (await live()).modelValues(typed, invocation);
  if (long === '--key') return (await live()).keyValues(invocation, false);
  if (long === '--provider')
    return path === 'init' ? plain(initProviderNames) : (await live()).providerValues(invocation);
  return [];
}

function flagCompletions(command: Command): readonly Completion[] {
  const flags = flagsOf(command).flatMap(({ long, description }) => {
    return long === undefined || long === null ? [] : [{ value: long, about: description }];
  });
  return [...flags, { value: '--help', about: 'print help' }];
}

async function argumentCompletions(
  { command, path, given, typed }: CompletionRequest,
  invocation: Invocation,
): Promise<readonly Completion[]> {
  if (path === 'keys revoke' && given.length === 0) {
    const { keyValues } = await import('./live-values.ts');
    return keyValues(invocation, true);
  }
  if (path === 'catalog show' && given.length === 0) {
    const { modelValues } = await import('./live-values.ts');
    return (await modelValues(typed, invocation)).filter(({ value }) => !/^auto(:|$)/.test(value));
  }
  if (given.length === 0 && command.commands.length > 0) return commandCompletions(command);
  if (path === '' && given.join(' ') === 'help') return commandCompletions(command);
  return plain(command.registeredArguments[given.length]?.argChoices ?? []);
}

function commandCompletions(command: Command): readonly Completion[] {
  const visible = command.createHelp().visibleCommands(command);
  return visible.map((one) => ({ value: one.name(), about: one.summary() || one.description() }));
}

function plain(values: readonly string[]): readonly Completion[] {
  return values.map((value) => ({ value, about: '' }));
}

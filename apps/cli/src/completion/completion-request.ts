import type { Command, Option } from 'commander';

/** What a word at the cursor can become. */
export interface Completion {
  readonly value: string;
  /** In a few words, for shells that show it. */
  readonly about: string;
}

/** What is asked for at the cursor of a command line. */
export interface CompletionRequest {
  /** The command so far, e.g. `keys revoke`; empty for the program itself. */
  readonly path: string;
  readonly kind:
    { readonly type: 'flags' } | { readonly type: 'value'; readonly option: Option } | { readonly type: 'argument' };
  /** What stands there already. */
  readonly typed: string;
  /** Stands before each value: `--model=`. */
  readonly prefix: string;
  readonly command: Command;
  /** What was given to the command before. */
  readonly given: readonly string[];
  /** Values of flags so far, by their long name. */
  readonly values: ReadonlyMap<string, string>;
}

/** The flags of a command, those of the whole program too. */
export function flagsOf(command: Command): readonly Option[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  return command.parent === null ? own : [...own, ...flagsOf(command.parent)];
}

function findFlag(command: Command, word: string): Option | undefined {
  const [name] = word.split('=', 1);
  return flagsOf(command).find(({ long, short }) => name === long || name === short);
}

/** Reads a command line as commander will, up to the word at the cursor. `words`: the program's name first. */
export function readCompletionRequest(program: Command, words: readonly string[]): CompletionRequest {
  let command = program;
  const given: string[] = [];
  let option: Option | undefined;
  let isArgumentsOnly = false;
  const values = new Map<string, string>();
  for (const word of words.slice(1, -1)) {
    const isFlag = !isArgumentsOnly && word.startsWith('-') && word !== '-';
    if (option !== undefined && !isFlag) {
      values.set(option.long ?? '', word);
      if (!option.variadic) option = undefined;
    } else if (word === '--') {
      isArgumentsOnly = true;
    } else if (isFlag) {
      const flag = findFlag(command, word);
      const isOpen = flag !== undefined && (flag.required || flag.optional) && !word.includes('=');
      option = isOpen ? flag : undefined;
      if (flag !== undefined && word.includes('=')) values.set(flag.long ?? '', word.slice(word.indexOf('=') + 1));
    } else {
      const inner = given.length === 0 ? command.commands.find((one) => one.name() === word) : undefined;
      if (inner === undefined) given.push(word);
      else command = inner;
    }
  }
  const typed = words.at(-1) ?? '';
  const common = { path: pathOf(command), command, given, values };
  const [, name, value] = /^(--[^=]+)=([^]*)$/.exec(isArgumentsOnly ? '' : typed) ?? [];
  const assigned = name === undefined ? undefined : findFlag(command, name);
  if (assigned !== undefined) {
    return { ...common, kind: { type: 'value', option: assigned }, typed: value ?? '', prefix: `${name}=` };
  }
  if (typed.startsWith('-') && !isArgumentsOnly) return { ...common, kind: { type: 'flags' }, typed, prefix: '' };
  if (option !== undefined) return { ...common, kind: { type: 'value', option }, typed, prefix: '' };
  return { ...common, kind: { type: 'argument' }, typed, prefix: '' };
}

function pathOf(command: Command): string {
  if (command.parent === null) return '';
  return `${pathOf(command.parent)} ${command.name()}`.trim();
}

import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { parseCount, parseNumberWithin } from '../option-values.ts';
import { chatCommandLines } from './chat-command-list.ts';
import type { ChatFlags } from './run-chat.ts';

const examples = `
Within a conversation:
${chatCommandLines().join('\n')}

A line that ends with a backslash goes on in the next; text that is pasted stays together. What
begins with // is sent with one slash. Arrow keys bring back what was typed, also in earlier
conversations. Ctrl-C cancels the answer under way, and what it used is booked; a second Ctrl-C at
the empty prompt, or Ctrl-D, leaves. From a pipe each line is a message and gets one answer.

Examples:
  $ lattice chat
  $ lattice chat --model auto:cheap --system "Answer in one sentence."
  $ printf 'Name a prime.\\nAnd the next?\\n/cost\\n' | lattice chat --model openai/gpt-4.1-mini`;

/** `lattice chat` */
export function addChatCommand(program: Command, run: CommandRunner): void {
  program
    .command('chat')
    .summary('hold a conversation')
    .description('Holds a conversation: every answer knows what was said before.')
    .option('-m, --model <name>', 'auto, auto:<preset>, a short name, or provider/model')
    .option('-s, --system <text>', 'instructions that stand above the conversation')
    .option('--max-tokens <n>', 'upper bound of each answer, reasoning included', parseCount)
    .option('--temperature <n>', '0 (steady) to 2 (wild)', parseNumberWithin(0, 2))
    .addHelpText('after', examples)
    .action(async (flags: ChatFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-chat.ts')).runChat(flags, invocation));
    });
}

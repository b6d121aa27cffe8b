import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { parseCount, parseNumberWithin } from '../option-values.ts';
import type { AskFlags } from './run-ask.ts';

const examples = `
The prompt is the words, then what is piped in, then the files.
The answer goes to standard output; model, tokens, cost and request id to standard error.

Examples:
  $ lattice ask "Why is the sky blue?"
  $ git diff | lattice ask "Write a commit message for this change" --model auto:fast
  $ lattice ask "What is wrong here?" --file screenshot.png error.log
  $ lattice ask "Who signs, and when?" --file contract.pdf --schema signature.json > signature.json
  $ lattice ask "Prove it" --model anthropic/claude-opus-4-5 --explain
  $ lattice ask - < question.txt

Models: auto (default), auto:cheap, auto:best, auto:fast, a short name, or provider/model.
"lattice models" lists them. --file takes every word up to the next flag: put the prompt first.`;

/** `lattice ask` */
export function addAskCommand(program: Command, run: CommandRunner): void {
  program
    .command('ask')
    .summary('ask a model and stream its answer')
    .description('Asks a model, chosen for the task unless you name one, and streams its answer.')
    .argument('[prompt...]', 'what to ask; "-" waits for standard input')
    .option('-m, --model <name>', 'auto, auto:<preset>, a short name, or provider/model')
    .option('-f, --file <path...>', 'text, image (PNG, JPEG, GIF, WebP) or PDF to ask about')
    .option('-s, --system <text>', 'instructions that stand above the prompt')
    .option('--schema <file>', 'JSON Schema that the answer must follow')
    .option('--max-tokens <n>', 'upper bound of the answer, reasoning included', parseCount)
    .option('--temperature <n>', '0 (steady) to 2 (wild)', parseNumberWithin(0, 2))
    .option('--no-stream', 'show the answer when it is whole')
    .option('--explain', 'say why this model was chosen, after the answer')
    .option('--json', 'print answer, usage, cost and decision as JSON')
    .addHelpText('after', examples)
    .action(async (words: readonly string[], flags: AskFlags, command: Command) => {
      await run(command, async (invocation) => {
        const { runAsk } = await import('./run-ask.ts');
        return runAsk(words, flags, invocation);
      });
    });
}

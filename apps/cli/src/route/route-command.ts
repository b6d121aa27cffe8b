import { Option, type Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { choicesOption, listOption, parseCount, parseNumberWithin } from '../option-values.ts';
import { namedNeeds } from './named-needs.ts';
import type { RouteFlags } from './run-route.ts';

const examples = `
Nothing is sent to any model. Without a configured provider the choice is made among the models
that the simulator stands in for.

Examples:
  $ lattice route "Prove that the square root of 2 is irrational"
  $ lattice route "Translate this letter" --file letter.pdf --explain
  $ lattice route "Sort these tickets" --preset cheap --max-cost 0.001 --deny openai/gpt-4o
  $ lattice route --compare lattice.yaml new.yaml "Why is the sky blue?"
  $ lattice route "Book a table" --needs tools,json --json | jq '.candidates[].filter'
  $ lattice route --jsonl --router router.json < prompts.jsonl

With --jsonl each line of standard input is {"id", "prompt", "models"?, "pairs"?, "tools"?}, where a
pair is {"strong", "weak"}, and each line of the answer {"id", "task", "domain", "difficulty",
"strong", "q", "ranking"}. Models need not be in the catalog.`;

/** `lattice route` */
export function addRouteCommand(program: Command, run: CommandRunner): void {
  program
    .command('route')
    .summary('say which model would answer, and why')
    .description('Decides which model would answer a prompt, and explains it. Calls none.')
    .argument('[prompt...]', 'what would be asked; "-" stands for standard input')
    .option('-m, --model <name>', 'auto, auto:<preset>, a short name, or provider/model')
    .addOption(new Option('--preset <name>', 'what counts').choices(['balanced', 'cheap', 'best', 'fast']))
    .option('-f, --file <path...>', 'text, image or PDF that would be asked about')
    .option('-s, --system <text>', 'instructions that would stand above the prompt')
    .option('--schema <file>', 'JSON Schema that the answer would have to follow')
    .addOption(choicesOption('--needs <list>', 'what the model must be able to do', namedNeeds))
    .option('--max-tokens <n>', 'upper bound of the answer', parseCount)
    .option('--max-cost <usd>', 'upper bound of the expected cost, in US dollars', parseNumberWithin(0, Infinity))
    .option('--min-quality <share>', 'lower bound of the predicted quality, 0 to 1', parseNumberWithin(0, 1))
    .addOption(listOption('--allow <list>', 'only these: provider/model, provider/* or a model id'))
    .addOption(listOption('--deny <list>', 'never these'))
    .option('--compare <file>', 'decide under this configuration and the one named next, side by side')
    .option('--explain', 'explain the choice for people')
    .option('--jsonl', 'decide for each line of standard input, without configuration')
    .option('--router <file>', 'with --jsonl: what "lattice train" has learnt')
    .option('--json', 'print the whole decision: every candidate with its filter or its terms')
    .addHelpText('after', examples)
    .action(async (words: readonly string[], flags: RouteFlags, command: Command) => {
      await run(command, async (invocation) => {
        if (flags.jsonl === true || flags.router !== undefined) {
          const { runRouteBatch } = await import('../router/run-route-batch.ts');
          return runRouteBatch(words, flags, invocation);
        }
        const { runRoute } = await import('./run-route.ts');
        return runRoute(words, flags, invocation);
      });
    });
}

import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import type { RoutesFlags } from './routes-session.ts';

const examples = `
A route takes requests that are like its examples: to a model, a preset or within constraints. The file
is that of routing.routes unless one is given; docs/semantic-routes.md says what stands in it.

Examples:
  $ lattice routes check routes.yaml
  $ lattice routes test routes.yaml
  $ lattice routes test routes.yaml --json | jq .coverage
  $ lattice routes build                    only for routes with an embedding model

"lattice route --explain" says which route takes a request.`;

const fileHelp = 'routes in YAML (default: routing.routes of the configuration)';

/** `lattice routes` */
export function addRoutesCommand(program: Command, run: CommandRunner): void {
  const routes = program
    .command('routes')
    .summary('check, test and index routes told by examples')
    .description('Looks at semantic routes: requests like an example go where its route says.')
    .addHelpText('after', examples);

  routes
    .command('check')
    .description('Shows every route with what it does; with problems, all of them with their place (exit code 78).')
    .argument('[file]', fileHelp)
    .option('--json', 'print the routes as JSON')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, flags: RoutesFlags, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-routes-check.ts')).runRoutesCheck(file, flags, invocation),
      );
    });

  routes
    .command('test')
    .description('Leaves each example out in turn and shows which route takes it: a confusion table. Calls none.')
    .argument('[file]', fileHelp)
    .option('--json', 'print the figures as JSON')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, flags: RoutesFlags, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-routes-test.ts')).runRoutesTest(file, flags, invocation),
      );
    });

  routes
    .command('build')
    .description('Has the embedding model of the routes see their examples; what it has seen is not sent again.')
    .argument('[file]', fileHelp)
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, flags: RoutesFlags, command: Command) => {
      await run(command, async (invocation) =>
        (await import('./run-routes-build.ts')).runRoutesBuild(file, flags, invocation),
      );
    });
}

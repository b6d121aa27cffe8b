import type { Command } from 'commander';
import type { CommandRunner } from '../command-runner.ts';
import { listOption } from '../option-values.ts';
import type { DoctorFlags } from './run-doctor.ts';

const examples = `
Looks at Node, the configuration, misspelt environment variables, the data directory and its
database, the gateway's port, the age of the catalog, and asks every configured provider whether
its key is good, at no token cost: how long that took and how many models it may use. Each finding
comes with what to do about it. Exit code 1 when there is a problem; warnings alone end with 0.

Examples:
  $ lattice doctor
  $ OPENAI_BASE_URL=http://127.0.0.1:8000/v1 lattice doctor
  $ lattice doctor --provider openai,anthropic
  $ lattice doctor --json | jq '.findings[] | select(.state == "problem")'`;

/** `lattice doctor` */
export function addDoctorCommand(program: Command, run: CommandRunner): void {
  program
    .command('doctor')
    .summary('find what is wrong, and what to do about it')
    .description('Examines everything a request needs, and says what to do about each finding.')
    .addOption(listOption('-p, --provider <ids>', 'only these providers'))
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', examples)
    .action(async (flags: DoctorFlags, command: Command) => {
      await run(command, async (invocation) => (await import('./run-doctor.ts')).runDoctor(flags, invocation));
    });
}

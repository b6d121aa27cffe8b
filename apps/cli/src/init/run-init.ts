import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { readBounded } from '../ask/prompt-part.ts';
import { TerminalDialog } from '../terminal/terminal-dialog.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';
import { configTemplate } from './config-template.ts';
import { envText, envVariables } from './env-file.ts';
import { ignoreSecrets } from './git-ignore.ts';
import {
  checkInitKey,
  checkInitUrl,
  findInitProvider,
  lacksUrl,
  likelyProvider,
  neededUrl,
  type InitChoice,
} from './init-choice.ts';
import { askInitChoice } from './init-questions.ts';

/** Flags of `lattice init`. */
export interface InitFlags {
  readonly provider?: string;
  readonly baseUrl?: string;
  readonly apiKeyStdin?: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
}

/** As `openssl rand -base64 32` makes it: 256 bits. */
const secretBytes = 32;

/** Longer than any key: what is more was piped in by mistake. */
const longestKeyBytes = 1024 * 1024;

/** Writes `lattice.yaml` and `.env`. @throws UsageError before anything is written, also where files are there */
export async function runInit(flags: InitFlags, invocation: Invocation): Promise<ExitCode> {
  const { context } = invocation;
  const files = { config: path.join(context.cwd, 'lattice.yaml'), env: path.join(context.cwd, '.env') };
  if (flags.force !== true) refuseExisting([files.config, path.join(context.cwd, 'lattice.yml'), files.env]);
  const choice = await choose(flags, invocation);
  const oldEnv = await readFile(files.env, 'utf8').catch(() => null);
  const variables = envVariables(choice, randomBytes(secretBytes).toString('base64'));
  const given = choice.apiKey === null ? [] : (choice.provider?.env.apiKey ?? []);
  const ignored = await ignoreSecrets(context.cwd);
  await replaceFile(files.env, envText(variables, oldEnv, given), 0o600);
  await replaceFile(files.config, configTemplate(choice), 0o644);
  await report({ choice, written: [files.config, files.env, ...(ignored === null ? [] : [ignored])] }, invocation);
  return exitCodes.ok;
}

function refuseExisting(files: readonly string[]): void {
  const existing = files.filter((file) => existsSync(file)).map((file) => path.basename(file));
  if (existing.length === 0) return;
  const verb = existing.length === 1 ? 'is' : 'are';
  throw new UsageError(
    `${existing.join(' and ')} ${verb} here already, and nothing was written. With --force lattice.yaml is replaced, and .env gets what it lacks.`,
  );
}

async function choose(flags: InitFlags, invocation: Invocation): Promise<InitChoice> {
  const { context } = invocation;
  const output = [context.stdout, context.stderr].find(({ isTTY }) => isTTY === true);
  if (flags.apiKeyStdin === true && context.stdin.isTerminal === true) {
    throw new UsageError('--api-key-stdin is for pipes; here the key would be seen. Leave it out, and be asked.');
  }
  if (flags.yes !== true && context.stdin.isTerminal === true && output !== undefined) {
    const dialog = new TerminalDialog(context, output);
    try {
      return await askInitChoice({ provider: flags.provider, baseUrl: flags.baseUrl }, dialog, invocation);
    } finally {
      dialog.close();
    }
  }
  if (flags.yes !== true) {
    throw new UsageError('There is no terminal to ask at: give --yes, and --provider unless the likely one will do.');
  }
  const provider = flags.provider === undefined ? likelyProvider(context.env) : findInitProvider(flags.provider);
  const given = flags.baseUrl === undefined ? null : checkInitUrl(flags.baseUrl);
  if (provider === null) {
    if (given !== null || flags.apiKeyStdin === true)
      throw new UsageError('Without a provider there is no address and no key.');
    return { provider, baseUrl: null, apiKey: null };
  }
  const baseUrl = neededUrl(provider, given);
  if (baseUrl === null && lacksUrl(provider)) {
    throw new UsageError(`${provider.id} has no usual address: give --base-url, such as http://127.0.0.1:8000/v1.`);
  }
  return { provider, baseUrl, apiKey: flags.apiKeyStdin === true ? await readKey(invocation) : null };
}

async function readKey({ context: { stdin } }: Invocation): Promise<string> {
  const stream = stdin.open();
  try {
    const key = checkInitKey((await readBounded(stream, 'standard input', longestKeyBytes)).toString('utf8'));
    if (key !== null) return key;
  } finally {
    stream.destroy();
  }
  throw new UsageError('--api-key-stdin: nothing came on standard input; pipe the key in.');
}

/** All or nothing: a reader never sees half a file. */
async function replaceFile(file: string, text: string, mode: number): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, text, { mode, flag: 'wx' });
  await chmod(draft, mode);
  await rename(draft, file);
}

async function report(
  { choice, written }: { readonly choice: InitChoice; readonly written: readonly string[] },
  invocation: Invocation,
): Promise<void> {
  const { out, err, context } = invocation;
  for (const file of written) out.line(escapeLine(path.relative(context.cwd, file)));
  await loadCommandConfig(invocation);
  const { provider, apiKey } = choice;
  const [keyName] = provider?.env.apiKey ?? [];
  const isMissing = provider?.needsApiKey === true && apiKey === null && (context.env[keyName ?? ''] ?? '') === '';
  if (isMissing) err.line(`Put your key into .env: ${keyName}=... Until then the simulator answers.`);
  if (provider === null) err.line('The simulator answers until a provider is set.');
  err.line('Next: lattice doctor, then: lattice ask "Why is the sky blue?"');
}

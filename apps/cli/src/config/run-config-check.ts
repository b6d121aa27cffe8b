import { describeConfig, type AppConfig, type EffectiveSetting } from '@lattice-lock/config';
import { toLatticeError } from '@lattice-lock/contract';
import { exitCodes, exitCodeOf, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession } from '../lattice-session.ts';
import type { ListedProvider } from '../models/model-row.ts';
import { formatTable } from '../terminal/table.ts';
import { escapeLine } from '../terminal/terminal-text.ts';

/** Flags of `lattice config check`. */
export interface ConfigCheckFlags {
  readonly json?: boolean;
}

/**
 * Shows every setting in force with where it was set, secrets masked, and which providers can be called. Loads what the
 * settings name (catalog overlay, patterns, plugins) so that their faults show too. With `--json`, problems are data.
 *
 * @throws LatticeError every problem, exit code 78
 */
export async function runConfigCheck(flags: ConfigCheckFlags, invocation: Invocation): Promise<ExitCode> {
  const { out } = invocation;
  try {
    const session = await openLatticeSession(invocation, { isRecorded: false });
    try {
      const providers = await session.lattice.providers();
      if (flags.json === true) out.json(checkJson(session.config, providers, session.lattice.simulated));
      else show(session.config, providers, session.lattice.simulated, invocation);
      return exitCodes.ok;
    } finally {
      await session.close();
    }
  } catch (error) {
    const { code, message, issues } = toLatticeError(error);
    if (flags.json !== true || exitCodeOf(code) !== exitCodes.configuration) throw error;
    out.json({ ok: false, code, problems: issues.length > 0 ? issues : [{ path: '', message }] });
    return exitCodes.configuration;
  }
}

function checkJson(config: AppConfig, providers: readonly ListedProvider[], simulated: boolean): object {
  return {
    ok: true,
    configFile: config.configFile,
    simulated,
    settings: describeConfig(config),
    providers: providers.map(({ id, configured, reason, baseUrl, credentialSource }) => ({
      id,
      configured: configured && !simulated,
      reason,
      baseUrl,
      credentialSource,
    })),
  };
}

function show(
  config: AppConfig,
  providers: readonly ListedProvider[],
  isSimulated: boolean,
  { out, err }: Invocation,
): void {
  const columns = [{ title: 'SETTING' }, { title: 'VALUE' }, { title: 'FROM' }];
  const rows = describeConfig(config).map((setting) => [setting.path, valueText(setting), originText(setting)]);
  const options = { columns: Infinity, title: out.paint.bold };
  for (const line of formatTable(columns, rows, options)) out.line(line);
  out.line();
  const providerRows = providers.map((provider) => [provider.id, ...providerText(provider, isSimulated)]);
  const titles = [{ title: 'PROVIDER' }, { title: 'STATE' }, { title: 'CREDENTIAL' }];
  for (const line of formatTable(titles, providerRows, options)) out.line(line);
  if (isSimulated) out.line('No provider is configured: the simulator stands in until one is.');
  err.line(err.paint.green('The configuration is good.'));
}

function valueText({ value }: EffectiveSetting): string {
  return escapeLine(typeof value === 'string' ? value : JSON.stringify(value));
}

function originText({ source, place }: EffectiveSetting): string {
  return place === null ? source : `${source}: ${escapeLine(place)}`;
}

function providerText(provider: ListedProvider, isSimulated: boolean): readonly string[] {
  if (isSimulated && provider.configured) return ['simulated', '-'];
  if (!provider.configured) return ['not configured', provider.reason ?? '-'];
  return ['configured', provider.credentialSource ?? 'none needed'];
}

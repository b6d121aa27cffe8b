import { inspectCatalogOverlay } from '@lattice-lock/catalog';
import { loadEnvironment } from '@lattice-lock/config';
import { LatticeError } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { formatTable } from '../terminal/table.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { wrapWords } from '../terminal/word-wrap.ts';
import { checkCatalog } from './catalog-check.ts';
import { checkConfiguration, configurationProblems } from './configuration-check.ts';
import { checkEnvironment, findMisspeltVariables } from './environment-check.ts';
import { countFindings, type Finding, type FindingState } from './finding.ts';
import { openHouse, type HouseOptions } from './house.ts';
import { checkNode } from './node-check.ts';
import { checkPort } from './port-check.ts';
import { checkProviders } from './provider-check.ts';
import { checkSimulator } from './simulator-check.ts';
import { checkStorage } from './storage-check.ts';

/** Flags of `lattice doctor`. */
export interface DoctorFlags {
  /** Only these providers, by id or another of their names. */
  readonly provider?: readonly string[];
  readonly json?: boolean;
}

/**
 * Examines everything a request needs, and says what to do about each finding. Exit code 1 when there is a problem.
 *
 * @throws LatticeError `LATTICE_UNKNOWN_PROVIDER` when a provider was asked for that is not installed
 */
export async function runDoctor(flags: DoctorFlags, invocation: Invocation): Promise<ExitCode> {
  const findings = await examine(invocation, flags.provider ?? null);
  const { redact } = await import('@lattice-lock/observability');
  const problems = countFindings(findings, 'problem');
  const warnings = countFindings(findings, 'warning');
  const { out, err } = invocation;
  if (flags.json === true) {
    out.write(redact(`${JSON.stringify({ ok: problems === 0, problems, warnings, findings }, null, 2)}\n`));
  } else {
    for (const line of tableOf(flags.provider === undefined ? gathered(findings) : findings, invocation))
      out.line(redact(line));
    err.line(summaryOf(problems, warnings, invocation));
  }
  return problems === 0 ? exitCodes.ok : exitCodes.failed;
}

async function examine(invocation: Invocation, wanted: readonly string[] | null): Promise<readonly Finding[]> {
  const { context } = invocation;
  const node = checkNode(process.versions.node);
  const { config, findings } = await checkConfiguration(invocation);
  const env = await loadEnvironment({ cwd: context.cwd, env: context.env });
  if (config === null) {
    const misspelt = checkEnvironment(findMisspeltVariables(env, []), env);
    return [node, ...findings, ...misspelt, unchecked('providers'), unchecked('data directory')];
  }
  if (wanted !== null) {
    return [
      ...findings.filter(({ state }) => state !== 'ok'),
      ...(await examineHouse({ config, env, context }, wanted)),
    ];
  }
  const [storage, port, house] = await Promise.all([
    checkStorage(config),
    checkPort(config),
    examineHouse({ config, env, context }, null),
  ]);
  return [node, ...findings, ...storage, port, ...house];
}

async function examineHouse(options: HouseOptions, wanted: readonly string[] | null): Promise<readonly Finding[]> {
  const { config, env, context } = options;
  try {
    const { lattice, misspelt } = await openHouse(options);
    try {
      if (wanted !== null) return await checkProviders(lattice, config, context, wanted);
      const [providers, models] = await Promise.all([lattice.providers(), lattice.models()]);
      const definitions = providers.map(({ definition }) => definition);
      const slips = findMisspeltVariables(env, definitions).filter(
        ({ found }) => !misspelt.some((one) => one.found === found),
      );
      const { overlayFile } = config.catalog;
      const overlay = overlayFile === null ? null : await inspectCatalogOverlay(overlayFile, context.clock.now());
      const fatal = providers.some(({ configured }) => configured) ? [] : misspelt;
      return [
        ...checkEnvironment([...misspelt, ...slips], env, fatal),
        checkCatalog(models, overlay, context.clock.now()),
        ...(await checkProviders(lattice, config, context)),
        checkSimulator(providers, config, fatal.length > 0),
      ];
    } finally {
      await lattice.close();
    }
  } catch (error) {
    if (LatticeError.isInstance(error) && error.code === 'LATTICE_UNKNOWN_PROVIDER') throw error;
    return [...configurationProblems(error), unchecked('providers')];
  }
}

function unchecked(check: string): Finding {
  return { check, state: 'note', message: 'not checked: the configuration has to be good first', remedy: null };
}

/** More providers than these that are not configured share a row: seventeen are not worth seventeen. */
const fewProviders = 3;

function isUnconfigured({ details }: Finding): boolean {
  return details?.['configured'] === false;
}

/** For people: providers that are not configured in one row, with what each needs. */
function gathered(findings: readonly Finding[]): readonly Finding[] {
  const unconfigured = findings.filter(isUnconfigured);
  const first = unconfigured[0];
  if (first === undefined || unconfigured.length <= fewProviders) return findings;
  const names = unconfigured.map(({ details }) => `${details?.['provider']} (${details?.['needs']})`).join(', ');
  const row: Finding = {
    check: 'other providers',
    state: 'note',
    message: `not configured: ${names}`,
    remedy: 'Set the variable that stands beside the one you want, or let "lattice init" ask for it.',
  };
  return findings.flatMap((finding) => {
    if (finding === first) return [row];
    return isUnconfigured(finding) ? [] : [finding];
  });
}

const columns = [{ title: 'STATE' }, { title: 'CHECK' }, { title: 'FOUND' }];

function tableOf(findings: readonly Finding[], { out }: Invocation): readonly string[] {
  const { paint } = out;
  const paints: Readonly<Record<FindingState, (text: string) => string>> = {
    ok: paint.green,
    note: paint.dim,
    warning: paint.yellow,
    problem: paint.red,
  };
  const taken = 'problem'.length + Math.max(...findings.map(({ check }) => check.length), 5) + 4;
  // A pipe gets whole lines, however long.
  const room = out.isTerminal ? Math.max(30, out.columns - taken) : Infinity;
  const rows = findings.flatMap(({ check, state, message, remedy }) => {
    const [first = '', ...rest] = wrapWords(escapeLine(message), room);
    const advice = remedy === null ? [] : wrapWords(`-> ${escapeLine(remedy)}`, room);
    return [[paints[state](state), check, first], ...[...rest, ...advice].map((line) => ['', '', line])];
  });
  return formatTable(columns, rows, { columns: Infinity, title: paint.bold });
}

function summaryOf(problems: number, warnings: number, { err: { paint } }: Invocation): string {
  const count = (number: number, name: string) => `${number} ${name}${number === 1 ? '' : 's'}`;
  if (problems > 0) return paint.red(`${count(problems, 'problem')}, ${count(warnings, 'warning')}.`);
  return warnings > 0 ? paint.yellow(`No problem, ${count(warnings, 'warning')}.`) : paint.green('All is well.');
}

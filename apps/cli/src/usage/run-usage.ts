import {
  LatticeError,
  type ApiKeyRecord,
  type ApiKeyStore,
  type LedgerFilter,
  type LedgerGrouping,
} from '@lattice-lock/contract';
import { hasStorage, openCommandStorage } from '../command-storage.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { formatCost, formatCount } from '../terminal/figures.ts';
import { formatTable, type TableColumn } from '../terminal/table.ts';
import { parseEndInstant, parsePastInstant } from '../terminal/time-span.ts';
import { UsageError } from '../usage-error.ts';
import { usageCsv } from './usage-csv.ts';
import {
  createUsageReport,
  emptyUsageReport,
  sectionJson,
  type UsageReport,
  type UsageSection,
} from './usage-report.ts';

/** Flags of `lattice usage`. */
export interface UsageFlags {
  readonly by: LedgerGrouping;
  readonly since?: string;
  readonly until?: string;
  readonly key?: string;
  readonly csv?: boolean;
  readonly json?: boolean;
}

/** Adds up what the data directory's ledger holds. */
export async function runUsage(flags: UsageFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, err } = invocation;
  const period = periodOf(flags, context.clock.now());
  const config = await loadCommandConfig(invocation);
  if (!hasStorage(config)) {
    const isData = flags.json === true || flags.csv === true;
    if (isData) show(emptyUsageReport, { flags, period, keys: [], source: config.dataDir }, invocation);
    else err.line(`Nothing was used yet: there is no data directory ${config.dataDir}.`);
    return exitCodes.ok;
  }
  const storage = await openCommandStorage(config);
  try {
    const keys = await storage.apiKeys.list();
    const filter: LedgerFilter = {
      ...period,
      ...(flags.key === undefined ? {} : { apiKeyId: keyIdOf(keys, flags.key) }),
    };
    const report = await createUsageReport(storage.ledger, flags.by, filter);
    show(report, { flags, period, keys, source: storage.file }, invocation);
    return exitCodes.ok;
  } finally {
    await storage.close();
  }
}

type Period = Pick<LedgerFilter, 'fromMs' | 'untilMs'>;

function periodOf({ since, until }: UsageFlags, nowMs: number): Period {
  const fromMs = since === undefined ? undefined : parsePastInstant('--since', since, nowMs);
  const untilMs = until === undefined ? undefined : parseEndInstant('--until', until, nowMs);
  if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs) {
    throw new UsageError('--until is not after --since: nothing lies between them.');
  }
  return { ...(fromMs === undefined ? {} : { fromMs }), ...(untilMs === undefined ? {} : { untilMs }) };
}

type Keys = Awaited<ReturnType<ApiKeyStore['list']>>;

function keyIdOf(keys: Keys, wanted: string): string {
  const isMatch = ({ id, name, prefix }: ApiKeyRecord) => id === wanted || name === wanted || prefix.startsWith(wanted);
  const exact = keys.filter(({ id }) => id === wanted);
  const matches = exact.length > 0 ? exact : keys.filter(isMatch);
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return match.id;
  const reason =
    match === undefined
      ? 'No API key has this id, name or beginning'
      : 'Several API keys are called or begin like this';
  throw new LatticeError('LATTICE_NOT_FOUND', `${reason}; see: lattice keys list`, {
    suggestions: matches.map(({ id }) => id),
  });
}

interface Shown {
  readonly flags: UsageFlags;
  readonly period: Period;
  readonly keys: Keys;
  readonly source: string;
}

function show(report: UsageReport, { flags, period, keys, source }: Shown, { out, err }: Invocation): void {
  const [since, until] = [isoInstant(period.fromMs), isoInstant(period.untilMs)];
  const { real, simulated } = report;
  if (flags.json === true) {
    out.json({ by: flags.by, since, until, real: sectionJson(real), simulated: sectionJson(simulated) });
    return;
  }
  const label = (group: string) => (flags.by === 'api-key' ? keyLabel(keys, group) : group);
  if (flags.csv === true) {
    out.write(usageCsv(report, flags.by, label));
    return;
  }
  if (real.rows.length === 0 && simulated.rows.length === 0) {
    const when = `${since === null ? '' : ` since ${since}`}${until === null ? '' : ` until ${until}`}`;
    err.line(`Nothing was used${when === '' ? ' yet' : when}, by the ledger in ${source}.`);
    return;
  }
  const write = (section: UsageSection, cost: string) => {
    for (const line of sectionLines(section, flags.by, label, cost, out.paint.bold)) out.line(line);
  };
  if (real.rows.length > 0) write(real, 'COST');
  if (simulated.rows.length === 0) return;
  if (real.rows.length > 0) out.line();
  out.line(out.paint.yellow('Answered by the simulator; nothing was charged:'));
  write(simulated, 'LIST PRICE');
}

function isoInstant(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function keyLabel(keys: Keys, id: string): string {
  if (id === '') return '(this machine)';
  const key = keys.find((one) => one.id === id);
  return key === undefined ? id : `${key.name} (${key.prefix}…)`;
}

function sectionLines(
  section: UsageSection,
  by: LedgerGrouping,
  label: (group: string) => string,
  costTitle: string,
  title: (text: string) => string,
): readonly string[] {
  const columns: readonly TableColumn[] = [
    { title: by.toUpperCase() },
    ...['REQUESTS', 'CALLS', 'TOKENS IN', 'CACHED', 'TOKENS OUT', costTitle].map((name) => ({
      title: name,
      align: 'right' as const,
    })),
  ];
  const row = (group: string, { requests, entries, usage, cost }: UsageSection['total']) => [
    group,
    formatCount(requests),
    formatCount(entries),
    formatCount(usage.inputTokens),
    formatCount(usage.cachedInputTokens),
    formatCount(usage.outputTokens),
    formatCost(cost),
  ];
  const rows = [...section.rows.map((one) => row(label(one.group), one)), row('total', section.total)];
  return [...formatTable(columns, rows, { columns: Infinity, title }), ...unknownLines(section)];
}

function unknownLines({ unknown, total }: UsageSection): readonly string[] {
  if (unknown.length === 0) return [];
  const models = unknown.map(({ model, entries }) => `${model} (${entries})`).join(', ');
  const count = total.cost.unknownEntries;
  return [`The cost of ${count} ${count === 1 ? 'call' : 'calls'} is unknown and not in the total: ${models}.`];
}

import { existsSync } from 'node:fs';
import {
  LatticeError,
  type ApiKeyRecord,
  type ApiKeyStore,
  type LedgerFilter,
  type LedgerGrouping,
} from '@lattice-lock/contract';
import { openCommandStorage } from '../command-storage.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { formatCost, formatCount } from '../terminal/figures.ts';
import { formatTable, type TableColumn } from '../terminal/table.ts';
import { parsePastInstant } from '../terminal/time-span.ts';
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
  readonly key?: string;
  readonly json?: boolean;
}

/** Adds up what the data directory's ledger holds. */
export async function runUsage(flags: UsageFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, err } = invocation;
  const fromMs = flags.since === undefined ? undefined : parsePastInstant('--since', flags.since, context.clock.now());
  const config = await loadCommandConfig(invocation);
  // A look at the books must not begin new ones.
  if (!existsSync(config.dataDir)) {
    if (flags.json === true) show(emptyUsageReport, { flags, fromMs, keys: [], source: config.dataDir }, invocation);
    else err.line(`Nothing was used yet: there is no data directory ${config.dataDir}.`);
    return exitCodes.ok;
  }
  const storage = await openCommandStorage(config);
  try {
    const keys = await storage.apiKeys.list();
    const filter: LedgerFilter = {
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(flags.key === undefined ? {} : { apiKeyId: keyIdOf(keys, flags.key) }),
    };
    const report = await createUsageReport(storage.ledger, flags.by, filter);
    show(report, { flags, fromMs, keys, source: storage.file }, invocation);
    return exitCodes.ok;
  } finally {
    await storage.close();
  }
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
  readonly fromMs: number | undefined;
  readonly keys: Keys;
  readonly source: string;
}

function show(report: UsageReport, { flags, fromMs, keys, source }: Shown, { out, err }: Invocation): void {
  const since = fromMs === undefined ? null : new Date(fromMs).toISOString();
  if (flags.json === true) {
    out.json({ by: flags.by, since, real: sectionJson(report.real), simulated: sectionJson(report.simulated) });
    return;
  }
  const { real, simulated } = report;
  if (real.rows.length === 0 && simulated.rows.length === 0) {
    err.line(`Nothing was used${since === null ? ' yet' : ` since ${since}`}, by the ledger in ${source}.`);
    return;
  }
  const label = (group: string) => (flags.by === 'api-key' ? keyLabel(keys, group) : group);
  const write = (section: UsageSection, cost: string) => {
    for (const line of sectionLines(section, flags.by, label, cost, out.paint.bold)) out.line(line);
  };
  if (real.rows.length > 0) write(real, 'COST');
  if (simulated.rows.length === 0) return;
  if (real.rows.length > 0) out.line();
  out.line(out.paint.yellow('Answered by the simulator; nothing was charged:'));
  write(simulated, 'LIST PRICE');
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

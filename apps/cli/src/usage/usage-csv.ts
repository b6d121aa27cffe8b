import { usdFromNano, type LedgerGrouping, type Usage } from '@lattice-lock/contract';
import type { UsageReport, UsageSection } from './usage-report.ts';

const usageColumns: readonly (readonly [title: string, field: keyof Usage])[] = [
  ['input_tokens', 'inputTokens'],
  ['cached_input_tokens', 'cachedInputTokens'],
  ['cache_write_tokens', 'cacheWriteTokens'],
  ['output_tokens', 'outputTokens'],
  ['reasoning_tokens', 'reasoningTokens'],
];

/** What a spreadsheet would run as a formula (OWASP, CSV injection); key names are the users' own words. */
const formulaStart = /^[=+\-@\t\r]/;

/** A field of RFC 4180. */
function field(text: string): string {
  const inert = formulaStart.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}

type Summed = UsageSection['total'];

function line(simulated: boolean, row: 'group' | 'total', group: string, summed: Summed): string {
  const { requests, entries, usage, cost } = summed;
  const isUnknown = cost.nanoUsd === 0n && cost.unknownEntries > 0 && cost.unknownEntries === entries;
  return [
    ...[String(simulated), row, field(group)],
    ...[String(requests), String(entries)],
    ...usageColumns.map(([, name]) => String(usage[name] ?? '')),
    isUnknown ? '' : usdFromNano(cost.nanoUsd),
    String(cost.unknownEntries),
  ].join(',');
}

/**
 * The report as CSV with exact figures: a line for each group and one, `total`, for each section that has any. What is
 * not known is empty; how many calls have an unknown cost stands in the last column.
 */
export function usageCsv(report: UsageReport, by: LedgerGrouping, label: (group: string) => string): string {
  const titles = usageColumns.map(([title]) => title);
  const name = by.replace('-', '_');
  const head = ['simulated', 'row', name, 'requests', 'calls', ...titles, 'cost_usd', 'unknown_cost_calls'];
  const section = ({ rows, total }: UsageSection, simulated: boolean) => [
    ...rows.map((row) => line(simulated, 'group', label(row.group), row)),
    ...(rows.length > 0 ? [line(simulated, 'total', '', total)] : []),
  ];
  const lines = [head.join(','), ...section(report.real, false), ...section(report.simulated, true)];
  return `${lines.join('\n')}\n`;
}

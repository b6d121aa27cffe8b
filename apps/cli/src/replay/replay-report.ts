import { formatModelRef, usdFromNano } from '@lattice-lock/contract';
import { explainDifference, type ReplayCost, type ReplayedDecision, type ReplayReport } from '@lattice-lock/selection';
import type { Invocation } from '../invocation.ts';
import { formatCost, formatCount, formatUsd } from '../terminal/figures.ts';
import { formatTable, type TableColumn } from '../terminal/table.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { wrapWords } from '../terminal/word-wrap.ts';

/** How many changes are shown to people; `--json` has them all. */
const shownChanges = 20;

/** The report as data: exact figures, each change with its reason. */
export function replayJson(report: ReplayReport) {
  const cost = (nanoUsd: ReplayCost) => (nanoUsd === null ? null : usdFromNano(nanoUsd));
  const total = ({ nanoUsd, unknownEntries }: ReplayReport['before']) => ({
    usd: usdFromNano(nanoUsd),
    unknown: unknownEntries,
  });
  return {
    decisions: report.decisions.length,
    unchanged: report.unchanged,
    changed: report.changed,
    impossible: report.impossible,
    inexact: report.decisions.filter((one) => !one.isExact).length,
    before: total(report.before),
    after: total(report.after),
    changes: changesOf(report).map((one) => ({
      decisionId: one.decision.id,
      requestId: one.decision.requestId,
      createdAt: one.decision.createdAt,
      requested: one.decision.requested,
      task: one.decision.profile.kind,
      before: formatModelRef(one.decision.chosen),
      after: one.now === null ? null : formatModelRef(one.now.chosen),
      reason: reasonOf(one),
      exact: one.isExact,
      cost: { by: one.cost.by, beforeUsd: cost(one.cost.before), afterUsd: cost(one.cost.after) },
    })),
  };
}

/** Writes the report for people. */
export function writeReplay(report: ReplayReport, { out, err }: Invocation): void {
  const { decisions, changed, unchanged, impossible, before, after } = report;
  const none = impossible === 0 ? '' : `, ${formatCount(impossible)} of them could not be answered`;
  out.line(
    `${formatCount(decisions.length)} decisions: ${formatCount(changed)} would change${none}; ${formatCount(unchanged)} stay.`,
  );
  out.line(`Cost: ${formatCost(before)} then, ${formatCost(after)} now.`);
  const changes = changesOf(report);
  if (changes.length > 0) {
    out.line();
    const shown = changes.slice(0, shownChanges);
    const [title = '', ...rows] = formatTable(columns, shown.map(rowOf), {
      columns: out.columns,
      title: out.paint.bold,
    });
    out.line(title);
    for (const [index, one] of shown.entries()) {
      out.line(rows[index]);
      for (const line of wrapWords(escapeLine(reasonOf(one)), out.columns - 2)) out.line(out.paint.dim(`  ${line}`));
    }
  }
  if (changes.length > shownChanges) {
    out.line(out.paint.dim(`and ${formatCount(changes.length - shownChanges)} more; --json has them all`));
  }
  const inexact = decisions.filter((one) => !one.isExact).length;
  if (inexact > 0) {
    const what = inexact === 1 ? 'One decision was' : `${formatCount(inexact)} decisions were`;
    err.line(`${what} stored without the caller's constraints, which are not asked here.`);
  }
}

const columns: readonly TableColumn[] = [
  { title: 'WHEN' },
  { title: 'TASK' },
  { title: 'THEN', isFlexible: true },
  { title: 'NOW', isFlexible: true },
  { title: 'COST THEN', align: 'right' },
  { title: 'NOW', align: 'right' },
];

function changesOf({ decisions }: ReplayReport): readonly ReplayedDecision[] {
  return decisions.filter((one) => one.isChanged);
}

function rowOf({ decision, now, cost }: ReplayedDecision): readonly string[] {
  return [
    decision.createdAt.slice(0, 16).replace('T', ' '),
    decision.profile.kind,
    escapeLine(formatModelRef(decision.chosen)),
    now === null ? 'none' : escapeLine(formatModelRef(now.chosen)),
    costText(cost.before),
    now === null ? '-' : costText(cost.after),
  ];
}

function costText(nanoUsd: ReplayCost): string {
  return nanoUsd === null ? 'unknown' : formatUsd(nanoUsd);
}

function reasonOf({ decision, now, error }: ReplayedDecision): string {
  return now === null ? (error?.message ?? '') : explainDifference(decision, now);
}

import { formatModelRef, type Decision, type ScoreTerm } from '@lattice-lock/contract';
import { explainDifference } from '@lattice-lock/selection';
import type { Invocation } from '../invocation.ts';
import { formatTable, type TableColumn } from '../terminal/table.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { wrapWords } from '../terminal/word-wrap.ts';

/** A decision and the configuration that made it; an error where no model could be chosen. */
export interface ComparedDecision {
  /** The file as it was given. */
  readonly file: string;
  readonly decision: Decision | null;
  readonly error: string | null;
}

type Both = readonly [ComparedDecision, ComparedDecision];

/** The comparison as data. */
export function comparisonJson([first, second]: Both) {
  return { first, second, difference: differenceOf(first, second) };
}

/** Two decisions side by side, and why they differ. */
export function writeComparison(both: Both, { out }: Invocation): void {
  const [first, second] = both;
  const columns: readonly TableColumn[] = [
    { title: '' },
    { title: escapeLine(first.file), isFlexible: true },
    { title: escapeLine(second.file), isFlexible: true },
  ];
  const rows = rowNames.map((name) => [name, ...both.map((one) => escapeLine(cellOf(name, one)))]);
  for (const line of formatTable(columns, rows, { columns: out.columns, title: out.paint.bold })) out.line(line);
  out.line();
  for (const line of wrapWords(escapeLine(differenceOf(first, second)), out.columns)) out.line(line);
}

const rowNames = [
  'model',
  'score',
  'fit',
  'cost',
  'latency',
  'reliability',
  'guide',
  'route',
  'expected cost',
  'lead',
  'fallbacks',
  'candidates',
] as const;

function cellOf(name: (typeof rowNames)[number], { decision, error }: ComparedDecision): string {
  if (decision === null) return name === 'model' ? `none: ${error ?? ''}` : '-';
  const ranked = decision.candidates.filter((one) => one.status === 'ranked');
  const chosen = ranked.find(({ model }) => formatModelRef(model) === formatModelRef(decision.chosen));
  switch (name) {
    case 'model':
      return formatModelRef(decision.chosen);
    case 'score':
      return chosen?.score.toFixed(3) ?? '-';
    case 'expected cost':
      return typeof chosen?.expectedCostUsd === 'string' ? `$${chosen.expectedCostUsd}` : 'unknown';
    case 'lead':
      return decision.margin === null ? '-' : decision.margin.toFixed(3);
    case 'fallbacks':
      return decision.chain.slice(1).map(formatModelRef).join(', ') || 'none';
    case 'candidates':
      return `${ranked.length} of ${decision.candidates.length}`;
    case 'guide':
      return decision.guide?.map(({ rule, place }) => `${rule} ${place}`).join(', ') ?? '-';
    case 'route':
      return decision.route === undefined ? '-' : `${decision.route.name} ${decision.route.score.toFixed(3)}`;
    default:
      return termText(chosen?.terms.find((term) => term.name === name));
  }
}

/** `0.81 x 0.40 = 0.324` */
function termText(term: ScoreTerm | undefined): string {
  if (term === undefined) return '-';
  return `${term.value.toFixed(2)} x ${term.weight.toFixed(2)} = ${term.contribution.toFixed(3)}`;
}

function differenceOf(first: ComparedDecision, second: ComparedDecision): string {
  if (first.decision === null || second.decision === null) {
    const failed = first.decision === null ? first : second;
    return `${failed.file} leaves no model: ${failed.error ?? ''}`;
  }
  const reason = explainDifference(first.decision, second.decision);
  return reason === '' ? 'Both choose the same model.' : `They differ: ${reason}.`;
}

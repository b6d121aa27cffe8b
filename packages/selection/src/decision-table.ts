import { formatModelRef, type CandidateExplanation } from '@lattice-lock/contract';
import { displayWidth, padTo, printable } from './text-width.ts';

/** A candidate that has a score. */
export type RankedCandidate = Extract<CandidateExplanation, { readonly status: 'ranked' }>;

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** The column with the largest rank goes first where the terminal is too narrow; 0 stays. */
  readonly dropRank: number;
  cell(candidate: RankedCandidate): string;
}

const term = (name: 'fit' | 'cost' | 'latency' | 'reliability') => (candidate: RankedCandidate) =>
  (candidate.terms.find((one) => one.name === name)?.value ?? 0).toFixed(2);

const columnsOfTable: readonly Column[] = [
  { title: '#', align: 'right', dropRank: 0, cell: (candidate) => String(candidate.rank) },
  { title: 'model', align: 'left', dropRank: 0, cell: (candidate) => printable(formatModelRef(candidate.model)) },
  { title: 'score', align: 'right', dropRank: 0, cell: (candidate) => candidate.score.toFixed(3) },
  { title: 'fit', align: 'right', dropRank: 2, cell: term('fit') },
  { title: 'cost', align: 'right', dropRank: 3, cell: term('cost') },
  { title: 'latency', align: 'right', dropRank: 4, cell: term('latency') },
  { title: 'reliability', align: 'right', dropRank: 5, cell: term('reliability') },
  { title: 'expected', align: 'right', dropRank: 1, cell: (candidate) => expectedCost(candidate) },
];

const gap = 2;
const leastModelColumns = 12;

/** Ranked candidates as an aligned table of at most so many columns: what does not fit is left out, names are cut last. */
export function candidateTable(candidates: readonly RankedCandidate[], columns: number): readonly string[] {
  let shown = columnsOfTable;
  while (leastWidth(shown, candidates) > columns && shown.some((column) => column.dropRank > 0)) {
    const last = Math.max(...shown.map((column) => column.dropRank));
    shown = shown.filter((column) => column.dropRank !== last);
  }
  const widths = shown.map((column) => naturalWidth(column, candidates));
  const overflow = totalWidth(widths) - columns;
  const model = shown.findIndex((column) => column.title === 'model');
  if (overflow > 0) widths[model] = Math.max(1, (widths[model] ?? 1) - overflow);

  const line = (cells: readonly string[]) =>
    cells.map((cell, index) => padTo(cell, widths[index] ?? 1, shown[index]?.align ?? 'left')).join(' '.repeat(gap));
  return [
    line(shown.map((column) => column.title)),
    ...candidates.map((candidate) => line(shown.map((column) => column.cell(candidate)))),
  ].map((text) => text.trimEnd());
}

function naturalWidth(column: Column, candidates: readonly RankedCandidate[]): number {
  return Math.max(displayWidth(column.title), ...candidates.map((candidate) => displayWidth(column.cell(candidate))));
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
}

/** The width with names cut as far as they may be while there are columns to drop. */
function leastWidth(columns: readonly Column[], candidates: readonly RankedCandidate[]): number {
  return totalWidth(
    columns.map((column) => {
      const width = naturalWidth(column, candidates);
      return column.title === 'model' ? Math.min(width, leastModelColumns) : width;
    }),
  );
}

/** `$0.0021`: four significant digits of the exact figure. */
export function expectedCost(candidate: RankedCandidate): string {
  if (candidate.expectedCostUsd === null) return 'unknown';
  return `$${shortDecimal(candidate.expectedCostUsd)}`;
}

function shortDecimal(decimal: string): string {
  const value = Number(decimal);
  if (value === 0) return '0';
  const digits = value >= 1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(value)));
  return value
    .toFixed(digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

import { stripVTControlCharacters } from 'node:util';
import { displayWidth, truncate } from '@lattice-lock/selection';

/** A column of a table. */
export interface TableColumn {
  readonly title: string;
  /** Numbers stand right. */
  readonly align?: 'left' | 'right';
  /** Shortened first when the table is too wide. */
  readonly isFlexible?: boolean;
}

const gap = '  ';
const narrowest = 12;

/** How many columns a text takes: wide characters two, colours none. */
export function textWidth(cell: string): number {
  return displayWidth(stripVTControlCharacters(cell));
}

function pad(cell: string, to: number, align: TableColumn['align']): string {
  const space = ' '.repeat(Math.max(0, to - textWidth(cell)));
  return align === 'right' ? space + cell : cell + space;
}

function shorten(cell: string, to: number): string {
  return textWidth(cell) <= to ? cell : truncate(stripVTControlCharacters(cell), to);
}

/** Lines of a table: titles, then rows, columns apart by two spaces. Flexible columns shrink until it fits `columns`. */
export function formatTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  options: { readonly columns: number; readonly title?: (text: string) => string },
): readonly string[] {
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) => Math.max(...[titles, ...rows].map((row) => textWidth(row[index] ?? ''))));
  let excess = widths.reduce((sum, one) => sum + one, 0) + gap.length * (columns.length - 1) - options.columns;
  for (const [index, column] of columns.entries()) {
    if (!column.isFlexible || excess <= 0) continue;
    const full = widths[index] ?? 0;
    const cut = Math.min(excess, Math.max(0, full - narrowest));
    widths[index] = full - cut;
    excess -= cut;
  }
  const line = (row: readonly string[]) =>
    columns
      .map(({ align, isFlexible }, index) => {
        const cell = row[index] ?? '';
        return pad(isFlexible ? shorten(cell, widths[index] ?? 0) : cell, widths[index] ?? 0, align);
      })
      .join(gap)
      .trimEnd();
  return [(options.title ?? ((text) => text))(line(titles)), ...rows.map(line)];
}

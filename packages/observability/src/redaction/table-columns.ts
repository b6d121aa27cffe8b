import type { RedactionSpans } from './redaction-spans.ts';
import { isPlaceholder } from './secret-guards.ts';
import { nameKind } from './secret-names.ts';

const lineBreak = /\n|\\n/g;
const delimiters = [',', ';', '\t', '|'] as const;
const columnName = /^[ ]?["']?[A-Za-z_][A-Za-z0-9_ .-]{0,39}["']?[ ]?$/;

interface Line {
  readonly start: number;
  readonly end: number;
}

interface Header {
  readonly delimiter: string;
  readonly columns: number;
  readonly secrets: readonly number[];
}

/** Marks the columns of a table in CSV or a kin of it whose heading says that they are secret. */
export function findTableColumns(spans: RedactionSpans): void {
  const lines = linesOf(spans.text);
  let header: Header | null = null;
  for (const line of lines) {
    const found: Header | null = headerOf(spans.text.slice(line.start, line.end));
    if (found !== null) header = found;
    else if (header !== null) markRow(spans, line, header);
  }
}

function linesOf(text: string): readonly Line[] {
  lineBreak.lastIndex = 0;
  const lines: Line[] = [];
  let start = 0;
  for (let match = lineBreak.exec(text); match !== null; match = lineBreak.exec(text)) {
    lines.push({ start, end: lineEnd(text, start, match.index) });
    start = lineBreak.lastIndex;
  }
  if (lines.length > 0) lines.push({ start, end: text.length });
  return lines;
}

/** A carriage return and the backslashes of an escape do not belong to the line. */
function lineEnd(text: string, start: number, end: number): number {
  let last = end;
  while (last > start && '\\\r'.includes(text.charAt(last - 1))) last -= 1;
  if (text.charAt(last - 1) !== 'r' || text.charAt(last - 2) !== '\\') return last;
  last -= 2;
  while (last > start && text.charAt(last - 1) === '\\') last -= 1;
  return Math.max(start, last);
}

/** A heading stands at the end of its line: `upload: user,password`, `{"csv":"user,password`. */
function headerOf(line: string): Header | null {
  const heading = line.slice(
    Math.max(line.lastIndexOf(': '), line.lastIndexOf(':"') + 1, line.lastIndexOf('="') + 1) + 1,
  );
  for (const delimiter of delimiters) {
    if (!heading.includes(delimiter)) continue;
    const columns = heading.split(delimiter);
    const secrets = columns.flatMap((column, index) => (isSecretColumn(column) ? [index] : []));
    if (secrets.length > 0 && columns.every((column) => columnName.test(column))) {
      return { delimiter, columns: columns.length, secrets };
    }
  }
  return null;
}

function isSecretColumn(column: string): boolean {
  const kind = nameKind(column.replace(/["']/g, '').trim());
  return kind === 'secret' || kind === 'code' || kind === 'credential';
}

function markRow(spans: RedactionSpans, line: Line, header: Header): void {
  const cells = spans.text.slice(line.start, line.end).split(header.delimiter);
  if (cells.length < header.columns) return;
  let start = line.start;
  for (const [index, cell] of cells.entries()) {
    if (header.secrets.includes(index)) markCell(spans, start, cell);
    start += cell.length + header.delimiter.length;
  }
}

function markCell(spans: RedactionSpans, start: number, cell: string): void {
  const content = /^[ ]{0,4}["']?([^\s"'\\{}[\]]{1,512})/.exec(cell);
  const value = content?.[1] ?? '';
  if (content === null || isPlaceholder(value)) return;
  const end = start + content[0].length;
  spans.add(end - value.length, end);
}

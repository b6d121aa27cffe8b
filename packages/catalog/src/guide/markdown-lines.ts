import type { TextSpan } from './guide-text.ts';

/** A line of Markdown as far as a guide needs to know it. Columns and lines count from 1. */
export type MarkdownLine = { readonly line: number } & (
  | { readonly type: 'heading'; readonly level: number; readonly title: TextSpan }
  | { readonly type: 'bullet'; readonly indent: number; readonly item: TextSpan }
  | { readonly type: 'row'; readonly cells: readonly TextSpan[]; readonly isRule: boolean }
  | { readonly type: 'fence'; readonly item: TextSpan }
  | { readonly type: 'text'; readonly item: TextSpan }
  | { readonly type: 'unclosed'; readonly what: 'code block' | 'comment'; readonly item: TextSpan }
);

/**
 * The lines of a Markdown text: headings, bullets, rows of tables, code blocks and text. Comments are left out, the
 * columns of what stands around them stay.
 */
export function readMarkdownLines(source: string): readonly MarkdownLine[] {
  const lines: MarkdownLine[] = [];
  const { text, unclosedAt } = blankComments(source.replace(/^\uFEFF/, ''));
  const written = (unclosedAt === -1 ? text : text.slice(0, unclosedAt)).split(/\r\n|\n|\r/);
  let fence: { readonly mark: string; readonly line: number; readonly column: number } | null = null;
  for (const [index, raw] of written.entries()) {
    const line = index + 1;
    const mark = /^(\s{0,3})(`{3,}|~{3,})/.exec(raw);
    if (fence !== null) {
      if (mark !== null && mark[2]?.startsWith(fence.mark) && raw.trim() === mark[2]) fence = null;
      continue;
    }
    if (mark?.[2] !== undefined) {
      const column = (mark[1]?.length ?? 0) + 1;
      fence = { mark: mark[2], line, column };
      lines.push({ type: 'fence', line, item: { text: mark[2], column } });
    } else if (isUnderline(raw) && lines.at(-1)?.type === 'text' && lines.at(-1)?.line === line - 1) {
      const above = lines.pop() as MarkdownLine & { readonly type: 'text' };
      lines.push({ type: 'heading', line: above.line, level: raw.includes('=') ? 1 : 2, title: above.item });
    } else {
      const read = readLine(raw, line);
      if (read !== null) lines.push(read);
    }
  }
  if (fence !== null) {
    const { mark, line, column } = fence;
    lines.push({ type: 'unclosed', what: 'code block', line, item: { text: mark, column } });
  }
  if (unclosedAt !== -1) {
    const before = text.slice(0, unclosedAt).split(/\r\n|\n|\r/);
    const item = { text: '<!--', column: (before.at(-1)?.length ?? 0) + 1 };
    lines.push({ type: 'unclosed', what: 'comment', line: before.length, item });
  }
  return lines;
}

function readLine(raw: string, line: number): MarkdownLine | null {
  if (raw.trim() === '') return null;
  const heading = /^( {0,3})(#{1,6})(?=\s|$)\s*(.*?)(?:\s+#+)?\s*$/.exec(raw);
  if (heading !== null) {
    const title = heading[3] ?? '';
    const column = raw.indexOf(title, (heading[1]?.length ?? 0) + (heading[2]?.length ?? 0)) + 1;
    return { type: 'heading', line, level: heading[2]?.length ?? 1, title: { text: title, column } };
  }
  if (/^ {0,3}([-*_])(?:\s*\1){2,}\s*$/.test(raw)) return null;
  const bullet = /^(\s*)(?:[-*+\u2022]|\d{1,9}[.)])\s+(?=\S)/u.exec(raw);
  if (bullet !== null) {
    const start = bullet[0].length;
    const item = { text: raw.slice(start).trimEnd(), column: start + 1 };
    return { type: 'bullet', line, indent: indentOf(bullet[1] ?? ''), item };
  }
  if (raw.trim().startsWith('|')) return readRow(raw, line);
  const text = raw.trim();
  return { type: 'text', line, item: { text, column: raw.indexOf(text) + 1 } };
}

function indentOf(space: string): number {
  return space.replaceAll('\t', '    ').length;
}

function isUnderline(raw: string): boolean {
  return /^ {0,3}(?:=+|-{2,})\s*$/.test(raw);
}

function readRow(raw: string, line: number): MarkdownLine {
  const cells: TextSpan[] = [];
  const body = raw.trimEnd();
  let from = raw.indexOf('|') + 1;
  for (let at = from; at <= body.length; at += 1) {
    const isEnd = at === body.length;
    if (!isEnd && (body[at] !== '|' || body[at - 1] === '\\')) continue;
    const cell = body.slice(from, at);
    const isLastEmpty = isEnd && cell.trim() === '';
    if (!isLastEmpty) cells.push({ text: cell.trim(), column: from + cell.length - cell.trimStart().length + 1 });
    from = at + 1;
  }
  return { type: 'row', line, cells, isRule: cells.length > 0 && cells.every(({ text }) => /^:?-+:?$/.test(text)) };
}

/** Comments become spaces; one that is not closed stays, and where it begins is told (-1: none). */
function blankComments(source: string): { readonly text: string; readonly unclosedAt: number } {
  const text = source.replaceAll(/<!--[\s\S]*?-->/g, (comment) => comment.replaceAll(/[^\r\n]/g, ' '));
  return { text, unclosedAt: text.indexOf('<!--') };
}

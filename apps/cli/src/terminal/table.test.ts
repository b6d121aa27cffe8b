import { describe, expect, it } from 'vitest';
import { createPaint } from './color.ts';
import { formatTable } from './table.ts';

const columns = [{ title: 'NAME', isFlexible: true }, { title: 'COUNT', align: 'right' as const }, { title: 'NOTE' }];

describe('tables', () => {
  it('align texts left and numbers right, without trailing spaces', () => {
    const lines = formatTable(
      columns,
      [
        ['a', '5', ''],
        ['longer', '1,204', 'x'],
      ],
      { columns: 80 },
    );
    expect(lines).toEqual(['NAME    COUNT  NOTE', 'a           5', 'longer  1,204  x']);
  });

  it('measure what is seen, not the codes of colour', () => {
    const { red } = createPaint(true);
    const [, first] = formatTable(columns, [[red('ab'), '1', 'x']], { columns: 80 });
    expect(first).toBe(`${red('ab')}        1  x`);
  });

  it('count wide characters as two columns', () => {
    const rows = [
      ['鍵の名前', '1', 'x'],
      ['e\u0301t\u00e9', '2', 'x'],
      ['plain', '3', 'x'],
    ];
    expect(formatTable(columns, rows, { columns: 80 }).slice(1)).toEqual([
      '鍵の名前      1  x',
      'e\u0301t\u00e9           2  x',
      'plain         3  x',
    ]);
    const [, cut] = formatTable(columns, [['鍵'.repeat(20), '1', 'x']], { columns: 28 });
    expect(cut).toMatch(/^鍵{7}… +1 {2}x$/);
  });

  it('shorten flexible columns until the line fits', () => {
    const rows = [['a-very-long-name-that-does-not-fit-at-all', '1', 'x']];
    const lines = formatTable(columns, rows, { columns: 30 });
    expect(Math.max(...lines.map((line) => line.length))).toBe(30);
    expect(lines[1]).toMatch(/^a-very-long-[a-z-]*…\s+1 {2}x$/);
    expect(formatTable(columns, rows, { columns: Infinity })[1]).toContain('not-fit-at-all');
  });
});

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { codeLines, countProviderLines } from './provider-lines.ts';

const workspace = fileURLToPath(new URL('../../../../', import.meta.url));

describe('the lines of a provider', () => {
  it('are those that hold code', () => {
    const text =
      '/** What. */\nexport const one = 1;\n\n// Why.\n/*\n * More.\n */\nexport const two = [\n  2, // two\n];\n';
    expect(codeLines(text)).toBe(4);
  });

  it('are at most 40 of data for a vendor that speaks the common wire', () => {
    const rows = countProviderLines(workspace).filter(({ name }) => name.endsWith('row of data'));
    expect(rows.length).toBeGreaterThanOrEqual(8);
    for (const { name, lines } of rows) {
      expect(lines, name).toBeGreaterThan(5);
      expect(lines, name).toBeLessThanOrEqual(40);
    }
  });
});

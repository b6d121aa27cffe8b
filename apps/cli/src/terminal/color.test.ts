import { describe, expect, it } from 'vitest';
import { createPaint, usesColor } from './color.ts';

const terminal = { isTTY: true };

describe('colour', () => {
  it('is for terminals alone', () => {
    expect(usesColor(terminal, {}, true)).toBe(true);
    expect(usesColor({}, {}, true)).toBe(false);
    expect(usesColor(terminal, { TERM: 'dumb' }, true)).toBe(false);
  });

  it('obeys --no-color, NO_COLOR and FORCE_COLOR, in this order', () => {
    expect(usesColor(terminal, { FORCE_COLOR: '1' }, false)).toBe(false);
    expect(usesColor(terminal, { NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
    expect(usesColor(terminal, { NO_COLOR: '' }, true)).toBe(true);
    expect(usesColor({}, { FORCE_COLOR: '1' }, true)).toBe(true);
    expect(usesColor(terminal, { FORCE_COLOR: '0' }, true)).toBe(false);
  });

  it('leaves text as it is where it is off', () => {
    expect(createPaint(false).red('x')).toBe('x');
    expect(createPaint(true).red('x')).toBe('\u001b[31mx\u001b[39m');
  });
});

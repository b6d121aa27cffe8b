import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeForTerminal, escapeLine, TerminalTextStream } from './terminal-text.ts';

const dangerous = new RegExp(
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]',
);
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\r', '\n', '\u001b', '\u202e', '\u0085', 'a', '€'),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
});

describe('text of others on a terminal', () => {
  it('writes out what could take the terminal over, and keeps the rest', () => {
    expect(escapeForTerminal('a\u001b[31mb\u0007\u202ec')).toBe('a\\x1b[31mb\\x07\\u202ec');
    expect(escapeForTerminal('Grüße\tan\r\nalle 🌍\n')).toBe('Grüße\tan\nalle 🌍\n');
  });

  it('lets nothing dangerous through, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeForTerminal(text)).not.toMatch(dangerous);
      }),
    );
  });

  it('says the same in pieces as at once', () => {
    fc.assert(
      fc.property(fc.array(anyText), (pieces) => {
        const stream = new TerminalTextStream();
        const shown = pieces.map((piece) => stream.push(piece)).join('') + stream.end();
        expect(shown).toBe(escapeForTerminal(pieces.join('')));
      }),
    );
  });

  it('keeps a name or message on one line', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeLine(text)).not.toContain('\n');
      }),
    );
    expect(escapeLine('evil\r\nX-Injected: 1')).toBe('evil X-Injected: 1');
  });
});

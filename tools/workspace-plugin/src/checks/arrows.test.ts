import { describe, expect, it } from 'vitest';
import { readImports } from './arrows.ts';

describe('reading imports', () => {
  const specifiers = (text: string) => readImports('x.ts', text).map(({ specifier }) => specifier);

  it.each([
    [`import a from 'a';`, 'a'],
    [`import 'a';`, 'a'],
    [`import type { A } from 'a';`, 'a'],
    [`export { a } from 'a';`, 'a'],
    [`export * from 'a';`, 'a'],
    [`import a = require('a');`, 'a'],
    [`type A = import('a').A;`, 'a'],
    [`const a = () => import('a');`, 'a'],
    ['const a = import(`a`);', 'a'],
    [`const a = import(('a' as string));`, 'a'],
    [`const a = require('a');`, 'a'],
    ['const a = import(`a${b}`);', null],
    [`const a = import(name);`, null],
  ])('%s', (text, specifier) => {
    expect(specifiers(text)).toEqual([specifier]);
  });

  it('is not led astray by text and comments', () => {
    expect(specifiers(`// import 'a';\nconst text = "import 'b'"; const c = \`import('c')\`;`)).toEqual([]);
  });

  it('tells the line', () => {
    expect(readImports('x.ts', `\n\nexport const a = import('a');`)[0]?.line).toBe(3);
  });
});

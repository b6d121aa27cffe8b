import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import judged from './module-state.json' with { type: 'json' };
import { findModuleState } from './module-state.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const notProduct = /node_modules|out-tsc|\/dist\/|__fixtures__|\.(?:test|test-d|d)\.ts$/;

async function statesOfTree(): Promise<readonly string[]> {
  const states: string[] = [];
  for await (const file of glob('{packages,apps}/**/src/**/*.ts', {
    cwd: root,
    exclude: ['**/node_modules', '**/dist'],
  })) {
    if (notProduct.test(file)) continue;
    for (const { name } of findModuleState(file, await readFile(`${root}${file}`, 'utf8')))
      states.push(`${file} ${name}`);
  }
  return states.toSorted();
}

describe('process-wide state', () => {
  it('is registered as a Resettable, or judged one by one in module-state.json', async () => {
    const remedy = 'Register it (registerResettable of the contract), remove it, or judge it in module-state.json';
    expect(await statesOfTree(), remedy).toEqual(judged.map(({ file, name }) => `${file} ${name}`).toSorted());
    for (const { why } of judged) expect(why.length).toBeGreaterThan(20);
  });

  it.each([
    ['a variable that a function assigns', 'let last: string;\nexport function put(x: string) { last = x; }', ['last']],
    ['a variable that is read once', 'let data: A | undefined;\nconst get = () => (data ??= read());', ['data']],
    ['a counter', 'let count = 0;\nexport const next = () => ++count;', ['count']],
    ['a map', 'const cache = new Map();\nfunction put() { cache.set(1, 2); }', ['cache']],
    ['a list', 'const all: string[] = [];\nclass A { add() { all.push(""); } }', ['all']],
    ['an element', 'const table: Record<string, 1> = {};\nfunction f() { table["x"] = 1; }', ['table']],
    ['a field of an object', 'export const settings = { a: 1 };\nfunction f() { settings.a = 2; }', ['settings']],
    ['a deleted key', 'const t: Record<string, 1> = {};\nfunction f() { delete t["x"]; }', ['t']],
    ['a static field', 'class A { static instance: A; }', ['instance']],
    ['a listener of process', "process.on('exit', () => 1);", ["process.on('exit'"]],
    ['the environment', "process.env['X'] = '1';", ["process.env['X']"]],
    ['a global', '(globalThis as any).x = 1;', ['(globalThis as any).x']],
  ])('is seen: %s', (_what, text, names) => {
    expect(findModuleState('a.ts', text).map(({ name }) => name)).toEqual(names);
  });

  it.each([
    ['a constant', 'const limit = 3; function f() { return limit; }'],
    [
      'a table filled while loading',
      'const t = new Map();\nfor (const x of [1]) t.set(x, x);\nfunction f() { return t.get(1); }',
    ],
    ['a variable of a function', 'function f() { const seen = new Set(); seen.add(1); let n = 0; n += 1; }'],
    ['a field of an instance', 'class A { #all = new Map(); put() { this.#all.set(1, 2); } }'],
    ['a readonly static', 'class A { static readonly limit = 3; }'],
    ['a cursor of a regular expression', 'const word = /a/y; function f() { word.lastIndex = 2; word.exec(""); }'],
  ])('is not: %s', (_what, text) => {
    expect(findModuleState('a.ts', text)).toEqual([]);
  });
});

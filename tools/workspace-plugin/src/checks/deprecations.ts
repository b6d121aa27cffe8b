import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readRooms } from '../workspace/rooms.ts';

/** A row of DEPRECATIONS.md, or a `@deprecated` tag of a source. */
export interface Deprecation {
  /** The package and the name, e.g. `lattice-lock#GrokAPIClient`. */
  readonly name: string;
  readonly place: string;
}

const listFile = 'DEPRECATIONS.md';

/** Every `@deprecated` tag has its row in DEPRECATIONS.md, and every row its tag. */
export function checkDeprecations(workspace: string): GateResult {
  const { rows, problems } = readList(readFileSync(join(workspace, listFile), 'utf8'));
  const tags = readRooms(workspace).flatMap(({ name, folder }) =>
    globSync(`${folder}/src/**/*.ts`, { cwd: workspace })
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => readTags(name, file, readFileSync(join(workspace, file), 'utf8'))),
  );
  return {
    problems: [...problems, ...compareDeprecations(rows, tags)],
    summary: `${tags.length} tags, ${rows.length} rows`,
  };
}

/** What stands only on one side. */
export function compareDeprecations(rows: readonly Deprecation[], tags: readonly Deprecation[]): readonly string[] {
  const without = (some: readonly Deprecation[], others: readonly Deprecation[]) =>
    some.filter(({ name }) => !others.some((other) => other.name === name));
  return [
    ...without(tags, rows).map(({ name, place }) => `${place}: ${name} is @deprecated and has no row in ${listFile}`),
    ...without(rows, tags).map(({ name, place }) => `${place}: ${name} is listed, but no source says @deprecated`),
  ];
}

/** The rows of the table; the first cell reads `` `package#Name` ``, and no cell may be empty. */
export function readList(text: string): {
  readonly rows: readonly Deprecation[];
  readonly problems: readonly string[];
} {
  const rows: Deprecation[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const cells = line.split('|').map((cell) => cell.trim());
    const isRow = line.startsWith('|') && !/^\|[\s|:-]+$/.test(line) && cells[1] !== 'name';
    if (!isRow) continue;
    const place = `${listFile}:${index + 1}`;
    const name = /^`([^`#]+#[\w.]+)`$/.exec(cells[1] ?? '')?.[1];
    if (name === undefined) problems.push(`${place}: the name reads \`package#Name\`, not ${cells[1]}`);
    else rows.push({ name, place });
    if (cells.slice(2, 5).some((cell) => cell === '') || cells.length !== 6) {
      problems.push(`${place}: name, since, removed in and replacement, none of them empty`);
    }
  }
  return { rows, problems };
}

/** The names of the declarations in a source that carry `@deprecated`; members as `Owner.member`. */
export function readTags(packageName: string, file: string, text: string): readonly Deprecation[] {
  if (!text.includes('@deprecated')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found: Deprecation[] = [];
  const visit = (node: ts.Node, owner: string): void => {
    const own = nameOf(node);
    const path = own === null ? owner : `${owner === '' ? '' : `${owner}.`}${own}`;
    if (own !== null && ts.getJSDocDeprecatedTag(node) !== undefined && !isInitializer(node)) {
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      found.push({ name: `${packageName}#${path}`, place: `${file}:${line}` });
    }
    ts.forEachChild(node, (child) => visit(child, path));
  };
  visit(source, '');
  return found;
}

function nameOf(node: ts.Node): string | null {
  if (ts.isExportSpecifier(node)) return node.name.text;
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isClassElement(node) ||
    ts.isTypeElement(node);
  if (!isNamed) return null;
  return node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : null;
}

/** A tag of a declaration is found again on its initialiser. */
function isInitializer(node: ts.Node): boolean {
  return ts.isVariableDeclaration(node) && !ts.isVariableStatement(node.parent.parent);
}

if (isProgram(import.meta.url)) report('deprecations', checkDeprecations(workspaceRoot));

import { globSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readJson, readRooms, type Manifest, type Room } from '../workspace/rooms.ts';

/** floors.json: which layer may use which, and what else an import may not do. */
interface Floors {
  readonly layers: Readonly<Record<string, readonly string[]>>;
  /** The sisters (rooms beside it or on the kit's floor) that a room of a layer may use when nothing else is said. */
  readonly defaultSisters: Readonly<Record<string, readonly string[]>>;
  /** What else is said, by room. */
  readonly onlySisters: Readonly<Record<string, readonly string[]>>;
  readonly testOnly: readonly string[];
  readonly testDoorsFreeFor: readonly string[];
  readonly vendorSdk: string;
  readonly vendorSdkRooms: string;
  readonly computedImports: readonly string[];
}

interface ImportSite {
  readonly file: string;
  readonly line: number;
  /** Null: computed at run time. */
  readonly specifier: string | null;
}

const testFile = /\.test(-d)?\.ts$|\/__fixtures__\//;

/**
 * Reads every import of every room, whatever its form, and says which go where the floors do not allow. It needs no
 * project graph, so it closes what the boundary rule of Nx leaves open: packages that are not installed, circles that
 * hide the tag, computed imports, `createRequire`.
 */
export function checkArrows(root: string, files?: readonly string[]): GateResult {
  const floors = readJson<Floors>(join(root, 'tools/workspace-plugin/floors.json'));
  const rooms = readRooms(root);
  const rootManifest = readJson<Manifest>(join(root, 'package.json'));
  const judge = createJudge(floors, rooms, rootManifest);
  const sources = files ?? sourceFiles(root, rooms);
  const problems: string[] = [];
  for (const file of sources) {
    const room = roomOf(file, rooms);
    if (room === undefined) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const site of readImports(file, text)) {
      const problem = judge(room, site);
      if (problem !== null) problems.push(`${file}:${site.line}: ${problem}`);
    }
    if (/\bcreateRequire\b/.test(text) && room.layer !== 'tool') {
      problems.push(`${file}: createRequire goes around the floors: use import`);
    }
  }
  return { problems, summary: `${sources.length} files of ${rooms.length} rooms read` };
}

function sourceFiles(root: string, rooms: readonly Room[]): readonly string[] {
  return globSync(
    rooms.map(({ folder }) => `${folder}/src/**/*.ts`),
    { cwd: root, exclude: (path) => /node_modules|(^|\/)(dist|out-tsc)(\/|$)/.test(path) },
  ).toSorted();
}

function roomOf(file: string, rooms: readonly Room[]): Room | undefined {
  return rooms.find(({ folder }) => file.startsWith(`${folder}/`));
}

/** Every import, re-export, `import()`, `import type`, `import('x').T` and `require()` of a file. */
export function readImports(file: string, text: string): readonly ImportSite[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, false);
  const sites: ImportSite[] = [];
  const add = (node: ts.Node, specifier: ts.Node | undefined) => {
    const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
    let name = specifier;
    while (name !== undefined && (ts.isAsExpression(name) || ts.isParenthesizedExpression(name)))
      name = name.expression;
    sites.push({ file, line, specifier: name !== undefined && ts.isStringLiteralLike(name) ? name.text : null });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node, node.moduleSpecifier);
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) add(node, node.moduleSpecifier);
    else if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
      add(node, node.moduleReference.expression);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node, node.argument.literal);
    else if (ts.isCallExpression(node) && isImportCall(node)) add(node, node.arguments[0]);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sites;
}

function isImportCall({ expression }: ts.CallExpression): boolean {
  if (expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(expression) && expression.text === 'require';
}

type Judge = (room: Room, site: ImportSite) => string | null;

function createJudge(floors: Floors, rooms: readonly Room[], rootManifest: Manifest): Judge {
  const vendorSdk = new RegExp(floors.vendorSdk);
  const byName = new Map(rooms.map((room) => [room.name, room]));

  const judgeTarget = (room: Room, target: Room, specifier: string, isTest: boolean): string | null => {
    if (target === room) return null;
    if (!(floors.layers[room.layer] ?? []).includes(target.layer)) {
      return `layer:${room.layer} may not use layer:${target.layer} (${specifier})`;
    }
    const isSharedLayer = target.layer === 'contract' || target.layer === 'testing';
    const sisters = floors.onlySisters[room.name] ?? floors.defaultSisters[room.layer];
    if (!isSharedLayer && sisters !== undefined && !sisters.includes(target.name)) {
      return `${room.name} may not use its sister ${target.name} (floors.json)`;
    }
    if (target.doors.length > 0 && !target.doors.some((door) => door.specifier === specifier)) {
      return `${specifier} is not a door of ${target.name}`;
    }
    return isDeclared(room.manifest, target.name, isTest) ? null : undeclared(room, target.name);
  };

  const judgePackage = (room: Room, name: string, specifier: string, isTest: boolean): string | null => {
    const isFree = isTest || room.layer === 'tool';
    if (!isFree && vendorSdk.test(specifier) && !room.folder.startsWith(floors.vendorSdkRooms)) {
      return `only the rooms under ${floors.vendorSdkRooms} may name a vendor SDK (${specifier})`;
    }
    const isRootTool = isFree && isDeclared(rootManifest, name, true);
    return isRootTool || isDeclared(room.manifest, name, isTest) ? null : undeclared(room, name);
  };

  return (room, { file, specifier }) => {
    if (specifier === null) {
      const isAllowed = floors.computedImports.includes(file) || room.layer === 'tool';
      return isAllowed
        ? null
        : 'a computed import cannot be checked: name the package (or list the file in floors.json)';
    }
    const isTest = testFile.test(file);
    if (specifier.startsWith('.')) return judgeRelative(room, file, specifier);
    if (specifier.startsWith('/') || /^(file|data|https?):/.test(specifier)) return `${specifier} is no package`;
    if (specifier.startsWith('node:')) return null;
    if (isBuiltin(specifier)) return `write node:${specifier}`;
    const name = packageName(specifier);
    if (!isTest && !floors.testDoorsFreeFor.includes(room.layer) && floors.testOnly.includes(name)) {
      return `only test files of a library use ${name}`;
    }
    const target = byName.get(name);
    return target === undefined
      ? judgePackage(room, name, specifier, isTest)
      : judgeTarget(room, target, specifier, isTest);
  };
}

function judgeRelative(room: Room, file: string, specifier: string): string | null {
  const path = relative('.', resolve(dirname(file), specifier));
  if (path.startsWith(`${room.folder}/`)) return null;
  return `${specifier} leaves the room: import by package name`;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function isDeclared(manifest: Manifest, name: string, isTest: boolean): boolean {
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  return name in declared || (isTest && name in (manifest.devDependencies ?? {}));
}

function undeclared(room: Room, name: string): string {
  return `${name} is not declared in ${room.folder}/package.json`;
}

if (isProgram(import.meta.url)) report('arrows', checkArrows(workspaceRoot));

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import ts from 'typescript';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readRooms, type Room } from '../workspace/rooms.ts';

/**
 * What each package exports, by name and kind, against the list in tools/api: a change of a public door is seen in
 * review and not by accident. `--update` writes the lists anew.
 */
const snapshotFolder = 'tools/api';

/** Compares, or with `update` writes, the lists of all published rooms. */
export function checkApi(workspace: string, update = false): GateResult {
  const rooms = readRooms(workspace).filter(({ isPublished, doors }) => isPublished && doors.length > 0);
  const doorFiles = rooms.flatMap(({ doors }) => doors.map(({ sourceFile }) => join(workspace, sourceFile)));
  const program = createProgram(workspace, doorFiles);
  const problems: string[] = [];
  const folder = join(workspace, snapshotFolder);
  mkdirSync(folder, { recursive: true });
  for (const room of rooms) {
    const current = describeRoom(workspace, room, program);
    const file = join(folder, snapshotName(room));
    if (update) writeFileSync(file, current);
    else problems.push(...compareApi(room.name, existsSync(file) ? readFileSync(file, 'utf8') : '', current));
  }
  problems.push(...strayFiles(folder, rooms, update));
  return {
    problems,
    summary: `${doorFiles.length} doors of ${rooms.length} packages ${update ? 'written' : 'compared'}`,
  };
}

/** What was added and removed, a line each. */
export function compareApi(name: string, recorded: string, current: string): readonly string[] {
  const before = new Set(recorded.split('\n').filter(Boolean));
  const after = new Set(current.split('\n').filter(Boolean));
  const changes = [
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
  if (changes.length === 0) return [];
  const advice = 'if that is meant, write a changeset and run "npm run check -- api --update"';
  return [`${name} exports other names than ${snapshotFolder} says (${advice}):\n  ${changes.join('\n  ')}`];
}

function createProgram(workspace: string, files: readonly string[]): ts.Program {
  const { config } = ts.readConfigFile(join(workspace, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, workspace);
  const { composite: _composite, emitDeclarationOnly: _emit, declaration: _d, declarationMap: _map, ...rest } = options;
  return ts.createProgram([...files], { ...rest, noEmit: true });
}

function describeRoom(workspace: string, room: Room, program: ts.Program): string {
  const checker = program.getTypeChecker();
  const lines = room.doors.flatMap(({ subpath, sourceFile }) => {
    const source = program.getSourceFile(join(workspace, sourceFile));
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    const symbols = module === undefined ? [] : checker.getExportsOfModule(module);
    return symbols.map((symbol) => `${subpath} ${kindOf(checker, symbol)} ${symbol.name}`);
  });
  return `${lines.toSorted().join('\n')}\n`;
}

function kindOf(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const isTypeOnly = symbol.declarations?.some(
    (declaration) => ts.isExportSpecifier(declaration) && ts.isTypeOnlyExportDeclaration(declaration),
  );
  if (target.flags & ts.SymbolFlags.Class) return isTypeOnly ? 'type' : 'class';
  if (target.flags & ts.SymbolFlags.Function) return 'function';
  if (target.flags & ts.SymbolFlags.Variable) return 'const';
  if (target.flags & ts.SymbolFlags.Interface) return 'interface';
  return target.flags & ts.SymbolFlags.TypeAlias ? 'type' : 'other';
}

function snapshotName(room: Room): string {
  return `${room.name.replace('@lattice-lock/', '')}.txt`;
}

function strayFiles(folder: string, rooms: readonly Room[], update: boolean): readonly string[] {
  const known = new Set(rooms.map(snapshotName));
  const stray = readdirSync(folder).filter((file) => file.endsWith('.txt') && !known.has(file));
  if (update) for (const file of stray) rmSync(join(folder, file));
  return update ? [] : stray.map((file) => `${snapshotFolder}/${file} belongs to no package`);
}

if (isProgram(import.meta.url)) report('api', checkApi(workspaceRoot, process.argv.includes('--update')));

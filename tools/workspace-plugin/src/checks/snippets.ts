import { dirname, join } from 'node:path';
import ts from 'typescript';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readFences, type Fence } from '../workspace/documents.ts';

/** A snippet as a module: where it stands in the documents, line by line. */
interface SnippetModule {
  readonly fileName: string;
  readonly text: string;
  readonly place: (line: number) => string;
}

const unresolvedModule = 2307;

/** Every TypeScript example of the documents type-checks against the sources, as strictly as they do. */
export function checkSnippets(workspace: string): GateResult {
  const fences = readFences(workspace, ['ts', 'typescript']);
  return { problems: typeCheck(workspace, fences), summary: `${fences.length} examples type-checked` };
}

/** The type errors of the fences, by their line in the document. */
export function typeCheck(workspace: string, fences: readonly Fence[]): readonly string[] {
  const modules = new Map(toModules(workspace, fences).map((module) => [module.fileName, module]));
  const { config } = ts.readConfigFile(join(workspace, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, workspace);
  const { composite: _composite, emitDeclarationOnly: _emit, declaration: _d, declarationMap: _map, ...rest } = options;
  const settings = { ...rest, noEmit: true };
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile } = host;
  host.fileExists = (file) => modules.has(file) || fileExists(file);
  host.readFile = (file) => modules.get(file)?.text ?? readFile(file);
  const { getSourceFile } = host;
  host.getSourceFile = (file, languageVersion, ...others) => {
    const text = modules.get(file)?.text;
    return text === undefined
      ? getSourceFile(file, languageVersion, ...others)
      : ts.createSourceFile(file, text, languageVersion);
  };
  const program = ts.createProgram([...modules.keys()], settings, host);
  return [...modules.values()].flatMap((module) => diagnose(program, module));
}

function diagnose(program: ts.Program, { fileName, place }: SnippetModule): readonly string[] {
  const source = program.getSourceFile(fileName);
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.flatMap(({ code, start, messageText }) => {
    const message = ts.flattenDiagnosticMessageText(messageText, '\n');
    // A relative import is the reader's own file.
    if (code === unresolvedModule && /module '\.{1,2}\//.test(message)) return [];
    const line = source === undefined ? 0 : source.getLineAndCharacterOfPosition(start ?? 0).line;
    return [`${place(line)}: ${message}`];
  });
}

/** One module for each fence; a fence that imports nothing goes on where the one before it in its document ended. */
function toModules(workspace: string, fences: readonly Fence[]): readonly SnippetModule[] {
  const modules: SnippetModule[] = [];
  for (const [index, fence] of fences.entries()) {
    const previous = fences[index - 1];
    const before = modules.at(-1);
    const goesOn = !/^\s*(import|export|declare)\b/m.test(fence.code) && previous?.file === fence.file;
    const head = goesOn && before !== undefined ? `${before.text}\n{\n` : '';
    const headLines = head.split('\n').length - 1;
    const folder = join(workspace, dirname(fence.file));
    modules.push({
      fileName: join(folder, `documented-example-${index}.ts`),
      text: head === '' ? `${fence.code}export {};\n` : `${head}${fence.code}}\n`,
      place: (line) =>
        `${fence.file}:${line < headLines ? `${fence.line} (what it builds on)` : fence.line + line - headLines}`,
    });
  }
  return modules;
}

if (isProgram(import.meta.url)) report('snippets', checkSnippets(workspaceRoot));

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { listDocuments } from '../workspace/documents.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { readJson, type Manifest } from '../workspace/rooms.ts';

/** A package README has at most so many lines. */
const maxReadmeLines = 120;

const npmCommands = new Set(['ci', 'install', 'exec']);

/** Documents that lie are worse than none: links resolve, scripts that are named exist, package READMEs stay short. */
export function checkDocs(workspace: string): GateResult {
  const files = listDocuments(workspace);
  const scripts = Object.keys(readJson<Manifest>(join(workspace, 'package.json')).scripts ?? {});
  const problems = files.flatMap((file) => {
    const isThere = (target: string) => existsSync(join(workspace, dirname(file), target));
    return readDocument(file, readFileSync(join(workspace, file), 'utf8'), scripts, isThere);
  });
  return { problems, summary: `${files.length} files read` };
}

/** What is wrong in one document. */
export function readDocument(
  file: string,
  text: string,
  scripts: readonly string[],
  isThere: (target: string) => boolean,
): readonly string[] {
  const problems: string[] = [];
  for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!isThere(target)) problems.push(`${file}: the link to ${target} leads nowhere`);
  }
  for (const [, runName, name = ''] of codeOf(text).matchAll(/\bnpm (?:run ([\w:-]+)|([a-z][\w-]*))/g)) {
    const script = runName ?? name;
    const isKnown = scripts.includes(script) || (runName === undefined && npmCommands.has(script));
    if (!isKnown) problems.push(`${file}: there is no script "npm ${runName === undefined ? '' : 'run '}${script}"`);
  }
  const lines = text.split('\n').length;
  if (/^(packages|apps)\/.*README\.md$/.test(file) && lines > maxReadmeLines) {
    problems.push(`${file}: ${lines} lines; a package README has at most ${maxReadmeLines}`);
  }
  return problems;
}

/** What stands in code spans and fenced blocks; prose may speak of npm as it likes. */
function codeOf(text: string): string {
  return [...text.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, block, span]) => block ?? span).join('\n');
}

if (isProgram(import.meta.url)) report('docs', checkDocs(workspaceRoot));

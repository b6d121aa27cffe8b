import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** Documents that lie are worse than none: links resolve, scripts that are named exist, package READMEs stay short. */
const maxReadmeLines = 120;

const files = spawnSync('git', ['ls-files', '*.md'], { encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
const scripts = Object.keys(
  (JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts,
);
const builtIn = new Set(['ci', 'install', 'exec']);
const problems: string[] = [];

for (const file of files) {
  const text = readFileSync(file, 'utf8');
  for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (/^[a-z]+:/.test(target)) continue;
    if (!existsSync(join(dirname(file), target))) problems.push(`${file}: the link to ${target} leads nowhere`);
  }
  for (const [, runName, name = ''] of codeOf(text).matchAll(/\bnpm (?:run ([\w:-]+)|([a-z][\w-]*))/g)) {
    const script = runName ?? name;
    const isKnown = scripts.includes(script) || (runName === undefined && builtIn.has(script));
    if (!isKnown) problems.push(`${file}: there is no script "npm ${runName === undefined ? '' : 'run '}${script}"`);
  }
  const lines = text.split('\n').length;
  if (/^(packages|apps)\/.*README\.md$/.test(file) && lines > maxReadmeLines) {
    problems.push(`${file}: ${lines} lines; a package README has at most ${maxReadmeLines}`);
  }
}

/** What stands in code spans and fenced blocks; prose may speak of npm as it likes. */
function codeOf(text: string): string {
  return [...text.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, block, span]) => block ?? span).join('\n');
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`docs: ${files.length} files read, ${problems.length} problems\n`);
process.exit(problems.length === 0 ? 0 : 1);

import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { isProgram, workspaceRoot } from '../workspace/gate.ts';
import { readJson, readRooms } from '../workspace/rooms.ts';

/**
 * Says how many lines each provider is: code without tests, blank lines and comments; of a compatible vendor its row of
 * data. CONTRIBUTING.md tells the figures.
 */
export function countProviderLines(workspace: string): readonly { readonly name: string; readonly lines: number }[] {
  const packages = readRooms(workspace)
    .filter(({ layer }) => layer === 'provider')
    .map(({ folder, name }) => ({ name, lines: linesOfPackage(join(workspace, folder)) }));
  const data = join(workspace, 'packages/providers/openai-compatible/src/hosts/compatible-hosts.json');
  return [...packages, ...(existsSync(data) ? rowsOf(data) : [])];
}

function linesOfPackage(folder: string): number {
  const files = globSync('src/**/*.{ts,json}', { cwd: folder }).filter(
    (file) => !/\.test(-d)?\.ts$|__fixtures__/.test(file),
  );
  return files.reduce((sum, file) => sum + codeLines(readFileSync(join(folder, file), 'utf8')), 0);
}

/** Lines that hold code: no blank ones, no comments. */
export function codeLines(text: string): number {
  const withoutBlocks = text.replaceAll(/^\s*\/\*[^]*?\*\/\s*$/gm, '');
  return withoutBlocks.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length;
}

function rowsOf(file: string): readonly { readonly name: string; readonly lines: number }[] {
  const text = readFileSync(file, 'utf8');
  const ids = readJson<readonly { readonly id: string }[]>(file).map(({ id }) => id);
  const rows = text.split(/^ {2}\{$/m).slice(1);
  return rows.map((row, index) => ({ name: `${ids[index] ?? '?'}, a row of data`, lines: codeLines(`{${row}`) }));
}

if (isProgram(import.meta.url)) {
  for (const { name, lines } of countProviderLines(workspaceRoot)) {
    process.stdout.write(`${name.padEnd(44)}${String(lines).padStart(6)} lines\n`);
  }
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { runCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';

/** Where the floors are kept; `--update` writes them anew from what is measured. */
const floorFile = 'tools/workspace-plugin/src/checks/eval-floors.json';

/** The lower end of the interval that was measured when the floor was set, by figure. */
export type Floors = Readonly<Record<string, number>>;

interface Measured {
  readonly value: number;
  /** The lower end of its 95 % interval. */
  readonly low: number;
}

type Interval = readonly [number, number] | null;

/** What the gate reads of a report of `lattice eval --json`. */
interface EvalReport {
  readonly sets: readonly {
    readonly set: string;
    readonly rows: number;
    readonly tasks: {
      readonly accuracy: number;
      readonly accuracyInterval: Interval;
      readonly macroF1: number;
      readonly macroF1Interval: Interval;
    } | null;
    readonly domains: { readonly accuracy: number; readonly accuracyInterval: Interval } | null;
    readonly pairs: readonly {
      readonly strong: string;
      readonly weak: string;
      readonly results: readonly { readonly judge: string; readonly apgr: number; readonly interval: Interval }[];
    }[];
  }[];
}

/**
 * Runs the shipped routing set (or `set`) through the CLI as it is in the tree, without any configuration, and holds what it
 * measures against the floors. A floor is the measured value less its interval, so that chance alone keeps it green.
 */
export function checkEval(workspace: string, floors: Floors = readFloors(workspace), set?: string): GateResult {
  const measured = measure(workspace, set);
  if (typeof measured === 'string') return { problems: [measured], summary: 'not measured' };
  const problems = Object.entries(floors).flatMap(([name, floor]) => {
    const value = measured.get(name)?.value;
    if (value === undefined) return [`${name} has a floor (${floor}) and was not measured`];
    return value >= floor ? [] : [`${name} fell to ${value.toFixed(3)}, below its floor ${floor} (${floorFile})`];
  });
  const figures = [...measured].map(([name, { value }]) => `${name} ${value.toFixed(name === 'rows' ? 0 : 3)}`);
  return { problems, summary: figures.join(', ') };
}

function readFloors(workspace: string): Floors {
  return JSON.parse(readFileSync(join(workspace, floorFile), 'utf8')) as Floors;
}

/** Sets the floors to what is measured now, less its interval. */
function updateFloors(workspace: string): GateResult {
  const measured = measure(workspace);
  if (typeof measured === 'string') return { problems: [measured], summary: 'not measured' };
  const floors = Object.fromEntries([...measured].map(([name, { low }]) => [name, Math.floor(low * 1000) / 1000]));
  writeFileSync(join(workspace, floorFile), `${JSON.stringify(floors, null, 2)}\n`);
  return { problems: [], summary: `${measured.size} floors written` };
}

/** The figures by name, or what the CLI said instead. */
function measure(workspace: string, set?: string): ReadonlyMap<string, Measured> | string {
  const folder = mkdtempSync(join(tmpdir(), 'lattice-eval-gate-'));
  try {
    const bin = join(workspace, 'apps/cli/bin/lattice.mjs');
    const cleared = Object.keys(process.env).filter((name) => /_API_KEY$|_BASE_URL$|^LATTICE_|^OLLAMA_/.test(name));
    const env = Object.fromEntries(cleared.map((name) => [name, undefined]));
    const args = [bin, 'eval', ...(set === undefined ? [] : [set]), '--json', '-'];
    const { status, stdout, output } = runCommand(process.execPath, args, { cwd: folder, env });
    return status === 0 ? figuresOf(JSON.parse(stdout) as EvalReport) : `lattice eval ended with ${status}:\n${output}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function figuresOf({ sets }: EvalReport): ReadonlyMap<string, Measured> {
  const figures = new Map<string, Measured>();
  const put = (name: string, value: number, interval: Interval) =>
    figures.set(name, { value, low: interval?.[0] ?? value });
  const rows = sets.reduce((sum, one) => sum + one.rows, 0);
  put('rows', rows, null);
  for (const { tasks, domains, pairs } of sets) {
    if (tasks !== null) {
      put('task accuracy', tasks.accuracy, tasks.accuracyInterval);
      put('task macro-F1', tasks.macroF1, tasks.macroF1Interval);
    }
    if (domains !== null) put('domain accuracy', domains.accuracy, domains.accuracyInterval);
    for (const { strong, weak, results } of pairs) {
      const router = results.find(({ judge }) => judge === 'router');
      if (router !== undefined) put(`APGR ${strong} over ${weak}`, router.apgr, router.interval);
    }
  }
  return figures;
}

if (isProgram(import.meta.url)) {
  report('eval', process.argv.includes('--update') ? updateFloors(workspaceRoot) : checkEval(workspaceRoot));
}

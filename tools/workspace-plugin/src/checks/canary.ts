import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { runCommand } from '../workspace/command.ts';
import { isProgram, report, workspaceRoot, type GateResult } from '../workspace/gate.ts';
import { makeThrowAwayCopy } from '../workspace/throw-away-copy.ts';
import { controls, faults, type PlantedFile } from './canary-faults.ts';
import { checkGateFaults, gateFaultCount } from './canary-gates.ts';

/**
 * The canary of the lint gate: in a throw-away copy it plants every forbidden import in a file of its own, lints once,
 * and expects red for each and silence for its neighbours that are allowed. Without a project graph the gate has to
 * fail; so has a copy whose graph cannot be built. Last, each gate that is a tool of others gets a fault of its own.
 */
const lintScript = 'tools/workspace-plugin/src/checks/lint.ts';
const resultFile = 'canary-result.json';

/** What lint.ts writes with `--json`. */
interface LintOutcome {
  readonly arrows: readonly string[];
  readonly eslint: readonly {
    readonly filePath: string;
    readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
  }[];
}

export function runCanary(workspace: string): GateResult {
  const copy = makeThrowAwayCopy(workspace);
  try {
    const problems = [
      ...expectRed(copy.root, 'without a cached graph', ['--cached-graph', 'packages/auth/src'], /skipped itself/),
      ...checkPlanted(copy.root),
      ...checkGateFaults(copy.root),
    ];
    writeFileSync(join(copy.root, 'nx.json'), '{ "plugins": ["./gone.js"] }');
    problems.push(
      ...expectRed(
        copy.root,
        'with a graph that cannot be built',
        ['packages/storage/src'],
        /project graph could not be built/,
      ),
    );
    return {
      problems,
      summary: `${faults.length + gateFaultCount} faults planted, ${controls.length} allowed neighbours, 2 broken graphs`,
    };
  } finally {
    copy.remove();
  }
}

function expectRed(root: string, name: string, args: readonly string[], said: RegExp): readonly string[] {
  const { status, output } = runCommand(process.execPath, [lintScript, ...args], { cwd: root });
  if (status !== 0 && said.test(output)) return [];
  return [`lint ${name} ended with ${status}; it has to fail and say why:\n${output}`];
}

function checkPlanted(root: string): readonly string[] {
  const planted = [...faults, ...controls];
  const files = [...planted.map(({ file }) => file), ...planted.flatMap(({ lintFile }) => lintFile ?? [])];
  for (const { file, code } of planted) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), `${code}\n`);
  }
  const { status, output } = runCommand(process.execPath, [lintScript, `--json=${resultFile}`, ...new Set(files)], {
    cwd: root,
  });
  if (!existsSync(join(root, resultFile))) return [`lint of the planted files told nothing:\n${output}`];
  const outcome = JSON.parse(readFileSync(join(root, resultFile), 'utf8')) as LintOutcome;
  for (const { file } of planted) rmSync(join(root, file));
  return [
    ...(status === 0 ? ['lint ended with 0 though faults were planted'] : []),
    ...faults.flatMap((fault) => missingWords(root, outcome, fault)),
    ...controls.flatMap(({ name, file }) => {
      const said = [...wordsOfLint(root, outcome, file), ...wordsOfArrows(outcome, file)];
      return said.length === 0 ? [] : [`allowed: ${name} (${file}) was reported: ${said.join('; ')}`];
    }),
  ];
}

function missingWords(root: string, outcome: LintOutcome, fault: PlantedFile): readonly string[] {
  const sides = [
    { side: 'ESLint', expected: fault.lint, said: wordsOfLint(root, outcome, fault.lintFile ?? fault.file) },
    { side: 'arrows', expected: fault.arrows, said: wordsOfArrows(outcome, fault.file) },
  ];
  return sides.flatMap(({ side, expected, said }) => {
    if (expected === undefined || said.some((words) => expected.test(words))) return [];
    const instead = said.length === 0 ? 'nothing' : said.join('; ');
    return [`not red: ${fault.name} (${fault.file}): ${side} should say ${String(expected)}, said ${instead}`];
  });
}

function wordsOfLint(root: string, outcome: LintOutcome, file: string): readonly string[] {
  const result = outcome.eslint.find(({ filePath }) => relative(root, filePath) === file);
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`);
}

function wordsOfArrows(outcome: LintOutcome, file: string): readonly string[] {
  return outcome.arrows.filter((problem) => problem.startsWith(`${file}:`));
}

if (isProgram(import.meta.url)) report('canary', runCanary(workspaceRoot));

import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRouterModel } from 'lattice-lock';
import { shippedSetFolder } from '../eval-data.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { readPackageManifest } from '../package-manifest.ts';
import type { ModelPair } from '../router/batch-request.ts';
import { BatchRouter } from '../router/batch-router.ts';
import { rowFileSuffix } from '../router/row-files.ts';
import { UsageError } from '../usage-error.ts';
import { checkBounds, type Bound } from './bounds.ts';
import { EvaluationProgress } from './evaluation-progress.ts';
import { baselineNames, type BaselineName, type EvaluationReport } from './evaluation-report.ts';
import { evaluateSet, usualPairs } from './evaluate-set.ts';
import { evaluateStability } from './evaluate-stability.ts';
import { readEvaluationSets, type EvaluationSet } from './evaluation-set.ts';
import { reportPage } from './report-page.ts';
import { writeReport } from './report-tables.ts';
import { routeRows } from './routed-set.ts';

/** Flags of `lattice eval`. */
export interface EvalFlags {
  readonly router?: string;
  readonly baselines?: readonly BaselineName[];
  readonly pair?: readonly ModelPair[];
  readonly boot?: number;
  readonly seed?: number;
  readonly stability?: boolean;
  /** A file, or `-`. */
  readonly json?: string;
  readonly html?: string;
  readonly min?: readonly Bound[];
}

const defaultDraws = 200;

/** Measures routing on sets, prints and writes what was found. @throws UsageError naming file and line */
export async function runEval(places: readonly string[], flags: EvalFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, out } = invocation;
  refuseRowFiles(flags);
  const sets = await readEvaluationSets(places.length === 0 ? [shippedSetFolder] : places, context.cwd);
  const { router, name } = await openRouter(flags, invocation);
  const options = {
    baselines: flags.baselines ?? baselineNames,
    draws: flags.boot ?? defaultDraws,
    seed: flags.seed ?? 1,
  };
  const progress = new EvaluationProgress(sets, invocation.err);
  const reports = sets.map((set) => {
    const pairs = pairsOf(set, flags.pair);
    const routed = routeRows(set, pairs, router, () => progress.step(set));
    progress.measure(set);
    const measured = evaluateSet(set, pairs, routed, options);
    if (flags.stability !== true) return measured;
    return { ...measured, stability: evaluateStability(set, routed, router, options.seed) };
  });
  progress.end();
  refuseUnusedPairs(flags, sets);
  const report: EvaluationReport = {
    tool: `lattice ${readPackageManifest().version}`,
    router: name,
    seed: options.seed,
    draws: options.draws,
    sets: reports,
    bounds: checkBounds(reports, flags.min ?? []),
  };
  if (flags.html !== undefined) await write(flags.html, reportPage(report), context.cwd);
  if (flags.json === '-') out.json(report);
  else {
    if (flags.json !== undefined) await write(flags.json, `${JSON.stringify(report, null, 2)}\n`, context.cwd);
    writeReport(report, invocation);
  }
  return report.bounds.every(({ met }) => met) ? exitCodes.ok : exitCodes.failed;
}

/** The router that is named, else the project's, else the built-in one. */
async function openRouter(flags: EvalFlags, invocation: Invocation) {
  const { context } = invocation;
  const config = await loadCommandConfig(invocation);
  const { patternsFile } = config.analyzer;
  const analyzer = patternsFile === null ? {} : { patternsFile };
  const nowMs = context.clock.now();
  const file = flags.router ?? config.routing.model ?? 'built-in';
  if (file === 'built-in') return { router: await BatchRouter.open({}, nowMs, analyzer), name: file };
  const name = flags.router ?? path.relative(context.cwd, file);
  const model = await readRouterModel(path.resolve(context.cwd, file), name);
  return { router: await BatchRouter.open(model, nowMs, analyzer), name };
}

function pairsOf(set: EvaluationSet, wanted: readonly ModelPair[] | undefined): readonly ModelPair[] {
  return wanted === undefined ? usualPairs(set) : wanted.filter((pair) => holds(set, pair));
}

function holds({ rows }: EvaluationSet, { strong, weak }: ModelPair): boolean {
  return rows.some(({ outcomes }) => outcomes[strong] !== undefined && outcomes[weak] !== undefined);
}

function refuseUnusedPairs({ pair = [] }: EvalFlags, sets: readonly EvaluationSet[]): void {
  const unused = pair.find((one) => !sets.some((set) => holds(set, one)));
  if (unused === undefined) return;
  const models = new Set(sets.flatMap(({ rows }) => rows.flatMap(({ outcomes }) => Object.keys(outcomes))));
  const some = [...models].slice(0, 12).join(', ');
  throw new UsageError(
    `--pair ${unused.strong},${unused.weak}: no row has outcomes of both. ${some === '' ? 'There are no outcomes.' : `There are ${some}.`}`,
  );
}

/** A report never takes the place of rows. */
function refuseRowFiles({ json, html }: EvalFlags): void {
  for (const [flag, file] of Object.entries({ json, html })) {
    if (file !== undefined && rowFileSuffix.test(file)) {
      throw new UsageError(`--${flag} ${file} looks like a set of rows: give a file that ends otherwise.`);
    }
  }
}

async function write(file: string, text: string, cwd: string): Promise<void> {
  try {
    await writeFile(path.resolve(cwd, file), text);
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

import { createTaskAnalyzer, type TaskModel } from '@lattice-lock/analysis';
import { textFigureNames, trainTaskModel } from '@lattice-lock/analysis/training';
import { trainQualityModel, type QualityTrainingRow, type TrainedQuality } from '@lattice-lock/scoring/training';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { readPackageManifest } from '../package-manifest.ts';
import { writeRouter } from '../router/router-artifact.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { formatTable } from '../terminal/table.ts';
import { readTrainingRows, type TrainingRow } from './training-files.ts';

/** Flags of `lattice train`. */
export interface TrainFlags {
  readonly outcomes: string;
  readonly out: string;
  readonly seed: number;
  readonly json?: boolean;
}

/** Learns a router model from files, reports how it does on rows it did not see, and writes it. @throws UsageError */
export async function runTrain(flags: TrainFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, err } = invocation;
  const { rows, files } = await readTrainingRows(flags.outcomes, context.cwd);
  const say = (done: number, step: string) =>
    err.line(
      err.paint.dim(
        `${Math.round(done * 100)
          .toString()
          .padStart(3)} %  ${step}`,
      ),
    );
  say(0, `${rows.length} rows of ${Object.keys(files).length} files`);
  const { seed } = flags;
  const task = trainTaskModel(rows, { seed, onProgress: (done, step) => say(done * 0.5, step) });
  const quality = rows.some(({ outcomes }) => Object.keys(outcomes).length > 0)
    ? trainQualityModel(await qualityRows(rows, task), {
        denseNames: textFigureNames,
        seed,
        onProgress: (done, step) => say(0.5 + done * 0.5, step),
      })
    : null;
  const createdAt = new Date(context.clock.now()).toISOString();
  const provenance = { tool: `lattice ${readPackageManifest().version}`, seed, files };
  const bytes = await writeRouter(
    {
      format: 'lattice-router',
      version: 1,
      createdAt,
      provenance,
      task,
      ...(quality === null ? {} : { quality: quality.model }),
    },
    flags.out,
    context.cwd,
  );
  show({ flags, bytes, task, quality }, invocation);
  return exitCodes.ok;
}

/** Rows with outcomes, and labelled prompts from other sources, which show what the data sets do not look like. */
async function qualityRows(rows: readonly TrainingRow[], model: TaskModel): Promise<readonly QualityTrainingRow[]> {
  const analyzer = await createTaskAnalyzer({ cacheSize: 0, model });
  const hasOutcomes = ({ outcomes }: TrainingRow) => Object.keys(outcomes).length > 0;
  const datasets = new Set(rows.filter(hasOutcomes).map(({ dataset }) => dataset));
  return rows
    .filter((row) => hasOutcomes(row) || !datasets.has(row.source ?? ''))
    .map(({ prompt, tools, ...row }) => {
      const offered = tools.map((name) => ({ name, parameters: { type: 'object' } }));
      const request = {
        messages: [{ role: 'user', content: prompt }] as const,
        ...(offered.length > 0 && { tools: offered }),
      };
      return { ...row, profile: analyzer.analyze(request) };
    });
}

function show(
  made: { flags: TrainFlags; bytes: number; task: TaskModel; quality: TrainedQuality | null },
  { out, err }: Invocation,
): void {
  const { flags, bytes, task, quality } = made;
  if (flags.json === true) {
    out.json({ file: flags.out, bytes, task: task.provenance, quality: quality?.report ?? null });
    return;
  }
  if (quality !== null) {
    const figure = (value: number) => (Number.isNaN(value) ? '-' : value.toFixed(3));
    const right = { align: 'right' } as const;
    const columns = [
      { title: 'DATA SET', isFlexible: true },
      { title: 'ROWS', ...right },
      { title: 'MODELS', ...right },
      { title: 'BEST SINGLE', ...right },
      { title: 'ROUTED', ...right },
      { title: 'ORACLE', ...right },
      { title: 'ERROR', ...right },
      { title: 'OF MEANS', ...right },
    ];
    const lines = quality.report.datasets.map((one) => [
      escapeLine(one.dataset),
      String(one.rows),
      String(one.models),
      ...[one.bestSingle, one.routed, one.oracle, one.squaredError, one.squaredErrorOfMeans].map(figure),
    ]);
    for (const line of formatTable(columns, lines, { columns: out.columns, title: out.paint.bold })) out.line(line);
    err.line(
      err.paint.dim(
        'Cross-validated: each row was predicted by a model that had not seen it. Scores are means; errors are squared.',
      ),
    );
  }
  out.line(`${escapeLine(flags.out)}  ${(bytes / 1e6).toFixed(2)} MB`);
}

import type { QualityModelData } from '../quality/quality-data.ts';
import { QualityModel } from '../quality/quality-model.ts';
import { packBytes, packFloats } from '../quality/packed-numbers.ts';
import { fitCells } from './cell-fit.ts';
import { fitEmbedding, type EmbeddingFit, type EmbeddingSettings } from './embedding-fit.ts';
import { elsewhere, outcomeTable, type OutcomeTable, type Outcomes } from './outcome-table.ts';
import { qualityReport, type HeldOutRow, type QualityReport } from './quality-report.ts';
import { fitSlopes, type UnseenView } from './slope-fit.ts';
import type { QualityTrainingRow } from './training-row.ts';
import { fitTraits } from './trait-fit.ts';

/** Options of {@link trainQualityModel}. */
export interface QualityTrainingOptions {
  /** Names of the dense text features, in their order: `denseFeatureNames` of the analysis. */
  readonly denseNames: readonly string[];
  /** Equal rows and seed give an equal model. Default 1. */
  readonly seed?: number;
  /** How many parts the rows are cut into by cluster; each is predicted by a model that did not see it. Default 3. */
  readonly folds?: number;
  /** Called after every step with the share done (0 to 1) and what was done. */
  readonly onProgress?: (done: number, step: string) => void;
  /** Written into the model: where the rows come from. */
  readonly provenance?: Readonly<Record<string, string | number>>;
}

/** A model, and how it does on rows that it did not see. */
export interface TrainedQuality {
  readonly model: QualityModelData;
  readonly report: QualityReport;
}

/**
 * Size and pace of the embedding. Source: chosen by comparing trainings on held-out public outcomes, whose figures it
 * flatters.
 */
const embedding = Object.freeze({ buckets: 2 ** 16, rank: 16, epochs: 10, rate: 0.3 });

/** So many outcomes of a model in the likely domains count as much as what transfers. Source: `assumption`. */
const patience = 25;

/**
 * Learns which models do well on which prompts: a shared low-rank view of the text, a table of model x domain shrunk by
 * empirical Bayes, slopes of a prompt's traits by data set, and what transfers to prompts unlike any of them.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` when a row cannot be learnt from; it names the row.
 */
export function trainQualityModel(
  rows: readonly QualityTrainingRow[],
  options: QualityTrainingOptions,
): TrainedQuality {
  const { denseNames, seed = 1, folds = 3 } = options;
  const table = outcomeTable(rows, { denseNames, folds });
  const settings = { ...embedding, dense: denseNames.length, seed };
  const views: (UnseenView | undefined)[] = [];
  const nets: EmbeddingFit[] = [];
  for (let fold = 0; fold < folds; fold += 1) {
    const net = fitEmbedding(table, settings, (row) => row.fold !== fold);
    nets.push(net);
    viewRows(table, net, fold, views);
    options.onProgress?.((fold + 1) / (folds + 2), `part ${fold + 1} of ${folds} left out`);
  }
  const provenance = {
    ...options.provenance,
    rows: table.rows.filter((row) => row.group !== -1).length,
    outcomes: table.rows.reduce((sum, row) => sum + row.models.length, 0),
    models: table.models.length,
    seed,
  };
  const shape = { table, views, denseNames, provenance };
  const heldOut = nets.flatMap((net, fold) => predictFold(rows, table, fold, assemble(shape, net, settings, fold)));
  const report = qualityReport(table, heldOut);
  options.onProgress?.((folds + 1) / (folds + 2), 'the parts predicted');
  const net = fitEmbedding(table, settings, () => true);
  const model = assemble(shape, net, settings, null);
  options.onProgress?.(1, 'the whole learnt');
  return { model, report };
}

function viewRows(table: OutcomeTable, net: EmbeddingFit, fold: number, views: (UnseenView | undefined)[]): void {
  const sum = new Float64Array(net.width);
  table.rows.forEach((row, at) => {
    if (row.fold !== fold || row.group === -1) return;
    net.embed(row.features, sum);
    const posterior = new Float64Array(net.domains);
    net.posterior(sum, posterior);
    views[at] = { posterior, heads: Float64Array.from(row.models, (model) => net.logit(net.domains + model, sum)) };
  });
}

interface ModelShape {
  readonly table: OutcomeTable;
  readonly views: readonly (UnseenView | undefined)[];
  readonly denseNames: readonly string[];
  readonly provenance: QualityModelData['provenance'];
}

/** Everything but the net is learnt from the rows that are not of the fold that is left out. */
function assemble(
  { table, views, denseNames, provenance }: ModelShape,
  net: EmbeddingFit,
  { buckets }: EmbeddingSettings,
  leftOut: number | null,
): QualityModelData {
  const { rank } = net;
  const include = (row: Outcomes) => row.fold !== leftOut;
  const cells = fitCells(table, include);
  const traits = fitTraits(table, include);
  const kept = views.map((view, at) => (table.rows[at]?.fold === leftOut ? undefined : view));
  const slopes = fitSlopes(table, kept, cells, traits);
  const { codes, scale } = quantize(net.table, rank);
  const domains = elsewhere(table) + 1;
  return {
    version: 1,
    provenance,
    denseNames,
    buckets,
    rank,
    codes: packBytes(codes),
    codeScale: packFloats(scale),
    groups: table.groups,
    domains: table.domains,
    models: table.models,
    patience,
    matrices: {
      domainHeads: packFloats(net.heads.subarray(0, domains * net.width)),
      domainBias: packFloats(net.bias.subarray(0, domains)),
      modelHeads: packFloats(net.heads.subarray(domains * net.width)),
      modelBias: packFloats(net.bias.subarray(domains)),
      cells: packFloats(cells.cells),
      counts: packFloats(cells.counts),
      ability: packFloats(cells.ability),
      ease: packFloats(cells.ease),
      domainTraits: packFloats(traits.usual),
      slopes: packFloats(slopes),
      traitScale: packFloats(traits.scale),
      traitMean: packFloats(traits.mean),
      transfer: packFloats(traits.transfer),
    },
  };
}

/** Each column to whole numbers from -127 to 127. */
function quantize(table: Float32Array, rank: number): { codes: Int8Array; scale: Float32Array } {
  const scale = new Float32Array(rank);
  table.forEach((value, at) => {
    const column = at % rank;
    scale[column] = Math.max(scale[column] ?? 0, Math.abs(value) / 127);
  });
  const codes = Int8Array.from(table, (value, at) => Math.round(value / (scale[at % rank] || 1)));
  return { codes, scale };
}

function predictFold(
  rows: readonly QualityTrainingRow[],
  table: OutcomeTable,
  fold: number,
  data: QualityModelData,
): readonly HeldOutRow[] {
  const model = new QualityModel(data);
  return table.rows.flatMap((row, at) => {
    const profile = rows[at]?.profile;
    if (row.fold !== fold || row.group === -1 || profile === undefined) return [];
    const found = model.predict(
      profile,
      Array.from(row.models, (one) => table.models[one] ?? ''),
    );
    return [{ row, qualities: Float64Array.from(found.values(), ({ quality }) => quality) }];
  });
}

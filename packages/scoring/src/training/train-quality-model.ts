import { taskKinds } from '@lattice-lock/contract';
import type { QualityModelData } from '../quality/quality-data.ts';
import { QualityModel } from '../quality/quality-model.ts';
import { packBytes, packFloats } from '../quality/packed-numbers.ts';
import { fitCells } from './cell-fit.ts';
import { fitEmbedding, type EmbeddingFit, type EmbeddingSettings } from './embedding-fit.ts';
import { outcomeTable, type Outcomes, type OutcomeTable } from './outcome-table.ts';
import { qualityReport, type HeldOutRow, type QualityReport } from './quality-report.ts';
import { fitLeanings } from './leaning-fit.ts';
import { quantize } from './quantize.ts';
import { fitSlopes } from './slope-fit.ts';
import type { QualityTrainingRow } from './training-row.ts';

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
 * Size and pace of the embedding. Source: of nineteen settings the one that told domains apart best on a part of the public
 * outcomes that was left out, within 3 MB.
 */
const embedding = Object.freeze({ rank: 32, epochs: 6, rate: 1 });

/** Most buckets of n-grams, and how many a row fills at most; there are as many as the rows fill. Source: `assumption`. */
const buckets = Object.freeze({ most: 2 ** 15, ofRow: 16 });

function bucketsFor(rows: number): number {
  return Math.min(buckets.most, 2 ** Math.ceil(Math.log2(rows * buckets.ofRow)));
}

/** So many outcomes of a model in the likely domains count as much as what transfers. Source: `assumption`. */
const patience = 5;

/**
 * Learns which models do well on which prompts: a low-rank view of the text that tells the domain, a table of model x
 * domain shrunk by empirical Bayes, and what the wording says beyond the domain, by data set.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` when a row cannot be learnt from; it names the row.
 */
export function trainQualityModel(
  rows: readonly QualityTrainingRow[],
  options: QualityTrainingOptions,
): TrainedQuality {
  const { denseNames, seed = 1, folds = 3 } = options;
  const table = outcomeTable(rows, { denseNames, folds });
  const settings = { ...embedding, buckets: bucketsFor(rows.length), dense: denseNames.length, seed };
  const posteriors: (Float64Array | undefined)[] = [];
  const nets: EmbeddingFit[] = [];
  for (let fold = 0; fold < folds; fold += 1) {
    const net = fitEmbedding(table, settings, (row) => row.fold !== fold);
    nets.push(net);
    viewRows(table, net, fold, posteriors);
    options.onProgress?.((fold + 1) / (folds + 2), `part ${fold + 1} of ${folds} left out`);
  }
  const provenance = {
    ...options.provenance,
    rows: table.rows.filter((row) => row.group !== -1).length,
    outcomes: table.rows.reduce((sum, row) => sum + row.models.length, 0),
    models: table.models.length,
    seed,
  };
  const shape = { table, posteriors, denseNames, provenance };
  const heldOut = nets.flatMap((net, fold) => predictFold(rows, table, fold, assemble(shape, net, settings, fold)));
  const report = qualityReport(table, heldOut);
  options.onProgress?.((folds + 1) / (folds + 2), 'the parts predicted');
  const net = fitEmbedding(table, settings, () => true);
  const model = assemble(shape, net, settings, null);
  options.onProgress?.(1, 'the whole learnt');
  return { model, report };
}

/** The domains of the rows of a fold as a net tells them that did not see them. */
function viewRows(
  table: OutcomeTable,
  net: EmbeddingFit,
  fold: number,
  posteriors: (Float64Array | undefined)[],
): void {
  const sum = new Float64Array(net.width);
  table.rows.forEach((row, at) => {
    if (row.fold !== fold || row.group === -1) return;
    net.embed(row.features, sum);
    const posterior = new Float64Array(net.domains);
    net.posterior(sum, posterior);
    posteriors[at] = posterior;
  });
}

interface ModelShape {
  readonly table: OutcomeTable;
  readonly posteriors: readonly (Float64Array | undefined)[];
  readonly denseNames: readonly string[];
  readonly provenance: QualityModelData['provenance'];
}

/** Everything but the net is learnt from the rows that are not of the fold that is left out. */
function assemble(
  { table, posteriors, denseNames, provenance }: ModelShape,
  net: EmbeddingFit,
  settings: EmbeddingSettings,
  leftOut: number | null,
): QualityModelData {
  const cells = fitCells(table, (row) => row.fold !== leftOut);
  const kept = posteriors.map((posterior, at) => (table.rows[at]?.fold === leftOut ? undefined : posterior));
  const leanings = fitLeanings(table, kept, cells, settings);
  const { codes, scale } = quantize(net.table, net.rank);
  return {
    version: 3,
    provenance,
    denseNames,
    buckets: settings.buckets,
    rank: net.rank,
    codes: packBytes(codes),
    codeScale: packFloats(scale),
    leaningCodes: packBytes(leanings.codes),
    groups: table.groups,
    domains: table.domains.map(({ name, group }) => ({ name, group })),
    models: table.models,
    patience,
    matrices: {
      domainHeads: packFloats(net.heads),
      domainBias: packFloats(net.bias),
      cells: packFloats(cells.cells),
      counts: packFloats(cells.counts),
      ability: packFloats(cells.ability),
      ease: packFloats(cells.ease),
      slope: packFloats(fitSlopes(table, cells)),
      strain: packFloats(meansByDomain(table, 1, ({ strain }) => [strain])),
      kinds: packFloats(meansByDomain(table, taskKinds.length, ({ kinds }) => kinds)),
      standing: packFloats(leanings.standing),
      leaningScale: packFloats(leanings.scale),
      leaningDense: packFloats(leanings.dense),
      leaningBias: packFloats(leanings.bias),
    },
  };
}

/** What the prompts of each domain are like in the mean: `width` figures of each, domain by domain. */
function meansByDomain(
  { rows, domains }: OutcomeTable,
  width: number,
  figuresOf: (row: Outcomes) => ArrayLike<number>,
): Float64Array {
  const means = new Float64Array(domains.length * width);
  const counts = new Float64Array(domains.length);
  for (const row of rows) {
    const figures = figuresOf(row);
    counts[row.domain] = (counts[row.domain] ?? 0) + 1;
    for (let at = 0; at < width; at += 1) {
      const index = row.domain * width + at;
      means[index] = (means[index] ?? 0) + (figures[at] ?? 0);
    }
  }
  return means.map((sum, index) => sum / Math.max(1, counts[Math.floor(index / width)] ?? 0));
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

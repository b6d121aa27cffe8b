import type { OutcomeTable, Outcomes } from './outcome-table.ts';

/** A row with the qualities that a model predicted that had not seen it, in the order of the row's models. */
export interface HeldOutRow {
  readonly row: Outcomes;
  readonly qualities: Float64Array;
}

/** How well one data set was predicted. */
export interface DatasetReport {
  readonly dataset: string;
  readonly rows: number;
  readonly models: number;
  /** Mean score when each prompt goes to the model predicted best. */
  readonly routed: number;
  /** Mean score of the best single model, chosen with hindsight. */
  readonly bestSingle: number;
  readonly bestModel: string;
  /** Mean score of the best model of each prompt. */
  readonly oracle: number;
  /** Mean squared error of the predicted scores, and of each model's mean: the difference is what is known of prompts. */
  readonly squaredError: number;
  readonly squaredErrorOfMeans: number;
}

/** What cross-validation says, by data set. */
export interface QualityReport {
  readonly datasets: readonly DatasetReport[];
}

/** Figures of rows that were predicted by models that had not seen them. */
export function qualityReport(table: OutcomeTable, heldOut: readonly HeldOutRow[]): QualityReport {
  const datasets = table.groups.map((dataset, group) => {
    const rows = heldOut.filter(({ row }) => row.group === group);
    const means = modelMeans(rows);
    // Models on fewer than nine in ten prompts are no single choice for all.
    const widely = [...means].filter(([, { count }]) => count >= 0.9 * rows.length);
    const best = widely.reduce<(typeof widely)[number] | undefined>(
      (most, one) => (most === undefined || one[1].mean > most[1].mean ? one : most),
      undefined,
    );
    let routed = 0;
    let oracle = 0;
    let squared = 0;
    let squaredOfMeans = 0;
    let outcomes = 0;
    for (const { row, qualities } of rows) {
      const chosen = qualities.indexOf(Math.max(...qualities));
      routed += row.scores[chosen] ?? 0;
      oracle += Math.max(...row.scores);
      row.scores.forEach((score, at) => {
        squared += (score - (qualities[at] ?? 0)) ** 2;
        squaredOfMeans += (score - (means.get(row.models[at] ?? -1)?.mean ?? 0)) ** 2;
        outcomes += 1;
      });
    }
    const count = Math.max(1, rows.length);
    return {
      dataset,
      rows: rows.length,
      models: means.size,
      routed: routed / count,
      bestSingle: best?.[1].mean ?? Number.NaN,
      bestModel: table.models[best?.[0] ?? -1] ?? '',
      oracle: oracle / count,
      squaredError: squared / Math.max(1, outcomes),
      squaredErrorOfMeans: squaredOfMeans / Math.max(1, outcomes),
    };
  });
  return { datasets };
}

function modelMeans(rows: readonly HeldOutRow[]): Map<number, { mean: number; count: number }> {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { row } of rows) {
    row.models.forEach((model, at) => {
      const seen = sums.get(model) ?? { sum: 0, count: 0 };
      sums.set(model, { sum: seen.sum + (row.scores[at] ?? 0), count: seen.count + 1 });
    });
  }
  return new Map([...sums].map(([model, { sum, count }]) => [model, { mean: sum / count, count }]));
}

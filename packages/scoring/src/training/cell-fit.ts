import type { OutcomeTable, Outcomes } from './outcome-table.ts';

/** Model x domain, shrunk by empirical Bayes. */
export interface CellFit {
  /** Log-odds of a good answer; models by rows, domains by columns. A cell without outcomes has what is expected of it. */
  readonly cells: Float64Array;
  readonly counts: Float64Array;
  /** By model: log-odds on a domain of ease 0. */
  readonly ability: Float64Array;
  /** By domain. */
  readonly ease: Float64Array;
}

/** Least variance of a cell around ability + ease, log-odds, and what is taken to balance them. Source: `assumption`. */
const cellVariance = 0.1;

/** How strongly abilities and eases are held to their mean. */
const ridge = 0.3;

const rounds = 60;

/**
 * Each cell is ability of the model + ease of the domain + what its own outcomes say beyond that, the more the more there
 * are (Efron and Morris 1975, on log-odds).
 */
export function fitCells(table: OutcomeTable, include: (row: Outcomes) => boolean): CellFit {
  const models = table.models.length;
  const domains = table.domains.length;
  const { counts, observed, variance } = observe(table, include);
  const ability = new Float64Array(models);
  const ease = new Float64Array(domains);
  const weightOf = (at: number) => ((counts[at] ?? 0) === 0 ? 0 : 1 / (cellVariance + (variance[at] ?? 0)));
  for (let round = 0; round < rounds; round += 1) {
    balance(ease, models, (domain, model) => model * domains + domain, weightOf, observed, ability);
    balance(ability, domains, (model, domain) => model * domains + domain, weightOf, observed, ease);
  }
  const spread = groupVariance(table, (at) => {
    const expected = (ability[Math.floor(at / domains)] ?? 0) + (ease[at % domains] ?? 0);
    return (counts[at] ?? 0) === 0 ? null : ((observed[at] ?? 0) - expected) ** 2 - (variance[at] ?? 0);
  });
  const cells = new Float64Array(models * domains);
  for (let model = 0; model < models; model += 1) {
    for (let domain = 0; domain < domains; domain += 1) {
      const at = model * domains + domain;
      const expected = (ability[model] ?? 0) + (ease[domain] ?? 0);
      const own = spread[table.domains[domain]?.group ?? -1] ?? cellVariance;
      const trust = (counts[at] ?? 0) === 0 ? 0 : own / (own + (variance[at] ?? 0));
      cells[at] = expected + trust * ((observed[at] ?? 0) - expected);
    }
  }
  return { cells, counts, ability, ease };
}

/** How far the cells of each data set lie from what is expected of them, beyond what chance explains. */
function groupVariance(table: OutcomeTable, excess: (cell: number) => number | null): Float64Array {
  const sums = new Float64Array(table.groups.length);
  const cells = new Float64Array(table.groups.length);
  for (let at = 0; at < table.models.length * table.domains.length; at += 1) {
    const group = table.domains[at % table.domains.length]?.group ?? -1;
    const found = group === -1 ? null : excess(at);
    if (found === null) continue;
    sums[group] = (sums[group] ?? 0) + found;
    cells[group] = (cells[group] ?? 0) + 1;
  }
  return sums.map((sum, group) => Math.max(cellVariance, sum / Math.max(1, cells[group] ?? 0)));
}

/** One half of the alternating fit: each of one side is what remains of its cells when the other side is taken away. */
function balance(
  side: Float64Array,
  width: number,
  cellAt: (of: number, other: number) => number,
  weightOf: (cell: number) => number,
  observed: Float64Array,
  others: Float64Array,
): void {
  for (let one = 0; one < side.length; one += 1) {
    let sum = 0;
    let weight = ridge;
    for (let other = 0; other < width; other += 1) {
      const cell = cellAt(one, other);
      const share = weightOf(cell);
      sum += share * ((observed[cell] ?? 0) - (others[other] ?? 0));
      weight += share;
    }
    side[one] = sum / weight;
  }
}

function observe({ rows, models, domains }: OutcomeTable, include: (row: Outcomes) => boolean) {
  const size = models.length * domains.length;
  const counts = new Float64Array(size);
  const observed = new Float64Array(size);
  const variance = new Float64Array(size);
  for (const row of rows) {
    if (!include(row)) continue;
    row.models.forEach((model, index) => {
      const at = model * domains.length + row.domain;
      counts[at] = (counts[at] ?? 0) + 1;
      observed[at] = (observed[at] ?? 0) + (row.scores[index] ?? 0);
    });
  }
  for (let at = 0; at < size; at += 1) {
    const count = counts[at] ?? 0;
    if (count === 0) continue;
    const share = ((observed[at] ?? 0) + 1) / (count + 2);
    observed[at] = Math.log(share / (1 - share));
    variance[at] = 1 / (count * share * (1 - share) + 0.5);
  }
  return { counts, observed, variance };
}

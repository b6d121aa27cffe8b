import { formTraits } from '../quality/task-form.ts';
import type { OutcomeTable, Outcomes } from './outcome-table.ts';

/** What the traits of a task are usually like, and what they say about the gain of a strong model. */
export interface TraitFit {
  /** Means; domains by rows. */
  readonly usual: Float64Array;
  readonly mean: Float64Array;
  /** Standard deviation within a data set. */
  readonly scale: Float64Array;
  /** Gain for each standard deviation: never below 0, because the traits carry the believed sign. */
  readonly transfer: Float64Array;
}

/** A domain's mean counts as if so many average prompts had been seen. */
const meanPrior = 5;

/** Each trait is believed to add this share of the mean gain for each standard deviation. Source: `assumption`. */
const believedGain = 0.1;

/** How strongly that is believed, in data sets. Source: of .3, 1, 5 and 30 the best when data sets were left out. */
const belief = 30;

/** Pairs closer than this say nothing about what a stronger model gains; weak models below the floor fail at everything. */
const pairBounds = Object.freeze({ leastGap: 0.05, weakFloor: 0.25 });

/** Learns the traits from the rows that `include` takes; every data set counts the same. */
export function fitTraits(table: OutcomeTable, include: (row: Outcomes) => boolean): TraitFit {
  const rows = table.rows.filter((row) => row.group !== -1 && include(row));
  const byGroup = table.groups
    .map((_, group) => rows.filter((row) => row.group === group))
    .filter((part) => part.length > 1);
  const scale = withinDeviation(byGroup);
  return { ...usualTraits(rows, table.domains.length), scale, transfer: fitTransfer(byGroup, scale) };
}

const width = formTraits.length;

function meanOf(rows: readonly Outcomes[]): Float64Array {
  const mean = new Float64Array(width);
  for (const { form } of rows) form.forEach((value, at) => (mean[at] = (mean[at] ?? 0) + value / rows.length));
  return mean;
}

function usualTraits(rows: readonly Outcomes[], domains: number): Pick<TraitFit, 'usual' | 'mean'> {
  const mean = meanOf(rows);
  const usual = new Float64Array(domains * width);
  const counts = new Float64Array(domains).fill(meanPrior);
  for (let at = 0; at < usual.length; at += 1) usual[at] = meanPrior * (mean[at % width] ?? 0);
  for (const { form, domain } of rows) {
    counts[domain] = (counts[domain] ?? 0) + 1;
    form.forEach((value, at) => (usual[domain * width + at] = (usual[domain * width + at] ?? 0) + value));
  }
  return { mean, usual: usual.map((sum, at) => sum / (counts[Math.floor(at / width)] ?? 1)) };
}

function withinDeviation(byGroup: readonly (readonly Outcomes[])[]): Float64Array {
  const variance = new Float64Array(width);
  for (const rows of byGroup) {
    const mean = meanOf(rows);
    for (const { form } of rows) {
      form.forEach((value, at) => {
        variance[at] = (variance[at] ?? 0) + (value - (mean[at] ?? 0)) ** 2 / rows.length / byGroup.length;
      });
    }
  }
  return variance.map((value) => (value < 1e-8 ? 1 : Math.sqrt(value)));
}

/** Least squares with slopes that may not be negative, pulled to what is believed: coordinate descent. */
function fitTransfer(byGroup: readonly (readonly Outcomes[])[], scale: Float64Array): Float64Array {
  const squares = new Float64Array(width * width);
  const products = new Float64Array(width);
  for (const rows of byGroup) {
    const gains = relativeGains(rows);
    if (gains === null) continue;
    const mean = meanOf(rows);
    rows.forEach(({ form }, index) => {
      const inputs = form.map((value, at) => (value - (mean[at] ?? 0)) / (scale[at] ?? 1));
      for (let j = 0; j < width; j += 1) {
        products[j] = (products[j] ?? 0) + ((inputs[j] ?? 0) * (gains[index] ?? 0)) / rows.length;
        for (let k = 0; k < width; k += 1) {
          squares[j * width + k] = (squares[j * width + k] ?? 0) + ((inputs[j] ?? 0) * (inputs[k] ?? 0)) / rows.length;
        }
      }
    });
  }
  const slopes = new Float64Array(width).fill(believedGain);
  for (let round = 0; round < 200; round += 1) {
    for (let j = 0; j < width; j += 1) {
      let rest = (products[j] ?? 0) + belief * believedGain;
      for (let k = 0; k < width; k += 1) if (k !== j) rest -= (squares[j * width + k] ?? 0) * (slopes[k] ?? 0);
      slopes[j] = Math.max(0, rest / ((squares[j * width + j] ?? 0) + belief));
    }
  }
  return slopes;
}

/** For each row what stronger models gained on it over weaker ones, over what they gain on average, minus 1. */
export function relativeGains(rows: readonly Outcomes[]): Float64Array | null {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { models, scores } of rows) {
    models.forEach((model, at) => {
      const seen = sums.get(model) ?? { sum: 0, count: 0 };
      sums.set(model, { sum: seen.sum + (scores[at] ?? 0), count: seen.count + 1 });
    });
  }
  const means = new Map([...sums].map(([model, { sum, count }]) => [model, sum / count]));
  const gains = new Float64Array(rows.length);
  let used = 0;
  rows.forEach(({ models, scores }, index) => {
    let gain = 0;
    let expected = 0;
    for (let a = 0; a < models.length; a += 1) {
      for (let b = 0; b < models.length; b += 1) {
        const weak = means.get(models[b] ?? -1) ?? 0;
        const gap = (means.get(models[a] ?? -1) ?? 0) - weak;
        if (gap <= pairBounds.leastGap || weak <= pairBounds.weakFloor) continue;
        gain += (scores[a] ?? 0) - (scores[b] ?? 0);
        expected += gap;
      }
    }
    if (expected === 0) return;
    gains[index] = gain / expected - 1;
    used += 1;
  });
  return used === 0 ? null : gains;
}

import { logitOf, probabilityOf } from './logistic.ts';

/** A domain less likely than this does not count. */
export const leastShare = 1e-3;

/**
 * The log-odds of a good answer of a model, mixed over the likely domains. The last domain, everything else, has no cell.
 *
 * @param cells Log-odds; models by rows, domains by columns.
 */
export function mixedLevel(cells: Float32Array | Float64Array, model: number, posterior: Float64Array): number {
  const domains = posterior.length;
  let weight = 1e-12;
  let sum = 0;
  for (let domain = 0; domain < domains - 1; domain += 1) {
    const share = posterior[domain] ?? 0;
    if (share < leastShare) continue;
    weight += share;
    sum += share * probabilityOf(cells[model * domains + domain] ?? 0);
  }
  return logitOf(sum / weight);
}

/**
 * How far each trait is from what is usual in the likely domains, in standard deviations.
 *
 * @param usual Means of the traits; domains by rows.
 */
export function unusualTraits(
  form: Float64Array,
  posterior: Float64Array,
  usual: Float32Array | Float64Array,
  scale: Float32Array | Float64Array,
): Float64Array {
  const width = form.length;
  const expected = new Float64Array(width);
  let weight = 1e-12;
  for (let domain = 0; domain < posterior.length - 1; domain += 1) {
    const share = posterior[domain] ?? 0;
    if (share < leastShare) continue;
    weight += share;
    for (let at = 0; at < width; at += 1)
      expected[at] = (expected[at] ?? 0) + share * (usual[domain * width + at] ?? 0);
  }
  return form.map((value, at) => (value - (expected[at] ?? 0) / weight) / (scale[at] ?? 1));
}

/**
 * What one model gains over another, mixed over the likely domains in which both were seen; their mean gain where none is.
 */
export function pairedGain(
  { cells, counts }: { readonly cells: Float32Array; readonly counts: Float32Array },
  strong: number,
  weak: number,
  posterior: Float64Array,
): number {
  const domains = posterior.length;
  let weight = 1e-12;
  let sum = 0;
  let all = 1e-12;
  let mean = 0;
  for (let domain = 0; domain < domains - 1; domain += 1) {
    const first = strong * domains + domain;
    const second = weak * domains + domain;
    const seen = Math.min(counts[first] ?? 0, counts[second] ?? 0);
    if (seen === 0) continue;
    const gain = probabilityOf(cells[first] ?? 0) - probabilityOf(cells[second] ?? 0);
    const share = posterior[domain] ?? 0;
    sum += share * gain;
    weight += share;
    mean += seen * gain;
    all += seen;
  }
  // A little of the mean, so that a prompt of none of these domains is not judged by the least unlikely one.
  return (sum + leastShare * (mean / all)) / (weight + leastShare);
}

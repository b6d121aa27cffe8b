import { probabilityOf } from './logistic.ts';

/** A domain less likely than this does not count. */
const leastShare = 1e-3;

/** The domains that a prompt may belong to. */
export interface LikelyDomains {
  readonly indexes: readonly number[];
  /** How likely each is; with {@link elsewhere} they add up to about 1. */
  readonly shares: readonly number[];
  /** How likely the prompt is unlike anything that was learnt from. */
  readonly elsewhere: number;
}

/** @param posterior How likely each domain is; the last is everything else. */
export function likelyDomains(posterior: Float64Array): LikelyDomains {
  const last = posterior.length - 1;
  const indexes: number[] = [];
  const shares: number[] = [];
  for (let domain = 0; domain < last; domain += 1) {
    const share = posterior[domain] ?? 0;
    if (share < leastShare) continue;
    indexes.push(domain);
    shares.push(share);
  }
  return { indexes, shares, elsewhere: posterior[last] ?? 0 };
}

/** What is known of models by domain: matrices with models by rows and domains by columns, or a number for each. */
export interface DomainTables {
  /** Log-odds of a good answer. */
  readonly cells: Float32Array | Float64Array;
  /** How many outcomes each cell rests on. */
  readonly counts: Float32Array | Float64Array;
  /** By model, log-odds; what is expected of a cell is ability + ease. */
  readonly ability: Float32Array | Float64Array;
  /** By domain. */
  readonly ease: Float32Array | Float64Array;
  /** By domain: the mean of its prompts. */
  readonly strain: Float32Array | Float64Array;
}

/**
 * How much a domain where a model was not seen counts against where it was: little, because one kind of task is found in
 * several data sets, and it is enough to have been seen in one. Source: `assumption`.
 */
const kinship = 0.03;

/**
 * How far a model was seen on prompts like this one, 0 to 1.
 *
 * @param patience So many outcomes count as much as none.
 */
export function seenSupport(
  { counts, ease }: Pick<DomainTables, 'counts' | 'ease'>,
  model: number,
  { indexes, shares, elsewhere }: LikelyDomains,
  patience: number,
): number {
  let seen = 0;
  let rest = elsewhere + 1e-12;
  for (let at = 0; at < indexes.length; at += 1) {
    const share = shares[at] ?? 0;
    const count = counts[model * ease.length + (indexes[at] ?? 0)] ?? 0;
    const known = (share * count) / (count + patience);
    seen += known;
    rest += count === 0 ? kinship * share : share - known;
  }
  return seen / (seen + rest);
}

/**
 * The chance of a good answer of a model, mixed over the likely domains. In a domain where the model was not seen it is
 * taken to be as much above or below what is expected as where it was.
 */
export function seenChance(
  { cells, counts, ability, ease }: Omit<DomainTables, 'strain'>,
  model: number,
  { indexes, shares }: LikelyDomains,
): number {
  const row = model * ease.length;
  const own = ability[model] ?? 0;
  let seen = 1e-12;
  let beyond = 0;
  for (let at = 0; at < indexes.length; at += 1) {
    const domain = indexes[at] ?? 0;
    if ((counts[row + domain] ?? 0) === 0) continue;
    const share = shares[at] ?? 0;
    seen += share;
    beyond += share * ((cells[row + domain] ?? 0) - own - (ease[domain] ?? 0));
  }
  const level = own + beyond / seen;
  let weight = 1e-12;
  let sum = 0;
  for (let at = 0; at < indexes.length; at += 1) {
    const domain = indexes[at] ?? 0;
    const share = shares[at] ?? 0;
    const isSeen = (counts[row + domain] ?? 0) > 0;
    weight += share;
    sum += share * probabilityOf(isSeen ? (cells[row + domain] ?? 0) : level + (ease[domain] ?? 0));
  }
  return sum / weight;
}

/** What one model gains over another. */
export interface PairedGain {
  /** Mixed over the likely domains in which both were seen; `overall` where none is. */
  readonly here: number;
  /** Over all domains in which both were seen, and the mean strain of these; `undefined` when there are none. */
  readonly overall: { readonly gain: number; readonly strain: number } | undefined;
}

/** What outcomes say of the gain of one model over another. */
export function pairedGain(
  { cells, counts, strain }: Pick<DomainTables, 'cells' | 'counts' | 'strain'>,
  strong: number,
  weak: number,
  posterior: Float64Array,
): PairedGain {
  const domains = strain.length;
  let weight = 0;
  let sum = 0;
  let all = 0;
  let total = 0;
  let strained = 0;
  for (let domain = 0; domain < domains - 1; domain += 1) {
    const first = strong * domains + domain;
    const second = weak * domains + domain;
    const seen = Math.min(counts[first] ?? 0, counts[second] ?? 0);
    if (seen === 0) continue;
    const gain = probabilityOf(cells[first] ?? 0) - probabilityOf(cells[second] ?? 0);
    const share = posterior[domain] ?? 0;
    sum += share * gain;
    weight += share;
    total += seen * gain;
    strained += seen * (strain[domain] ?? 0);
    all += seen;
  }
  if (all === 0) return { here: 0, overall: undefined };
  const overall = { gain: total / all, strain: strained / all };
  // A little of the whole, so that a prompt of none of these domains is not judged by the least unlikely one.
  return { here: (sum + leastShare * overall.gain) / (weight + leastShare), overall };
}

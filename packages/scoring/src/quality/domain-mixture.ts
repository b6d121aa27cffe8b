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

/** From so much of what kinds of task the two have in common on a prompt may be of a domain. Source: `assumption`. */
const enoughInCommon = 0.3;

/**
 * Takes from a domain whose prompts are of other kinds of task than this one, and gives it to everything else: words alone
 * send a poem on physics to the exams of physics.
 *
 * @param posterior How likely each domain is; the last is everything else. It is changed.
 * @param kinds The mean shares of kinds, domains by kinds.
 */
export function keepLikeKinds(posterior: Float64Array, kinds: ArrayLike<number>, shares: readonly number[]): void {
  const last = posterior.length - 1;
  for (let domain = 0; domain < last; domain += 1) {
    const likely = posterior[domain] ?? 0;
    if (likely < leastShare) continue;
    let common = 0;
    for (let kind = 0; kind < shares.length; kind += 1) {
      common += Math.min(shares[kind] ?? 0, kinds[domain * shares.length + kind] ?? 0);
    }
    const kept = likely * Math.min(1, common / enoughInCommon);
    posterior[domain] = kept;
    posterior[last] = (posterior[last] ?? 0) + likely - kept;
  }
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
  /** By domain: what a unit of ability adds to the chance of a good answer; the last is usual. */
  readonly slope: Float32Array | Float64Array;
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
  { cells, counts, ability, ease }: Omit<DomainTables, 'slope'>,
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

/** What outcomes say of the gain of one model over another. */
export interface PairedGain {
  /**
   * Mixed over the likely domains in which both were seen; the mean of all of these where none is likely; `undefined` when
   * there are none.
   */
  readonly here: number | undefined;
  /** How far apart the two are, in units of ability: what they gain on the whole over what a unit is worth there. */
  readonly gap: number;
  /** What models that stand one unit apart gain on a prompt like this, from the likely domains in which the two were not seen. */
  readonly slope: number;
}

/** Units of ability between two models that were never seen together. Source: `assumption`. */
const usualGap = 0.6;

/** The least that is believed of a known pair, and of a domain. Source: `assumption`. */
const least = Object.freeze({ gain: 0.02, slope: 0.03 });

/** Everything else speaks so much louder than a domain in which the pair was not seen. Source: `assumption`. */
const elsewhereWeight = 4;

/** @param pair The rows of two models; `undefined` when one of them was never seen. */
export function pairedGain(
  { cells, counts, slope }: Pick<DomainTables, 'cells' | 'counts' | 'slope'>,
  pair: { readonly strong: number; readonly weak: number } | undefined,
  posterior: Float64Array,
): PairedGain {
  const domains = slope.length;
  const seen = { share: 0, gain: 0, count: 0, total: 0, worth: 0 };
  const unseen = { share: 0, slope: 0 };
  for (let domain = 0; domain < domains - 1; domain += 1) {
    const first = (pair?.strong ?? 0) * domains + domain;
    const second = (pair?.weak ?? 0) * domains + domain;
    const count = pair === undefined ? 0 : Math.min(counts[first] ?? 0, counts[second] ?? 0);
    const share = posterior[domain] ?? 0;
    if (count === 0) {
      unseen.share += share;
      unseen.slope += share * (slope[domain] ?? 0);
      continue;
    }
    const gain = probabilityOf(cells[first] ?? 0) - probabilityOf(cells[second] ?? 0);
    seen.share += share;
    seen.gain += share * gain;
    seen.count += count;
    seen.total += count * gain;
    seen.worth += count * (slope[domain] ?? 0);
  }
  const other = elsewhereWeight * (posterior[domains - 1] ?? 0) + 1e-9;
  const transferred = (unseen.slope + other * (slope[domains - 1] ?? 0)) / (unseen.share + other);
  if (seen.count === 0) return { here: undefined, gap: usualGap, slope: transferred };
  const overall = seen.total / seen.count;
  return {
    // A little of the whole, so that a prompt of none of these domains is not judged by the least unlikely one.
    here: (seen.gain + leastShare * overall) / (seen.share + leastShare),
    gap: Math.max(least.gain, overall) / Math.max(least.slope, seen.worth / seen.count),
    slope: transferred,
  };
}

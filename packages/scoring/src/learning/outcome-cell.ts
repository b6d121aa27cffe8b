import type { Clock } from '@lattice-lock/contract';
import type { OutcomeEvidence } from './outcome-evidence.ts';

/** One judgement as a cell keeps it. */
export interface Judgement {
  /** Request, key and source: a later one of the same takes its place. */
  readonly id: string;
  readonly score: number;
  readonly atMs: number;
  /** See {@link difficultyBand}. */
  readonly band: number;
}

/** How the judgements of a cell are weighed. */
export interface CellRules {
  readonly halfLifeMs: number;
  /** Judgements kept of each key: the latest. */
  readonly window: number;
  /** What one key weighs at most, however often it judges. */
  readonly maxKeyWeight: number;
}

/** Bands of difficulty: easy, middling, hard. */
const bandCount = 3;

/** The band of a difficulty of 0 to 1. */
export function difficultyBand(difficulty: number): number {
  return Math.min(bandCount - 1, Math.floor(difficulty * bandCount));
}

/** What a judgement of another band weighs. Source: `assumption`. */
const otherBandWeight = 0.5;

/** The judgements of one key, and their weight and weighted score in each band; `null` after a change. */
interface KeyJudgements {
  list: Judgement[];
  sums: Float64Array | null;
}

/** The judgements of one model on one kind of task and domain, and what they come to. */
export class OutcomeCell {
  readonly #rules: CellRules;
  readonly #byKey = new Map<string, KeyJudgements>();
  readonly #evidence: (OutcomeEvidence | undefined)[] = [];
  #isCurrent = false;

  constructor(rules: CellRules) {
    this.#rules = rules;
  }

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Takes a judgement in, by its time. @returns Those that fell out of the window. */
  add(key: string, judgement: Judgement): readonly Judgement[] {
    const { list } = this.#changed(key);
    let at = list.length;
    while (at > 0 && (list[at - 1]?.atMs ?? 0) > judgement.atMs) at -= 1;
    list.splice(at, 0, judgement);
    return list.splice(0, Math.max(0, list.length - this.#rules.window));
  }

  remove(key: string, judgement: Judgement): void {
    const judgements = this.#changed(key);
    judgements.list = judgements.list.filter((one) => one !== judgement);
    if (judgements.list.length === 0) this.#byKey.delete(key);
  }

  /** Lets every judgement be weighed anew: time has passed. */
  age(): void {
    this.#isCurrent = false;
    for (const judgements of this.#byKey.values()) judgements.sums = null;
  }

  /** What the judgements say in a band; `undefined` where they weigh nothing. Only keys with changes are weighed anew. */
  evidence(band: number, clock: Clock): OutcomeEvidence | undefined {
    this.settle(clock);
    return this.#evidence[band];
  }

  /** Makes the figures where something changed, so that nobody has to wait for them later. */
  settle(clock: Clock): void {
    if (this.#isCurrent) return;
    const nowMs = clock.now();
    for (const judgements of this.#byKey.values()) judgements.sums ??= this.#weigh(judgements.list, nowMs);
    for (let band = 0; band < bandCount; band += 1) this.#evidence[band] = this.#evidenceIn(band);
    this.#isCurrent = true;
  }

  #changed(key: string): KeyJudgements {
    this.#isCurrent = false;
    const judgements = this.#byKey.get(key) ?? { list: [], sums: null };
    judgements.sums = null;
    this.#byKey.set(key, judgements);
    return judgements;
  }

  /** Weight and weighted score, band by band. */
  #weigh(list: readonly Judgement[], nowMs: number): Float64Array {
    const sums = new Float64Array(2 * bandCount);
    for (const { score, atMs, band: own } of list) {
      const fresh = 2 ** (-Math.max(0, nowMs - atMs) / this.#rules.halfLifeMs);
      for (let band = 0; band < bandCount; band += 1) {
        const weight = own === band ? fresh : fresh * otherBandWeight;
        sums[2 * band] = (sums[2 * band] ?? 0) + weight;
        sums[2 * band + 1] = (sums[2 * band + 1] ?? 0) + weight * score;
      }
    }
    return sums;
  }

  #evidenceIn(band: number): OutcomeEvidence | undefined {
    const total = { weight: 0, sum: 0, outcomes: 0, keys: 0, largestWeight: 0 };
    for (const { list, sums } of this.#byKey.values()) {
      const weight = sums?.[2 * band] ?? 0;
      if (weight === 0) continue;
      const counted = keyWeight(weight, this.#rules.maxKeyWeight);
      total.weight += counted;
      total.sum += ((sums?.[2 * band + 1] ?? 0) / weight) * counted;
      total.outcomes += list.length;
      total.keys += 1;
      total.largestWeight = Math.max(total.largestWeight, counted);
    }
    return total.weight === 0 ? undefined : total;
  }
}

/** So many judgements of a key count half by themselves: a single one may be a slip, or of a task that was read wrongly. Source: `assumption`. */
const slipWeight = 2;

/**
 * What the judgements of one key weigh together: less than each by itself, because they share whoever judges, and never more
 * than `most`. The weight of a group in a random effects model (DerSimonian and Laird 1986), `1 / most` the correlation, times
 * how far so many are believed. It depends on that key alone, so no key changes what another weighs.
 */
function keyWeight(weight: number, most: number): number {
  return most === 0 ? 0 : ((weight * most) / (weight + most)) * (weight / (weight + slipWeight));
}

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
  /** The most that one key weighs. */
  readonly maxKeyWeight: number;
}

/** Bands of difficulty: easy, middling, hard. */
export const bandCount = 3;

/** The band of a difficulty of 0 to 1. */
export function difficultyBand(difficulty: number): number {
  return Math.min(bandCount - 1, Math.floor(difficulty * bandCount));
}

/** What a judgement of another band weighs. Source: `assumption`. */
const otherBandWeight = 0.5;

/** The judgements of one model on one kind of task and domain, and what they come to. */
export class OutcomeCell {
  readonly #rules: CellRules;
  readonly #byKey = new Map<string, Judgement[]>();
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
    this.#isCurrent = false;
    const list = this.#byKey.get(key) ?? [];
    this.#byKey.set(key, list);
    let at = list.length;
    while (at > 0 && (list[at - 1]?.atMs ?? 0) > judgement.atMs) at -= 1;
    list.splice(at, 0, judgement);
    return list.splice(0, Math.max(0, list.length - this.#rules.window));
  }

  remove(key: string, judgement: Judgement): void {
    this.#isCurrent = false;
    const left = (this.#byKey.get(key) ?? []).filter((one) => one !== judgement);
    if (left.length === 0) this.#byKey.delete(key);
    else this.#byKey.set(key, left);
  }

  /** Makes the figures anew at the next question: time has passed. */
  age(): void {
    this.#isCurrent = false;
  }

  /** What the judgements say in a band; `undefined` where they weigh nothing. */
  evidence(band: number, clock: Clock): OutcomeEvidence | undefined {
    if (!this.#isCurrent) {
      const nowMs = clock.now();
      for (let one = 0; one < bandCount; one += 1) this.#evidence[one] = this.#evidenceIn(one, nowMs);
      this.#isCurrent = true;
    }
    return this.#evidence[band];
  }

  #evidenceIn(band: number, nowMs: number): OutcomeEvidence | undefined {
    const total = { weight: 0, sum: 0, outcomes: 0, keys: 0, largestWeight: 0 };
    for (const judgements of this.#byKey.values()) {
      let weight = 0;
      let sum = 0;
      for (const { score, atMs, band: own } of judgements) {
        const age = Math.max(0, nowMs - atMs);
        const share = 2 ** (-age / this.#rules.halfLifeMs) * (own === band ? 1 : otherBandWeight);
        weight += share;
        sum += share * score;
      }
      if (weight === 0) continue;
      const counted = Math.min(weight, this.#rules.maxKeyWeight);
      total.weight += counted;
      total.sum += (sum / weight) * counted;
      total.outcomes += judgements.length;
      total.keys += 1;
      total.largestWeight = Math.max(total.largestWeight, counted);
    }
    return total.weight === 0 ? undefined : total;
  }
}

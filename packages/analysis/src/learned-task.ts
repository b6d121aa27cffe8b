import type { TaskEvidence, TaskKind } from '@lattice-lock/contract';
import { bytesFromBase64, HashedClassifier, softmax } from './hashed-classifier.ts';
import { KnownStems } from './known-stems.ts';
import { instructionGrams } from './learned-words.ts';
import type { TaskModel } from './task-model.ts';

/** The domain of whatever belongs to none. */
export const generalDomain = 'general';

/**
 * When the learned words may vote on the kind, judged by leaving sources out: they know the source better than the task, so
 * they are heard to the degree that the wording was seen before (`from` none of it, `to` all of it; `fewPairs` halves the
 * trust in a text of so many), and never by more than `most` log-odds.
 */
const vote = Object.freeze({ from: 0.6, to: 0.9, fewPairs: 8, most: 0.7, least: 0.25 });

/**
 * What a text about a field adds to a kind, in log-odds times the field's share. Mathematics raised the kind `math` on every
 * source it was tried on, without having seen any of them.
 */
const fieldVotes: readonly {
  readonly domain: string;
  readonly kind: TaskKind;
  readonly weight: number;
  readonly figures?: boolean;
}[] = [
  { domain: 'mathematics', kind: 'math', weight: 1.5, figures: true },
  { domain: 'statistics', kind: 'math', weight: 1.5, figures: true },
  { domain: 'computer-science', kind: 'code', weight: 2 },
  { domain: 'chemistry', kind: 'qa', weight: 1 },
  { domain: 'physics', kind: 'qa', weight: 1 },
];

/** So large a share of a field needs no figures to speak for a kind. */
const sureShare = 0.8;

/** A field that hardly shows says nothing. */
const leastFieldVote = 0.5;

/** What a text is about. */
export interface DomainView {
  readonly domain: string;
  readonly domains: Readonly<Record<string, number>>;
}

const noDomain: DomainView = Object.freeze({ domain: generalDomain, domains: Object.freeze({ [generalDomain]: 1 }) });

/** A task model made ready to be asked. */
export class LearnedTask {
  readonly kindTemperature: number;
  /** The stems that were seen in training. */
  readonly stems: KnownStems;
  readonly #kinds: HashedClassifier | null;
  readonly #familiar: Uint8Array;
  readonly #domains: HashedClassifier | null;
  readonly #domainTemperature: number;
  readonly #difficulty: TaskModel['difficulty'];
  readonly #difficultyOfDomains: readonly (readonly [string, number])[];
  /** Every domain with no share: a copy of it has its final shape at once. */
  readonly #noShares: Readonly<Record<string, number>>;

  constructor(model: TaskModel) {
    this.kindTemperature = model.kindTemperature;
    this.#kinds = model.kinds === undefined ? null : new HashedClassifier(model.kinds);
    this.#familiar = new Uint8Array(bytesFromBase64(model.kinds?.familiarPairs ?? ''));
    this.#domains = model.domains === undefined ? null : new HashedClassifier(model.domains);
    this.stems = new KnownStems([this.#domains, this.#kinds].filter((one) => one !== null));
    this.#domainTemperature = model.domainTemperature;
    this.#difficulty = model.difficulty;
    this.#difficultyOfDomains = Object.entries(model.difficulty?.domains ?? {});
    this.#noShares = Object.fromEntries((model.domains?.classes ?? []).map((name) => [name, 0]));
  }

  /** Log-odds that the wording adds to each kind, as evidence. Empty for wording that was never seen. */
  kindEvidence(stems: Int32Array): readonly TaskEvidence[] {
    if (this.#kinds === null || stems.length === 0) return [];
    const { words, pairs } = instructionGrams(stems);
    const familiar = (this.#familiarity(pairs) - vote.from) / (vote.to - vote.from);
    if (familiar <= 0) return [];
    const trust = (Math.min(1, familiar) * pairs.length) / (pairs.length + vote.fewPairs);
    const { classes } = this.#kinds;
    const scores = this.#kinds.scores(words, pairs);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    return classes.flatMap((kind, index) => {
      const bounded = Math.max(-vote.most, Math.min(vote.most, (scores[index] ?? 0) - mean));
      const weight = trust * bounded;
      return Math.abs(weight) < vote.least ? [] : [{ id: 'learned-wording', kind: kind as TaskKind, weight }];
    });
  }

  #familiarity(pairs: readonly number[]): number {
    let known = 0;
    for (const pair of pairs) if (hasBit(this.#familiar, pair)) known += 1;
    return pairs.length === 0 ? 0 : known / pairs.length;
  }

  /**
   * What the field of a text says about its kind.
   *
   * @param hasFigures Whether numbers or notation stand in it: a story without them is hardly a problem of mathematics.
   */
  fieldEvidence(domains: Readonly<Record<string, number>>, hasFigures: boolean): readonly TaskEvidence[] {
    return fieldVotes.flatMap(({ domain, kind, weight, figures }) => {
      if (figures === true && !hasFigures && (domains[domain] ?? 0) < sureShare) return [];
      const worth = weight * (domains[domain] ?? 0);
      return worth < leastFieldVote ? [] : [{ id: `field-${domain}`, kind, weight: worth }];
    });
  }

  /** What the text is about. */
  domain(stems: Int32Array): DomainView {
    if (this.#domains === null) return noDomain;
    const { classes } = this.#domains;
    const shares = softmax(this.#domains.scores(stems), this.#domainTemperature);
    let best = 0;
    const domains: Record<string, number> = { ...this.#noShares };
    for (let index = 0; index < classes.length; index += 1) {
      domains[classes[index] ?? ''] = shares[index] ?? 0;
      if ((shares[index] ?? 0) > (shares[best] ?? 0)) best = index;
    }
    return { domain: classes[best] ?? generalDomain, domains: Object.freeze(domains) };
  }

  /** What form and domain add to the difficulty, -0.3 to 0.3. */
  difficulty(dense: Float32Array, domains: Readonly<Record<string, number>>): number {
    if (this.#difficulty === undefined) return 0;
    let sum = 0;
    this.#difficulty.dense.forEach((weight, index) => {
      sum += weight * (dense[index] ?? 0);
    });
    for (const [domain, weight] of this.#difficultyOfDomains) sum += weight * (domains[domain] ?? 0);
    return Math.max(-0.3, Math.min(0.3, sum));
  }
}

/** Whether a hash is in a set of bits; its size in bytes is a power of two. */
function hasBit(bits: Uint8Array, hash: number): boolean {
  const bit = (hash ^ (hash >>> 15)) & (bits.length * 8 - 1);
  return (((bits[bit >> 3] ?? 0) >> (bit & 7)) & 1) === 1;
}

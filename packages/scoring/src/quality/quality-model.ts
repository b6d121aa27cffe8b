import { taskKinds, textFeatures, type TaskProfile, type TextFeatures } from '@lattice-lock/contract';
import {
  keepLikeKinds,
  likelyDomains,
  pairedGain,
  seenChance,
  seenSupport,
  type LikelyDomains,
} from './domain-mixture.ts';
import { Leanings, type Leaning } from './leanings.ts';
import { probabilityOf, rowProduct, softmax } from './logistic.ts';
import { modelKey } from './model-key.ts';
import { readQualityData, type QualityMatrices, type QualityModelData } from './quality-data.ts';
import { TaskStrain } from './task-strain.ts';
import { TextEmbedding } from './text-embedding.ts';

/** How good an answer of a model is expected to be. */
export interface QualityEstimate {
  /** The expected score, 0 to 1. */
  readonly quality: number;
  /** The standard error of it, 0 to 0.5. */
  readonly uncertainty: number;
  /** How far it rests on outcomes of this model on prompts like this one, 0 to 1; the rest is what transfers. */
  readonly support: number;
}

/** What is worked out once for a prompt. */
interface Reading {
  /** How likely each domain is; the last is everything else. */
  readonly posterior: Float64Array;
  readonly likely: LikelyDomains;
  /** What the wording says within each likely data set. */
  readonly groups: readonly GroupReading[];
  /** How much better than expected all models do, by the wording. */
  readonly level: number;
  /** How much more the task asks of a model than an average one. */
  readonly strain: number;
  /** How easy the likely domains are, log-odds. */
  readonly ease: number;
}

interface GroupReading extends Leaning {
  readonly group: number;
  readonly share: number;
}

/** An average model of the recorded ones, log-odds: about .65. For models that nothing is known of. Source: `assumption`. */
const averageAbility = 0.6;

/** Log-odds that a unit of strain costs. Source: `assumption`. */
const strainCost = 0.1;

/** Each further unit of strain makes what a pair gains e^0.2 times as much. Source: `assumption`. */
const gainPerStrain = 0.2;

/** A data set less likely than this does not count. */
const leastGroupShare = 0.01;

/** Predicts how well models do on a task, from recorded outcomes. Pure and quick: no network, some tens of microseconds. */
export class QualityModel {
  readonly provenance: QualityModelData['provenance'];
  /** The models with evidence, by the keys of `modelKey`. */
  readonly models: readonly string[];
  readonly #data: QualityModelData;
  readonly #matrices: QualityMatrices;
  readonly #embedding: TextEmbedding;
  readonly #leanings: Leanings;
  readonly #strain: TaskStrain;
  readonly #usualStrain: number;
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #rowOfName = new Map<string, number | undefined>();
  #last: { readonly profile: TaskProfile; readonly reading: Reading | undefined } | undefined;

  /**
   * @param value The `quality` part of an artefact.
   * @throws LatticeError `LATTICE_CONFIG` naming the field that is wrong.
   */
  constructor(value: unknown) {
    const { data, matrices, codes, codeScale, leaningCodes } = readQualityData(value);
    const { leaningScale: scale, leaningDense: dense, leaningBias: bias } = matrices;
    this.#data = data;
    this.#matrices = matrices;
    this.#embedding = new TextEmbedding(codes, codeScale);
    this.#leanings = new Leanings({ codes: leaningCodes, scale, dense, bias });
    this.#strain = new TaskStrain(data.denseNames);
    this.#usualStrain = mean(matrices.strain);
    this.#rowOf = new Map(data.models.map((name, row) => [name, row]));
    this.models = data.models;
    this.provenance = data.provenance;
  }

  /** True when there are outcomes of the model. */
  knows(model: string): boolean {
    return this.#row(model) !== undefined;
  }

  /**
   * @param models Names in any spelling; all models with evidence by default. A name that nothing is known of gets the
   * estimate of an average model with no support.
   * @returns Nothing for a profile that carries no text features: a copied one.
   */
  predict(profile: TaskProfile, models: readonly string[] = this.models): ReadonlyMap<string, QualityEstimate> {
    const reading = this.#read(profile);
    const found = new Map<string, QualityEstimate>();
    if (reading === undefined) return found;
    for (const name of models) found.set(name, this.#estimate(reading, this.#row(name)));
    return found;
  }

  /** The estimate of one model; `undefined` when nothing is known of it, or the profile carries no text features. */
  estimate(profile: TaskProfile, model: string): QualityEstimate | undefined {
    const row = this.#row(model);
    const reading = row === undefined ? undefined : this.#read(profile);
    return reading === undefined ? undefined : this.#estimate(reading, row);
  }

  /**
   * How much better the strong model's answer is expected to be than the weak one's: the more, the rather the prompt should
   * go to the strong one. Comparable between prompts of one pair. Where one of them is unknown, or there were no prompts
   * like this one, it rests on what transfers: what a better model gains in domains like this, and strain. `undefined` for a profile that carries no text features.
   */
  pairStrength(profile: TaskProfile, strong: string, weak: string): number | undefined {
    const reading = this.#read(profile);
    if (reading === undefined) return undefined;
    const first = this.#row(strong);
    const second = this.#row(weak);
    const known = first === undefined || second === undefined ? undefined : { strong: first, weak: second };
    const { here, gap, slope } = pairedGain(this.#matrices, known, reading.posterior);
    const transferred = gap * slope * Math.exp(gainPerStrain * (reading.strain - this.#usualStrain));
    if (known === undefined || here === undefined) return transferred;
    const support = Math.min(this.#support(reading, known.strong), this.#support(reading, known.weak));
    const seen = here + this.#leaning(reading, known.strong, known.weak);
    return support * seen + (1 - support) * transferred;
  }

  /**
   * What the wording says of those who stand higher, times how much higher a model stands than the mean of all, or than another
   * one: over the likely data sets where it was seen.
   */
  #leaning({ groups }: Reading, row: number, other?: number): number {
    let weight = 1e-12;
    let sum = 0;
    for (const { group, share, spread } of groups) {
      const own = this.#standing(row, group);
      const against = other === undefined ? 0 : this.#standing(other, group);
      if (own === undefined || against === undefined) continue;
      weight += share;
      sum += share * spread * (own - against);
    }
    return sum / weight;
  }

  /** How far a model stands above the mean of all models of a data set; `undefined` where it was not seen. */
  #standing(row: number, group: number): number | undefined {
    const standing = this.#matrices.standing[row * this.#data.groups.length + group] ?? 0;
    return standing === 0 ? undefined : standing;
  }

  #row(name: string): number | undefined {
    if (this.#rowOfName.has(name)) return this.#rowOfName.get(name);
    const row = this.#rowOf.get(modelKey(name));
    // Names may come from requests: the memory of them is bounded.
    if (this.#rowOfName.size > 4096) this.#rowOfName.clear();
    this.#rowOfName.set(name, row);
    return row;
  }

  #estimate(reading: Reading, row: number | undefined): QualityEstimate {
    const { ease, strain } = reading;
    const ability = row === undefined ? averageAbility : (this.#matrices.ability[row] ?? 0);
    const general = probabilityOf(ability + ease - strainCost * strain);
    if (row === undefined) return estimateOf(general, 0, 0);
    const support = this.#support(reading, row);
    const quality = support * this.#seenQuality(reading, row) + (1 - support) * general;
    return estimateOf(quality, support, (this.#data.patience * support) / Math.max(1e-2, 1 - support));
  }

  /** From this model's outcomes in the likely domains, and what the wording adds. */
  #seenQuality(reading: Reading, row: number): number {
    const quality = seenChance(this.#matrices, row, reading.likely) + reading.level + this.#leaning(reading, row);
    return Math.min(0.995, Math.max(0.005, quality));
  }

  #support({ likely }: Reading, row: number): number {
    return seenSupport(this.#matrices, row, likely, this.#data.patience);
  }

  #read(profile: TaskProfile): Reading | undefined {
    if (this.#last?.profile === profile) return this.#last.reading;
    const features = textFeatures(profile);
    const reading = features === undefined ? undefined : this.#readFeatures(profile, features);
    this.#last = { profile, reading };
    return reading;
  }

  #readFeatures(profile: TaskProfile, features: TextFeatures): Reading {
    const { domainHeads, domainBias } = this.#matrices;
    const embedding = new Float64Array(this.#data.rank + this.#data.denseNames.length);
    this.#embedding.embed(features, embedding);
    const posterior = new Float64Array(domainBias.length);
    for (let domain = 0; domain < posterior.length; domain += 1) {
      posterior[domain] = (domainBias[domain] ?? 0) + rowProduct(domainHeads, domain, embedding);
    }
    softmax(posterior);
    const shares = taskKinds.map((kind) => profile.kinds[kind]);
    keepLikeKinds(posterior, this.#matrices.kinds, shares);
    const likely = likelyDomains(posterior);
    const strain = this.#strain.read(profile, features);
    return { posterior, likely, strain, ...this.#expect(likely, features) };
  }

  /** What the likely domains and data sets say. What is outside of all of them pulls towards an average ease. */
  #expect({ indexes, shares }: LikelyDomains, features: TextFeatures): Pick<Reading, 'groups' | 'level' | 'ease'> {
    const likely = new Float64Array(this.#data.groups.length);
    let ease = 0;
    indexes.forEach((domain, at) => {
      const share = shares[at] ?? 0;
      const group = this.#data.domains[domain]?.group ?? -1;
      ease += share * (this.#matrices.ease[domain] ?? 0);
      likely[group] = (likely[group] ?? 0) + share;
    });
    const groups: GroupReading[] = [];
    let weight = 1e-12;
    let sum = 0;
    likely.forEach((share, group) => {
      if (share < leastGroupShare) return;
      const leaning = this.#leanings.read(features, group);
      groups.push({ group, share, ...leaning });
      weight += share;
      sum += share * leaning.level;
    });
    return { groups, level: sum / weight, ease };
  }
}

function mean(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function estimateOf(quality: number, support: number, evidence: number): QualityEstimate {
  return { quality, support, uncertainty: Math.sqrt((quality * (1 - quality)) / (1 + evidence)) };
}

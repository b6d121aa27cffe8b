import { textFeatures, type TaskProfile, type TextFeatures } from '@lattice-lock/contract';
import { leastShare, mixedLevel, pairedGain, unusualTraits } from './domain-mixture.ts';
import { probabilityOf, rowProduct, softmax } from './logistic.ts';
import { modelKey } from './model-key.ts';
import { readQualityData, type QualityMatrices, type QualityModelData } from './quality-data.ts';
import { TaskForm, formTraits } from './task-form.ts';
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
  readonly embedding: Float64Array;
  /** How likely each domain is; the last is everything else. */
  readonly posterior: Float64Array;
  /** How far each trait is from what is usual in the likely domains, in standard deviations. */
  readonly traits: Float64Array;
  /** How much harder for weak models than usual, from the traits that transfer. */
  readonly strain: number;
  /** The slopes of the likely groups: how far the heads are believed, the traits, and strain for gains. */
  readonly slopes: Float64Array;
  /** How easy the likely domains are, log-odds. */
  readonly ease: number;
}

/** An average model of the recorded ones, log-odds: about .65. For models that nothing is known of. Source: `assumption`. */
const averageAbility = 0.6;

/** What a pair of unlike models gains on an average task, and by how much for each unit of strain. Source: `assumption`. */
const pairPrior = Object.freeze({ gain: 0.12, perStrain: 0.12 });

/**
 * The part of what the heads say of a gain, beside the table. Source: of 0, .3 and .6 the best on the held-out public
 * outcomes it was compared on, whose figures it flatters.
 */
const headsInGain = 0.3;

/** Predicts how well models do on a task, from recorded outcomes. Pure and quick: no network, some tens of microseconds. */
export class QualityModel {
  readonly provenance: QualityModelData['provenance'];
  /** The models with evidence, by the keys of `modelKey`. */
  readonly models: readonly string[];
  readonly #data: QualityModelData;
  readonly #matrices: QualityMatrices;
  readonly #embedding: TextEmbedding;
  readonly #form: TaskForm;
  readonly #rowOf: ReadonlyMap<string, number>;
  readonly #rowOfName = new Map<string, number | undefined>();
  #last: { readonly profile: TaskProfile; readonly reading: Reading | undefined } | undefined;

  /**
   * @param value The `quality` part of an artefact.
   * @throws LatticeError `LATTICE_CONFIG` naming the field that is wrong.
   */
  constructor(value: unknown) {
    const { data, matrices, codes, codeScale } = readQualityData(value, formTraits.length);
    this.#data = data;
    this.#matrices = matrices;
    this.#embedding = new TextEmbedding(codes, codeScale);
    this.#form = new TaskForm(data.denseNames);
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
   * like this one, it rests on what transfers. `undefined` for a profile that carries no text features.
   */
  pairStrength(profile: TaskProfile, strong: string, weak: string): number | undefined {
    const reading = this.#read(profile);
    if (reading === undefined) return undefined;
    const first = this.#row(strong);
    const second = this.#row(weak);
    const transferred = pairPrior.gain + pairPrior.perStrain * reading.strain;
    if (first === undefined || second === undefined) return transferred;
    const support = Math.min(this.#support(reading, first), this.#support(reading, second));
    if (support === 0) return transferred;
    return support * this.#seenGain(reading, first, second) + (1 - support) * transferred;
  }

  /** What the pair's outcomes in the likely domains say of the gain, with a part of what the heads say, and strain. */
  #seenGain(reading: Reading, strong: number, weak: number): number {
    const { modelHeads, modelBias, transfer } = this.#matrices;
    const { posterior, embedding, slopes, traits } = reading;
    const head = (row: number) => probabilityOf((modelBias[row] ?? 0) + rowProduct(modelHeads, row, embedding));
    let strain = 0;
    for (let trait = 0; trait < traits.length; trait += 1) strain += (transfer[trait] ?? 0) * (traits[trait] ?? 0);
    return (
      pairedGain(this.#matrices, strong, weak, posterior) +
      headsInGain * (head(strong) - head(weak)) +
      pairPrior.perStrain * (slopes[traits.length + 1] ?? 0) * strain
    );
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
    const ability = row === undefined ? averageAbility : (this.#matrices.ability[row] ?? 0);
    const general = ability + reading.ease - reading.strain;
    if (row === undefined) return estimateOf(probabilityOf(general), 0, 0);
    const evidence = this.#evidence(reading, row);
    const support = evidence / (evidence + this.#data.patience);
    const seen = support === 0 ? 0 : this.#seenLogit(reading, row);
    return estimateOf(probabilityOf(support * seen + (1 - support) * general), support, evidence);
  }

  /** Log-odds from this model's outcomes in the likely domains, its head, and the traits of the prompt. */
  #seenLogit(reading: Reading, row: number): number {
    const { cells, modelHeads, modelBias } = this.#matrices;
    const { posterior, embedding, slopes, traits } = reading;
    const level = mixedLevel(cells, row, posterior);
    const head = (modelBias[row] ?? 0) + rowProduct(modelHeads, row, embedding);
    let logit = level + (slopes[0] ?? 0) * (head - level);
    for (let trait = 0; trait < traits.length; trait += 1) logit += (slopes[trait + 1] ?? 0) * (traits[trait] ?? 0);
    return logit;
  }

  #support(reading: Reading, row: number): number {
    const evidence = this.#evidence(reading, row);
    return evidence / (evidence + this.#data.patience);
  }

  /** How many outcomes of this model there are in the likely domains. */
  #evidence({ posterior }: Reading, row: number): number {
    const { counts } = this.#matrices;
    let sum = 0;
    for (let domain = 0; domain < posterior.length; domain += 1) {
      const share = posterior[domain] ?? 0;
      if (share >= leastShare) sum += share * (counts[row * posterior.length + domain] ?? 0);
    }
    return sum;
  }

  #read(profile: TaskProfile): Reading | undefined {
    if (this.#last?.profile === profile) return this.#last.reading;
    const features = textFeatures(profile);
    const reading = features === undefined ? undefined : this.#readFeatures(profile, features);
    this.#last = { profile, reading };
    return reading;
  }

  #readFeatures(profile: TaskProfile, features: TextFeatures): Reading {
    const { domainHeads, domainBias, domainTraits, transfer, traitMean, traitScale } = this.#matrices;
    const embedding = new Float64Array(this.#data.rank + this.#data.denseNames.length);
    this.#embedding.embed(features, embedding);
    const posterior = Float64Array.from(
      domainBias,
      (bias, domain) => bias + rowProduct(domainHeads, domain, embedding),
    );
    softmax(posterior);
    const form = this.#form.read(profile, features);
    let strain = 0;
    for (let trait = 0; trait < form.length; trait += 1) {
      strain += ((transfer[trait] ?? 0) * ((form[trait] ?? 0) - (traitMean[trait] ?? 0))) / (traitScale[trait] ?? 1);
    }
    const traits = unusualTraits(form, posterior, domainTraits, traitScale);
    return { embedding, posterior, traits, strain, ...this.#expect(posterior) };
  }

  /** What the likely domains say. What is outside of all of them pulls towards an average ease and flat slopes. */
  #expect(posterior: Float64Array): Pick<Reading, 'slopes' | 'ease'> {
    const { slopes: groupSlopes, ease: domainEase, transfer } = this.#matrices;
    const slopes = new Float64Array(transfer.length + 2);
    let ease = 0;
    for (let domain = 0; domain < posterior.length - 1; domain += 1) {
      const share = posterior[domain] ?? 0;
      if (share < leastShare) continue;
      ease += share * (domainEase[domain] ?? 0);
      const row = (this.#data.domains[domain]?.group ?? 0) * slopes.length;
      for (let at = 0; at < slopes.length; at += 1)
        slopes[at] = (slopes[at] ?? 0) + share * (groupSlopes[row + at] ?? 0);
    }
    return { slopes, ease };
  }
}

function estimateOf(quality: number, support: number, evidence: number): QualityEstimate {
  return { quality, support, uncertainty: Math.sqrt((quality * (1 - quality)) / (1 + evidence)) };
}

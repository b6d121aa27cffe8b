import type { TextFeatures } from '@lattice-lock/contract';
import { softmax } from '../quality/logistic.ts';
import { appendDense, foldBucket } from '../quality/text-embedding.ts';
import { elsewhere, type OutcomeTable, type Outcomes } from './outcome-table.ts';
import { seededRandom, shuffle } from './seeded-random.ts';

/** Settings of {@link fitEmbedding}. */
export interface EmbeddingSettings {
  readonly buckets: number;
  readonly rank: number;
  /** How many dense figures stand behind the rank. */
  readonly dense: number;
  readonly epochs: number;
  readonly rate: number;
  readonly seed: number;
}

/** A low-rank view of the text, and a head upon it for each domain. */
export class EmbeddingFit {
  readonly rank: number;
  /** Rank and dense figures. */
  readonly width: number;
  readonly domains: number;
  readonly table: Float32Array;
  /** One row for each domain. */
  readonly heads: Float32Array;
  readonly bias: Float32Array;
  readonly #mask: number;
  readonly #tableSquares: Float32Array;
  readonly #headSquares: Float32Array;
  readonly #pull: Float64Array;

  constructor(domains: number, settings: EmbeddingSettings) {
    const { buckets, rank, dense, seed } = settings;
    const random = seededRandom(seed);
    this.rank = rank;
    this.width = rank + dense;
    this.domains = domains;
    this.#mask = buckets - 1;
    this.table = new Float32Array(buckets * rank).map(() => (random() + random() + random() - 1.5) * 0.15);
    this.heads = new Float32Array(domains * this.width);
    this.bias = new Float32Array(domains);
    // AdaGrad (Duchi, Hazan and Singer 2011): one rate for each bucket and each head.
    this.#tableSquares = new Float32Array(buckets).fill(0.01);
    this.#headSquares = new Float32Array(domains).fill(0.01);
    this.#pull = new Float64Array(rank);
  }

  embed(features: TextFeatures, sum: Float64Array): void {
    const { indexes, values } = features;
    const { rank, table } = this;
    sum.fill(0);
    for (let at = 0; at < indexes.length; at += 1) {
      const row = foldBucket(indexes[at] ?? 0, this.#mask) * rank;
      const value = values[at] ?? 0;
      for (let column = 0; column < rank; column += 1)
        sum[column] = (sum[column] ?? 0) + value * (table[row + column] ?? 0);
    }
    appendDense(features, rank, sum);
  }

  /** The log-odds that a head gives. */
  logit(head: number, embedding: Float64Array): number {
    const { width, heads } = this;
    let sum = this.bias[head] ?? 0;
    for (let column = 0; column < width; column += 1)
      sum += (heads[head * width + column] ?? 0) * (embedding[column] ?? 0);
    return sum;
  }

  posterior(embedding: Float64Array, out: Float64Array): void {
    for (let domain = 0; domain < this.domains; domain += 1) out[domain] = this.logit(domain, embedding);
    softmax(out);
  }

  /** One step of gradient descent on a row. */
  step(row: Outcomes, embedding: Float64Array, shares: Float64Array, rate: number): void {
    this.embed(row.features, embedding);
    this.posterior(embedding, shares);
    this.#pull.fill(0);
    for (let domain = 0; domain < this.domains; domain += 1) {
      const error = (shares[domain] ?? 0) - (domain === row.domain ? 1 : 0);
      if (Math.abs(error) > 1e-3) this.#correct(domain, error, rate, embedding);
    }
    this.#correctTable(row.features, rate);
  }

  #correct(head: number, error: number, rate: number, embedding: Float64Array): void {
    const { rank, width, heads } = this;
    let norm = 1;
    for (let column = 0; column < width; column += 1) norm += (embedding[column] ?? 0) ** 2;
    const squares = (this.#headSquares[head] ?? 0) + error * error * norm;
    this.#headSquares[head] = squares;
    const step = (rate * error) / Math.sqrt(squares);
    for (let column = 0; column < width; column += 1) {
      const at = head * width + column;
      if (column < rank) this.#pull[column] = (this.#pull[column] ?? 0) + error * (heads[at] ?? 0);
      heads[at] = (heads[at] ?? 0) - step * (embedding[column] ?? 0);
    }
    this.bias[head] = (this.bias[head] ?? 0) - step;
  }

  #correctTable({ indexes, values }: TextFeatures, rate: number): void {
    const { rank, table } = this;
    const pull = this.#pull;
    let norm = 0;
    for (let column = 0; column < rank; column += 1) norm += (pull[column] ?? 0) ** 2;
    for (let at = 0; at < indexes.length; at += 1) {
      const bucket = foldBucket(indexes[at] ?? 0, this.#mask);
      const value = values[at] ?? 0;
      const squares = (this.#tableSquares[bucket] ?? 0) + value * value * norm;
      this.#tableSquares[bucket] = squares;
      const step = (rate * value) / Math.sqrt(squares);
      const row = bucket * rank;
      for (let column = 0; column < rank; column += 1)
        table[row + column] = (table[row + column] ?? 0) - step * (pull[column] ?? 0);
    }
  }
}

/** So many nets with shuffles of their own are averaged: one alone depends much on the order of the rows. */
const nets = 2;

/** Fits embedding and heads to the rows that `include` takes. Equal settings give equal numbers. */
export function fitEmbedding(
  table: OutcomeTable,
  settings: EmbeddingSettings,
  include: (row: Outcomes) => boolean,
): EmbeddingFit {
  const seeds = Array.from({ length: nets }, (_, net) => settings.seed + 1000 * net);
  const fits = seeds.map((seed) => fitNet(table, { ...settings, seed }, include));
  return averageOf(fits, table, settings);
}

/** The mean of the log-odds of several nets, as one net whose embedding is theirs side by side. */
function averageOf(fits: readonly EmbeddingFit[], table: OutcomeTable, settings: EmbeddingSettings): EmbeddingFit {
  const { rank, buckets, dense } = settings;
  const all = new EmbeddingFit(elsewhere(table) + 1, { ...settings, rank: rank * fits.length });
  all.heads.fill(0);
  fits.forEach((fit, net) => {
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      all.table.set(fit.table.subarray(bucket * rank, (bucket + 1) * rank), bucket * all.rank + net * rank);
    }
    for (let head = 0; head < all.bias.length; head += 1) {
      all.bias[head] = (all.bias[head] ?? 0) + (fit.bias[head] ?? 0) / fits.length;
      for (let column = 0; column < rank + dense; column += 1) {
        const to = head * all.width + (column < rank ? net * rank : all.rank - rank) + column;
        all.heads[to] = (all.heads[to] ?? 0) + (fit.heads[head * fit.width + column] ?? 0) / fits.length;
      }
    }
  });
  return all;
}

function fitNet(table: OutcomeTable, settings: EmbeddingSettings, include: (row: Outcomes) => boolean): EmbeddingFit {
  const fit = new EmbeddingFit(elsewhere(table) + 1, settings);
  const rows = table.rows.filter(include);
  const order = Int32Array.from(rows, (_, at) => at);
  const random = seededRandom(settings.seed + 1);
  const embedding = new Float64Array(fit.width);
  const shares = new Float64Array(fit.domains);
  for (let epoch = 0; epoch < settings.epochs; epoch += 1) {
    shuffle(order, random);
    const rate = settings.rate * (1 - epoch / settings.epochs);
    for (const at of order) {
      const row = rows[at];
      if (row !== undefined) fit.step(row, embedding, shares, rate);
    }
  }
  return fit;
}

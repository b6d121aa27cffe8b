import { normFloor, rarityUnit, type HashedClassifierData } from '../hashed-classifier.ts';
import { fitSoftmax, type SparseRow } from './softmax-fit.ts';

/** A text to learn from: the hashes of what occurs in it, its class and how much it counts. */
export interface HashedExample {
  readonly hashes: Int32Array;
  readonly label: number;
  readonly weight: number;
}

/** Settings of {@link fitHashedClassifier}. */
export interface HashedFitOptions {
  readonly classes: readonly string[];
  /** Fewest texts that a hash must occur in. */
  readonly minTexts: number;
  /** Most hashes that are kept: those that tell most about the class. */
  readonly maxHashes: number;
  readonly epochs: number;
  readonly rate: number;
  readonly l2: number;
  readonly dropout: number;
  readonly seed: number;
}

/** Learns a hashed classifier and rounds it to 8 bits. */
export function fitHashedClassifier(
  examples: readonly HashedExample[],
  options: HashedFitOptions,
): HashedClassifierData {
  const { classes } = options;
  const keys = selectHashes(examples, options);
  const rowOf = new Map(keys.map(({ hash }, row) => [hash, row]));
  const rarities = Uint8Array.from(keys, ({ texts }) =>
    Math.min(255, Math.round(Math.log(examples.length / texts) * rarityUnit)),
  );
  const biasRow = keys.length;
  const rows = examples.map((example) => sparseRow(example, rowOf, rarities, biasRow));
  const weights = fitSoftmax(rows, { ...options, classes: classes.length, features: keys.length + 1 });

  const folded = weights.slice(0, biasRow * classes.length);
  folded.forEach((weight, index) => {
    folded[index] = weight * ((rarities[Math.floor(index / classes.length)] ?? 0) / rarityUnit);
  });
  const most = folded.reduce((highest, weight) => Math.max(highest, Math.abs(weight)), 1e-6);
  const bytes = Int8Array.from(folded, (weight) => Math.round((weight / most) * 127));
  return {
    classes,
    keys: base64(Int32Array.from(keys, ({ hash }) => hash)),
    weights: base64(bytes),
    scale: most / 127,
    rarities: base64(rarities),
    bias: [...weights.slice(biasRow * classes.length)].map((one) => Number((one * biasValue).toFixed(4))),
  };
}

/** What the constant feature is worth in a row; small, so that words decide. */
const biasValue = 0.2;

function sparseRow(
  example: HashedExample,
  rowOf: ReadonlyMap<number, number>,
  rarities: Uint8Array,
  biasRow: number,
): SparseRow {
  const found = [...new Set(example.hashes)].flatMap((hash) => rowOf.get(hash) ?? []);
  const values = found.map((row) => (rarities[row] ?? 0) / rarityUnit);
  const norm = Math.sqrt(values.reduce((sum, value) => sum + value * value, normFloor));
  return {
    indexes: Int32Array.from([...found, biasRow]),
    values: Float32Array.from([...values.map((value) => value / norm), biasValue]),
    label: example.label,
    weight: example.weight,
  };
}

interface CountedHash {
  readonly hash: number;
  readonly texts: number;
}

/** The hashes that tell most about the class: by the likelihood ratio G² of their counts (Dunning 1993). */
function selectHashes(examples: readonly HashedExample[], options: HashedFitOptions): readonly CountedHash[] {
  const width = options.classes.length;
  const priors = new Float64Array(width);
  const counts = new Map<number, Float64Array>();
  for (const { hashes, label } of examples) {
    priors[label] = (priors[label] ?? 0) + 1 / examples.length;
    for (const hash of new Set(hashes)) {
      let count = counts.get(hash);
      if (count === undefined) counts.set(hash, (count = new Float64Array(width)));
      count[label] = (count[label] ?? 0) + 1;
    }
  }
  return [...counts]
    .map(([hash, count]) => {
      const texts = count.reduce((sum, one) => sum + one, 0);
      const ratio = count.reduce(
        (sum, one, label) => (one === 0 ? sum : sum + one * Math.log(one / (texts * (priors[label] ?? 1)))),
        0,
      );
      return { hash, texts, ratio };
    })
    .filter(({ texts }) => texts >= options.minTexts)
    .sort((a, b) => b.ratio - a.ratio || a.hash - b.hash)
    .slice(0, options.maxHashes);
}

/** The bytes of an array as base64. */
export function base64(array: Int32Array | Int8Array | Uint8Array): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

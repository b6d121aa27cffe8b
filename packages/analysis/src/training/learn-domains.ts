import { HashedClassifier, type HashedClassifierData } from '../hashed-classifier.ts';
import { generalDomain } from '../learned-task.ts';
import { domainNames, domainOfRow, rightDomains } from './domain-categories.ts';
import { fitHashedClassifier, type HashedExample } from './fit-hashed-classifier.ts';
import { fitTemperature, meanAccuracy, type HeldOutScore } from './temperature-fit.ts';
import { groupRows } from './group-rows.ts';
import type { TrainingText } from './training-text.ts';

/** What was learnt about domains. */
export interface LearnedDomains {
  readonly data: HashedClassifierData;
  readonly temperature: number;
  /** Accuracy on data sets that were left out of the fit; `null` when there is but one. */
  readonly heldOutAccuracy: number | null;
}

/** Fewest rows of a data set that is left out to judge the others by it. */
const fewestToJudge = 300;

/** One in so many rows is added without words, so that a text of which nothing is known belongs to no field. */
const blankShare = 20;

/** Learns the domain from the categories of rows; `null` when no row has a category that is known. */
export function learnDomains(texts: readonly TrainingText[], seed: number): LearnedDomains | null {
  const known = texts.filter(({ row }) => domainOfRow(row) !== undefined);
  if (known.length === 0) return null;
  const held = heldOutScores(known, seed);
  return {
    data: fitDomains(known, seed),
    temperature: fitTemperature(held),
    heldOutAccuracy: held.length === 0 ? null : meanAccuracy(held),
  };
}

function fitDomains(texts: readonly TrainingText[], seed: number): HashedClassifierData {
  const labels = texts.map(({ row }) => domainNames.indexOf(domainOfRow(row) ?? ''));
  const sizes = new Float64Array(domainNames.length);
  for (const label of labels) sizes[label] = (sizes[label] ?? 0) + 1;
  const examples: HashedExample[] = texts.map(({ stems }, index) => {
    const label = labels[index] ?? 0;
    const balance = Math.sqrt(texts.length / domainNames.length / (sizes[label] ?? 1));
    return { hashes: stems, label, weight: Math.min(4, balance) };
  });
  const general = domainNames.indexOf(generalDomain);
  const blanks = Math.ceil(texts.length / blankShare);
  for (let count = 0; count < blanks; count += 1) {
    examples.push({ hashes: new Int32Array(0), label: general, weight: 1 });
  }
  return fitHashedClassifier(examples, {
    classes: domainNames,
    minTexts: 3,
    maxHashes: 5000,
    epochs: 6,
    rate: 0.5,
    l2: 1e-5,
    dropout: 0.2,
    seed,
  });
}

/** So many words at the start of a text tell it from every other: exams borrow questions from each other. */
const openingWords = 10;

function openingOf({ stems }: TrainingText): string {
  return stems.subarray(0, openingWords).join(' ');
}

/** Scores of each large data set by what the others teach; questions that others hold as well are left out. */
function heldOutScores(texts: readonly TrainingText[], seed: number): readonly HeldOutScore[] {
  const sets = groupRows(texts, ({ row }) => row.dataset ?? '');
  if (sets.size < 2) return [];
  return [...sets].flatMap(([dataset, rows]) => {
    if (dataset === '' || rows.length < fewestToJudge) return [];
    const openings = new Set(rows.map(openingOf));
    const others = texts.filter((one) => (one.row.dataset ?? '') !== dataset && !openings.has(openingOf(one)));
    const classifier = new HashedClassifier(fitDomains(others, seed));
    return rows.map(({ row, stems }) => ({
      group: dataset,
      scores: classifier.scores(stems),
      right: rightDomains(row.category ?? ''),
    }));
  });
}

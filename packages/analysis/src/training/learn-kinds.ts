import { taskKinds, type TaskKind } from '@lattice-lock/contract';
import { readFileSync } from 'node:fs';
import { shippedPatternsFile } from '../create-task-analyzer.ts';
import { kindLogOdds } from '../kind-shares.ts';
import { LearnedTask } from '../learned-task.ts';
import { instructionGrams } from '../learned-words.ts';
import { parsePatternDocument } from '../pattern-file.ts';
import { PatternSet } from '../pattern-set.ts';
import type { KindVoteData } from '../task-model.ts';
import { hashUnits } from '../word-hash.ts';
import { domainOfCategory, isQuestionDomain } from './domain-categories.ts';
import { base64, fitHashedClassifier, type HashedExample } from './fit-hashed-classifier.ts';
import { fitTemperature, meanAccuracy, type HeldOutScore } from './temperature-fit.ts';
import { groupRows } from './group-rows.ts';
import type { TrainingText } from './training-text.ts';

/** What was learnt about kinds. */
export interface LearnedKinds {
  readonly data: KindVoteData;
  readonly temperature: number;
  /** Accuracy on sources that were left out, with the shipped rules; `null` when there is but one. */
  readonly heldOutAccuracy: number | null;
}

interface Labelled {
  readonly training: TrainingText;
  readonly kind: TaskKind;
  readonly source: string;
}

/** One exam question in so many teaches what a question of knowledge looks like. */
const examShare = 8;

/** Fewest texts in which a pair of words must have stood to be familiar. */
const familiarTexts = 3;

/** Bytes of the set of familiar pairs: 2^17 bits hold 10,000 pairs with 7 % chance hits. */
const familiarBytes = 2 ** 14;

/** Learns how the wording of requests tells their kind; `null` when no row has a label. */
export function learnKinds(texts: readonly TrainingText[], seed: number): LearnedKinds | null {
  const labelled = texts.flatMap(readLabel);
  if (!labelled.some(({ training }) => training.row.label !== undefined)) return null;
  const held = heldOutScores(labelled, seed);
  return {
    data: fitKinds(labelled, seed),
    temperature: fitTemperature(held),
    heldOutAccuracy: held.length === 0 ? null : meanAccuracy(held),
  };
}

function readLabel(training: TrainingText): readonly Labelled[] {
  const { label, source, category, prompt } = training.row;
  const kind = taskKinds.find((one) => one === label);
  if (kind !== undefined) return [{ training, kind, source: source ?? '' }];
  const exam = isQuestionDomain(domainOfCategory(category)) && (hashUnits(prompt) >>> 0) % examShare === 0;
  return exam ? [{ training, kind: 'qa', source: 'exam questions' }] : [];
}

/** Fits the vote. Kinds weigh the same, and within a kind its sources. */
function fitKinds(labelled: readonly Labelled[], seed: number): KindVoteData {
  const classes = taskKinds.filter((kind) => labelled.some((one) => one.kind === kind));
  const groups = groupRows(labelled, ({ kind, source }) => `${kind} ${source}`);
  const groupsOfKind = new Map<TaskKind, number>();
  for (const [first] of groups.values()) {
    if (first !== undefined) groupsOfKind.set(first.kind, (groupsOfKind.get(first.kind) ?? 0) + 1);
  }
  const pairCounts = new Map<number, number>();
  const examples = labelled.map(({ training, kind, source }): HashedExample => {
    const { words, pairs } = instructionGrams(training.stems);
    for (const pair of new Set(pairs)) pairCounts.set(pair, (pairCounts.get(pair) ?? 0) + 1);
    const share = classes.length * (groupsOfKind.get(kind) ?? 1) * (groups.get(`${kind} ${source}`)?.length ?? 1);
    const hashes = Int32Array.from([...words, ...pairs]);
    return { hashes, label: classes.indexOf(kind), weight: labelled.length / share };
  });
  const data = fitHashedClassifier(examples, {
    classes,
    minTexts: 3,
    maxHashes: 3000,
    epochs: 8,
    rate: 0.3,
    l2: 1e-3,
    dropout: 0.5,
    seed,
  });
  return { ...data, familiarPairs: base64(bitsOf(pairCounts)) };
}

function bitsOf(counts: ReadonlyMap<number, number>): Uint8Array {
  const bits = new Uint8Array(familiarBytes);
  for (const [hash, count] of counts) {
    if (count < familiarTexts) continue;
    const bit = (hash ^ (hash >>> 15)) & (familiarBytes * 8 - 1);
    bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return bits;
}

/** The log-odds of rules and vote together, for each source by what the others teach. */
function heldOutScores(labelled: readonly Labelled[], seed: number): readonly HeldOutScore[] {
  const sources = groupRows(labelled, ({ source }) => source);
  if (sources.size < 2) return [];
  const patterns = new PatternSet(parsePatternDocument(readFileSync(shippedPatternsFile), shippedPatternsFile));
  return [...sources].flatMap(([source, rows]) => {
    const others = labelled.filter((one) => one.source !== source);
    const learned = new LearnedTask({
      version: 1,
      provenance: {},
      kinds: fitKinds(others, seed),
      kindTemperature: 1,
      domainTemperature: 1,
    });
    return rows.map(({ training, kind }) => {
      const { view, text, counts, stems } = training;
      const evidence = [...patterns.evidence(view, text, counts), ...learned.kindEvidence(stems)];
      const scores = kindLogOdds(patterns.prior, evidence);
      return { group: `${source} ${kind}`, scores, right: [taskKinds.indexOf(kind)] };
    });
  });
}

import type { ScannedWords } from './scanned-text.ts';
import { denseFeatureNames } from './text-features.ts';
import { hashUnits } from './word-hash.ts';

/** Names of the figures about the wording, in order. */
const wordingFigureNames = ['sentences', 'distinctWords', 'conditions', 'relations', 'negations', 'longWords'] as const;

/** Names of all that `TextFeatures.dense` holds, in order: the form of the request, then its wording. */
export const textFigureNames: readonly string[] = [...denseFeatureNames, ...wordingFigureNames];

const condition = 1;
const relation = 2;
const negation = 4;

/** Words that set conditions, relate quantities or negate, by hash. English: other languages show in the other figures. */
const roles = new Map<number, number>();
const addRole = (role: number, words: string) => {
  for (const word of words.split(' ')) roles.set(hashUnits(word), role);
};
addRole(condition, 'if then unless suppose assume given provided when while after before');
addRole(
  relation,
  'each per times percent half twice double total every rest third remaining left more less altogether',
);
addRole(negation, 'not except never no none false cannot neither nor');

/** Units from which a word counts as long. */
const longUnits = 9;

/** How the words of a text hang together, each figure about 0 to 1. Reads the scanned words once. */
export function wordingFigures({ count, hashes, starts, ends, opensSentence }: ScannedWords): Float32Array {
  const distinct = new Set<number>();
  let sentences = 0;
  let conditions = 0;
  let relations = 0;
  let negations = 0;
  let long = 0;
  for (let index = 0; index < count; index += 1) {
    const hash = hashes[index] ?? 0;
    distinct.add(hash);
    sentences += opensSentence[index] ?? 0;
    if ((ends[index] ?? 0) - (starts[index] ?? 0) >= longUnits) long += 1;
    const role = roles.get(hash);
    if (role === condition) conditions += 1;
    else if (role === relation) relations += 1;
    else if (role === negation) negations += 1;
  }
  return Float32Array.of(
    Math.log1p(sentences) / 4,
    distinct.size / (count + 1),
    Math.log1p(conditions) / 3,
    Math.log1p(relations) / 3,
    Math.log1p(negations) / 3,
    Math.min(1, (3 * long) / (count + 1)),
  );
}

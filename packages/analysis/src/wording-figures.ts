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

/** 1 where a word with a role may fall: most words have none, and a look here is cheaper than in a map. */
const mayHaveRole = new Uint8Array(4096);
const slotOf = (hash: number) => (hash ^ (hash >>> 13)) & (mayHaveRole.length - 1);
for (const hash of roles.keys()) mayHaveRole[slotOf(hash)] = 1;

/**
 * Counts distinct hashes in a table that is never wiped: each slot knows in which text it was taken. It holds more than
 * the words that are scanned of a text, so there is always a free slot.
 */
const taken = { hashes: new Int32Array(1024), texts: new Int32Array(1024), text: 0 };

function isNew(hash: number): boolean {
  const mask = taken.hashes.length - 1;
  let slot = (hash ^ (hash >>> 16)) & mask;
  while (taken.texts[slot] === taken.text) {
    if (taken.hashes[slot] === hash) return false;
    slot = (slot + 1) & mask;
  }
  taken.texts[slot] = taken.text;
  taken.hashes[slot] = hash;
  return true;
}

/** How the words of a text hang together, each figure about 0 to 1. Reads the scanned words once. */
export function wordingFigures({ count, hashes, starts, ends, opensSentence }: ScannedWords): Float32Array {
  taken.text = (taken.text + 1) | 0;
  let distinct = 0;
  let sentences = 0;
  let conditions = 0;
  let relations = 0;
  let negations = 0;
  let long = 0;
  for (let index = 0; index < count; index += 1) {
    const hash = hashes[index] ?? 0;
    if (isNew(hash)) distinct += 1;
    sentences += opensSentence[index] ?? 0;
    if ((ends[index] ?? 0) - (starts[index] ?? 0) >= longUnits) long += 1;
    const role = mayHaveRole[slotOf(hash)] === 1 ? roles.get(hash) : undefined;
    if (role === condition) conditions += 1;
    else if (role === relation) relations += 1;
    else if (role === negation) negations += 1;
  }
  return Float32Array.of(
    Math.log1p(sentences) / 4,
    distinct / (count + 1),
    Math.log1p(conditions) / 3,
    Math.log1p(relations) / 3,
    Math.log1p(negations) / 3,
    Math.min(1, (3 * long) / (count + 1)),
  );
}

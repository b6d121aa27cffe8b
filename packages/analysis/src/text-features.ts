import type { TextFeatures } from '@lattice-lock/contract';
import type { ConversationFacts } from './conversation-view.ts';
import type { ScannedText } from './scanned-text.ts';
import { hashPair } from './word-hash.ts';
import type { WindowCounts } from './window-counts.ts';

/** Buckets of the hashed n-grams handed to learned scorers. */
const textFeatureBuckets = 2 ** 18;

const lastUse = new Int32Array(textFeatureBuckets);
let texts = 0;

/** Words and pairs of neighbouring words, hashed into {@link textFeatureBuckets}, and the form of the text. */
export function sparseTextFeatures(stems: Int32Array, dense: Float32Array): TextFeatures {
  const indexes = new Int32Array(2 * stems.length);
  texts = (texts + 1) | 0;
  let count = 0;
  const put = (hash: number) => {
    const bucket = (hash ^ (hash >>> 14)) & (textFeatureBuckets - 1);
    if (lastUse[bucket] === texts) return;
    lastUse[bucket] = texts;
    indexes[count] = bucket;
    count += 1;
  };
  for (let index = 0; index < stems.length; index += 1) {
    put(stems[index] ?? 0);
    if (index > 0) put(hashPair(stems[index - 1] ?? 0, stems[index] ?? 0));
  }
  const values = new Float32Array(count).fill(1 / Math.sqrt(Math.max(1, count)));
  return { indexes: indexes.slice(0, count), values, dense };
}

/** Names of the dense figures, in order. Each is about 0 to 1. */
export const denseFeatureNames = [
  'constant',
  'length',
  'lines',
  'words',
  'wordLength',
  'numbers',
  'notation',
  'codeSigns',
  'fence',
  'questionMarks',
  'choices',
  'table',
  'tools',
  'json',
  'turns',
  'attachments',
] as const;

/** Signs in this share of a text count as dense. */
const denseSignShare = 0.05;

/** The dense figures of a request, in the order of {@link denseFeatureNames}. Case and blanks do not enter. */
export function denseTextFeatures(view: ConversationFacts, text: ScannedText, counts: WindowCounts): Float32Array {
  const units = Math.max(1, text.window.length);
  const share = (signs: number) => Math.min(1, signs / (units * denseSignShare));
  return Float32Array.of(
    1,
    Math.min(1, Math.log1p(text.length) / 10),
    Math.min(1, Math.log1p(counts.lines) / 5),
    Math.min(1, Math.log1p(text.wordCount) / 6),
    Math.min(1, units / (text.wordCount + 1) / 12),
    Math.min(1, counts.numbers / 20),
    share(counts.notationSigns),
    share(counts.codeSigns),
    counts.fenced ? 1 : 0,
    Math.min(1, counts.questionMarks / 4),
    Math.min(1, counts.choices / 10),
    Math.min(1, counts.tableLines / 10),
    Math.min(1, view.toolCount / 5),
    view.json === 'none' ? 0 : 1,
    Math.min(1, view.userTurns / 10),
    Math.min(1, (view.images + view.files) / 2),
  );
}

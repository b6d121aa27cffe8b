import type { ScannedWords } from './scanned-text.ts';
import { hashPair, hashStem } from './word-hash.ts';

/** Words that wrap a request and say nothing of it: they are left out, so that a polite frame changes no learned vote. */
const wrapperWords =
  'please kindly answer answers following question questions thanks thank you help me with this need hello hi hey dear ' +
  'could would can';

const wrapperStems = new Set(wrapperWords.split(' ').map((word) => hashStem(word)));

/** The words that learned weights look at, in order: no frame of politeness, no single letters (the names of choices). */
export function contentStems(words: ScannedWords): Int32Array {
  const kept = new Int32Array(words.count);
  let count = 0;
  for (let index = 0; index < words.count; index += 1) {
    const stem = words.stems[index] ?? 0;
    if ((words.ends[index] ?? 0) - (words.starts[index] ?? 0) < 2 || wrapperStems.has(stem)) continue;
    kept[count] = stem;
    count += 1;
  }
  return kept.subarray(0, count);
}

/** How many words at either end of a request name its kind; what lies between is its matter. */
const spanWords = 30;

/** The words and the pairs of neighbours at either end: what the learned vote on the kind looks at. */
export interface InstructionGrams {
  readonly words: Int32Array;
  readonly pairs: Int32Array;
}

/** Cuts {@link InstructionGrams} from the content stems of a text. */
export function instructionGrams(stems: Int32Array): InstructionGrams {
  const short = stems.length <= 2 * spanWords;
  const words = new Int32Array(short ? stems.length : 2 * spanWords);
  words.set(short ? stems : stems.subarray(0, spanWords));
  if (!short) words.set(stems.subarray(-spanWords), spanWords);
  const pairs = new Int32Array(Math.max(0, words.length - 1));
  for (let index = 0; index < pairs.length; index += 1) {
    pairs[index] = hashPair(words[index] ?? 0, words[index + 1] ?? 0);
  }
  return { words, pairs };
}

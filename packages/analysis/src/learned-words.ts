import type { ScannedWords } from './scanned-text.ts';
import { hashPair, hashStem } from './word-hash.ts';
import { WordSet } from './word-table.ts';

/** Words that wrap a request and say nothing of it: they are left out, so that a polite frame changes no learned vote. */
const wrapperWords =
  'please kindly answer answers following question questions thanks thank you help me with this need hello hi hey dear ' +
  'could would can';

const wrapperStems = new WordSet(wrapperWords.split(' ').map((word) => hashStem(word)));

/** The words that learned weights look at, in order: no frame of politeness, no single letters (the names of choices). */
export function contentStems(words: ScannedWords): Int32Array {
  let count = 0;
  for (let index = 0; index < words.count; index += 1) {
    const stem = words.stems[index] ?? 0;
    if ((words.ends[index] ?? 0) - (words.starts[index] ?? 0) < 2 || wrapperStems.has(stem)) continue;
    if (count === scratch.length) break;
    scratch[count] = stem;
    count += 1;
  }
  return scratch.slice(0, count);
}

/** Room for the words of any text; see the instruction zones of `scanText`. */
const scratch = new Int32Array(512);

/** How many words at either end of a request name its kind; what lies between is its matter. */
const spanWords = 30;

/** The words and the pairs of neighbours at either end: what the learned vote on the kind looks at. */
export interface InstructionGrams {
  readonly words: readonly number[];
  readonly pairs: readonly number[];
}

/** Cuts {@link InstructionGrams} from the content stems of a text. */
export function instructionGrams(stems: Int32Array): InstructionGrams {
  const tail = Math.max(spanWords, stems.length - spanWords);
  const words: number[] = [];
  const pairs: number[] = [];
  for (let index = 0; index < stems.length; index += 1) {
    if (index >= spanWords && index < tail) continue;
    const word = stems[index] ?? 0;
    const before = words.at(-1);
    if (before !== undefined) pairs.push(hashPair(before, word));
    words.push(word);
  }
  return { words, pairs };
}

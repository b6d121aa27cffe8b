import type { ScannedText } from './scanned-text.ts';
import { prefixUnits } from './scanned-text.ts';
import { extendHash, hashOffset, hashStem, hashUnits, stemUnits } from './word-hash.ts';

/**
 * When a slip of the keys is put right: in short texts, where one word decides; in words long enough that a neighbour is
 * more likely a slip than another word; shorter ones only when two letters changed places or one was doubled.
 */
const bounds = Object.freeze({ words: 60, shortest: 4, shortestStem: 3, shortestForAny: 5, longest: 16 });

/** How rare a stem was in training, on any scale; `undefined` for one that was not seen. */
export type RarityOf = (stem: number) => number | undefined;

/**
 * Finds the word of the phrases that a misspelt one was meant to be: one letter lost, added, exchanged, or swapped with its
 * neighbour, the first letter being right. By the words' deletions (Garbe's symmetric delete, SymSpell, MIT).
 */
export class PhraseSpelling {
  readonly #known = new Set<number>();
  /** Words by the hash of themselves and of themselves without any one letter. */
  readonly #byDeletion = new Map<number, string[]>();

  constructor(words: Iterable<string>) {
    for (const word of words) this.#learn(word);
  }

  #learn(word: string): void {
    const hash = hashUnits(word);
    if (this.#known.has(hash)) return;
    this.#known.add(hash);
    if (word.length < bounds.shortest || word.length > bounds.longest) return;
    for (const key of deletions(word)) {
      const list = this.#byDeletion.get(key);
      if (list === undefined) this.#byDeletion.set(key, [word]);
      else list.push(word);
    }
  }

  /**
   * Puts slips right in the columns of a scanned text; its characters stay as they are.
   *
   * @param rarityOf Knows the stems of words, which are left alone.
   */
  correct({ words, instructions }: ScannedText, rarityOf: RarityOf): void {
    if (words.count > bounds.words) return;
    for (let index = 0; index < words.count; index += 1) {
      const start = words.starts[index] ?? 0;
      const end = words.ends[index] ?? 0;
      if (end - start < bounds.shortestStem || end - start > bounds.longest) continue;
      if (this.#known.has(words.hashes[index] ?? 0)) continue;
      const isSeen = rarityOf(words.stems[index] ?? 0) !== undefined;
      // A slip late in a long word leaves its stem as it is.
      if (isSeen && end - start <= stemUnits) continue;
      const word = instructions.slice(start, end);
      const meant = this.#meant(word, isSeen);
      if (meant === null) {
        if (!isSeen) words.stems[index] = nearbyStem(word, rarityOf) ?? words.stems[index] ?? 0;
        continue;
      }
      words.hashes[index] = hashUnits(meant);
      words.prefixes[index] = hashUnits(meant, 0, prefixUnits);
      words.stems[index] = hashStem(meant);
    }
  }

  #meant(word: string, isSeen: boolean): string | null {
    for (const key of deletions(word)) {
      for (const candidate of this.#byDeletion.get(key) ?? []) if (isSlip(word, candidate, isSeen)) return candidate;
    }
    return null;
  }
}

/**
 * The stem that one slip hides, when it is one that learned weights know: two exchanged letters or one letter too many;
 * else one letter lost, else one struck wrong.
 */
function nearbyStem(word: string, rarityOf: RarityOf): number | undefined {
  for (let index = 1; index < Math.min(word.length - 1, stemUnits); index += 1) {
    const head = word.slice(0, index);
    const swapped = hashStem(`${head}${word[index + 1]}${word[index]}${word.slice(index + 2)}`);
    if (rarityOf(swapped) !== undefined) return swapped;
    const shorter = hashStem(head + word.slice(index + 1));
    if (word.length > bounds.shortest && rarityOf(shorter) !== undefined) return shorter;
  }
  if (!/^[a-z]+$/.test(word)) return undefined;
  return likeliestStem(word, 0, rarityOf) ?? likeliestStem(word, 1, rarityOf);
}

const letters = Object.freeze({ first: 97, last: 122 });

/**
 * The most frequent stem of those that a letter makes which is put into the word, in place of `replaced` letters; the first
 * letter being right.
 */
function likeliestStem(word: string, replaced: 0 | 1, rarityOf: RarityOf): number | undefined {
  let found: number | undefined;
  let least = Infinity;
  const end = Math.min(word.length, stemUnits - 1 + replaced);
  let head = extendHash(hashOffset, word.charCodeAt(0));
  for (let index = 1; index < end; index += 1) {
    for (let letter: number = letters.first; letter <= letters.last; letter += 1) {
      let stem = extendHash(head, letter);
      for (let rest = index + replaced; rest < end; rest += 1) stem = extendHash(stem, word.charCodeAt(rest));
      const rarity = rarityOf(stem);
      if (rarity === undefined || rarity >= least) continue;
      [found, least] = [stem, rarity];
    }
    head = extendHash(head, word.charCodeAt(index));
  }
  return found;
}

function deletions(word: string): readonly number[] {
  const keys = [hashUnits(word)];
  for (let index = 1; index < word.length; index += 1)
    keys.push(hashUnits(word.slice(0, index) + word.slice(index + 1)));
  return keys;
}

/** Whether one slip makes `word` of `meant`; `isSeen` when it may be a word of its own. */
function isSlip(word: string, meant: string, isSeen: boolean): boolean {
  if (word[0] !== meant[0] || word === meant) return false;
  let same = 0;
  while (same < word.length && word[same] === meant[same]) same += 1;
  // What is no word has lost a letter, however short it is or wherever it was.
  const isInner = same < word.length || word.length >= bounds.shortestForAny;
  if (!isSeen && isInner && meant.length === word.length + 1 && word.slice(same) === meant.slice(same + 1)) return true;
  // An ending more or less (a plural) is no slip.
  if (same === word.length || same === meant.length) return false;
  const rest = word.slice(same);
  const restMeant = meant.slice(same);
  const swapped = rest[0] === restMeant[1] && rest[1] === restMeant[0] && rest.slice(2) === restMeant.slice(2);
  const doubled = rest.slice(1) === restMeant && word[same] === word[same - 1];
  if (swapped || doubled) return true;
  if (Math.min(word.length, meant.length) < bounds.shortestForAny) return false;
  return rest.slice(1) === restMeant || rest === restMeant.slice(1) || rest.slice(1) === restMeant.slice(1);
}

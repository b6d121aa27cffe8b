import type { ParsedPhrase, PhraseElement, WordElement } from './phrase-syntax.ts';
import { prefixUnits } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';
import { WordTable } from './word-table.ts';

/** What may follow, and which phrases are whole. */
export interface TrieNode {
  /** By the hash of the next word. */
  readonly words: WordTable<readonly TrieNode[]>;
  /** By the hash of the first units of the next word; `null` when no beginnings of words are looked for. */
  readonly begun: WordTable<readonly BegunNode[]> | null;
  /** Behind a gap. */
  readonly gap: TrieNode | null;
  /** The phrases that end here, by their indexes. */
  readonly ends: readonly number[];
}

/** A node that is reached by words of one beginning. */
export interface BegunNode {
  readonly prefix: string;
  readonly node: TrieNode;
}

interface NumberedPhrase {
  readonly phrase: number;
  readonly elements: readonly PhraseElement[];
}

/**
 * Phrases as a tree: equal beginnings of phrases are one path, and all that can follow is found by the hash of the next
 * word. So a word that begins hundreds of phrases costs no more than one that begins a few.
 */
export function buildPhraseTrie(phrases: readonly ParsedPhrase[]): TrieNode {
  const numbered = phrases.map(({ elements }, phrase): NumberedPhrase => ({ phrase, elements }));
  return buildNode(
    numbered.filter(({ elements }) => elements.length > 0 && elements[0] !== 'gap'),
    0,
  );
}

function buildNode(phrases: readonly NumberedPhrase[], depth: number): TrieNode {
  const words = new Map<number, TrieNode[]>();
  const begun = new Map<number, BegunNode[]>();
  const ends = phrases.filter(({ elements }) => elements.length === depth);
  let gap: TrieNode | null = null;
  for (const group of groupByElement(phrases, depth)) {
    const element = group[0]?.elements[depth];
    if (element === undefined) continue;
    const node = buildNode(group, depth + 1);
    if (element === 'gap') gap = node;
    else link(element, node, words, begun);
  }
  return {
    words: new WordTable(words),
    begun: begun.size === 0 ? null : new WordTable(begun),
    gap,
    ends: ends.map(({ phrase }) => phrase),
  };
}

function groupByElement(phrases: readonly NumberedPhrase[], depth: number): Iterable<readonly NumberedPhrase[]> {
  const groups = new Map<string, NumberedPhrase[]>();
  for (const phrase of phrases) {
    if (phrase.elements.length > depth) append(groups, JSON.stringify(phrase.elements[depth]), phrase);
  }
  return groups.values();
}

function link(
  { exact, prefixes }: WordElement,
  node: TrieNode,
  words: Map<number, TrieNode[]>,
  begun: Map<number, BegunNode[]>,
): void {
  for (const hash of new Set(exact.map((word) => hashUnits(word)))) append(words, hash, node);
  for (const prefix of prefixes) append(begun, hashUnits(prefix, 0, prefixUnits), { prefix, node });
}

function append<Key, T>(map: Map<Key, T[]>, key: Key, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

import { EdgeTable, type Edge } from './edge-table.ts';
import { PhraseStarts, type StartNode } from './phrase-starts.ts';
import type { ParsedPhrase, PhraseElement, WordElement } from './phrase-syntax.ts';
import { prefixUnits } from './scanned-text.ts';
import { hashUnits } from './word-hash.ts';

/** Where every phrase begins. No edge leads to it. */
export const trieRoot = 0;

/** What a node has beside edges for words, as bits. */
export const nodeTraits = { ends: 1, gap: 2, begun: 4 } as const;

/**
 * Phrases as a tree: equal beginnings of phrases are one path, and all that can follow a node is found by the hash of the
 * next word. So a word that begins hundreds of phrases costs no more than one that begins a few.
 */
export interface PhraseTrie {
  /** {@link nodeTraits} of each node. */
  readonly traits: Uint8Array;
  /** By the hash of the next word: nodes. */
  readonly words: EdgeTable;
  /** By the hash of the first units of the next word: indexes of {@link beginnings}. */
  readonly begun: EdgeTable;
  readonly beginnings: readonly Beginning[];
  /** The node behind a gap that may follow each node. */
  readonly gaps: Int32Array;
  /** The phrases that end with each node, by their indexes. */
  readonly ends: readonly (readonly number[])[];
  readonly starts: PhraseStarts;
}

/** Words that begin so lead to a node. */
export interface Beginning {
  readonly units: Uint16Array;
  readonly node: number;
}

/** Builds the tree of phrases; they are known by their indexes from then on. */
export function buildPhraseTrie(phrases: readonly ParsedPhrase[]): PhraseTrie {
  const builder = new TrieBuilder();
  phrases.forEach(({ elements }, phrase) => {
    if (elements.length > 0 && elements[0] !== 'gap') builder.add(elements, phrase);
  });
  return builder.build();
}

interface BuiltNode {
  readonly words: Edge[];
  readonly begun: Edge[];
  readonly ends: number[];
  readonly children: Map<string, BuiltNode>;
  readonly index: number;
  gap: BuiltNode | null;
}

class TrieBuilder {
  readonly #nodes: BuiltNode[] = [];
  readonly #beginnings: Beginning[] = [];
  readonly #root = this.#addNode();

  add(elements: readonly PhraseElement[], phrase: number): void {
    let node = this.#root;
    for (const element of elements) {
      node = element === 'gap' ? (node.gap ??= this.#addNode()) : this.#childOf(node, element);
    }
    node.ends.push(phrase);
  }

  #addNode(): BuiltNode {
    const index = this.#nodes.length;
    const node: BuiltNode = { words: [], begun: [], ends: [], children: new Map(), index, gap: null };
    this.#nodes.push(node);
    return node;
  }

  #childOf(node: BuiltNode, element: WordElement): BuiltNode {
    const known = node.children.get(element.text);
    if (known !== undefined) return known;
    const child = this.#addNode();
    node.children.set(element.text, child);
    for (const word of new Set(element.exact)) node.words.push({ hash: hashUnits(word), to: child.index });
    for (const prefix of element.prefixes) {
      const units = Uint16Array.from(prefix, (_, at) => prefix.charCodeAt(at));
      const to = this.#beginnings.push({ units, node: child.index }) - 1;
      node.begun.push({ hash: hashUnits(prefix, 0, prefixUnits), to });
    }
    return child;
  }

  build(): PhraseTrie {
    const nodes = this.#nodes;
    return {
      traits: Uint8Array.from(nodes, traitsOf),
      words: new EdgeTable(nodes.map(({ words }) => words)),
      begun: new EdgeTable(nodes.map(({ begun }) => begun)),
      beginnings: this.#beginnings,
      gaps: Int32Array.from(nodes, ({ gap }) => gap?.index ?? trieRoot),
      ends: nodes.map(({ ends }) => ends),
      starts: new PhraseStarts(this.#root.words.map(({ hash, to }) => startNode(hash, this.#nodes[to] as BuiltNode))),
    };
  }
}

function traitsOf({ ends, gap, begun }: BuiltNode): number {
  return (
    (ends.length > 0 ? nodeTraits.ends : 0) |
    (gap === null ? 0 : nodeTraits.gap) |
    (begun.length > 0 ? nodeTraits.begun : 0)
  );
}

function startNode(first: number, node: BuiltNode): StartNode {
  const isOpen = ((traitsOf(node) & ~nodeTraits.gap) | (node.gap === null ? 0 : traitsOf(node.gap))) !== 0;
  return { first, isOpen, next: node.words, behindGap: node.gap?.words ?? [] };
}

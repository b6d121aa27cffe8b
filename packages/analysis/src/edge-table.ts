import { HashFilter } from './word-table.ts';

/** What a word leads to. */
export interface Edge {
  /** Of the word. */
  readonly hash: number;
  readonly to: number;
}

/** Units of a slot: the node, the hash, and where the list of what they lead to begins; 0 when free. */
const slotSize = 3;

/** One hash of a node and a word. */
function edgeHash(node: number, hash: number): number {
  return hash ^ Math.imul(node, 0x9e3779b1);
}

function slotOf(edge: number, mask: number): number {
  return (edge ^ (edge >>> 15)) & mask;
}

/** Edges by the node they leave and the hash of the word they ask for, in one array. */
export class EdgeTable {
  readonly #slots: Int32Array;
  readonly #filter: HashFilter;
  /** Pairs of what an edge leads to and the index of the next pair of its list; 0 ends a list. */
  readonly #pairs: Int32Array;

  /** @param edges Those of each node. */
  constructor(edges: readonly (readonly Edge[])[]) {
    const count = edges.reduce((sum, { length }) => sum + length, 0);
    const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
    this.#slots = new Int32Array(slotSize * (mask + 1));
    this.#pairs = new Int32Array(2 * count + 2);
    const hashes: number[] = [];
    let pair = 0;
    for (let node = 0; node < edges.length; node += 1) {
      for (const { hash, to } of edges[node] ?? []) {
        hashes.push(edgeHash(node, hash));
        pair += 2;
        this.#pairs[pair] = to;
        this.#pairs[pair + 1] = this.#put(node, hash, pair);
      }
    }
    this.#filter = new HashFilter(hashes);
  }

  /** Makes a list begin with a pair; returns where it began before. */
  #put(node: number, hash: number, pair: number): number {
    const slots = this.#slots;
    const at = this.#slotFor(node, hash);
    const before = slots[at + 2] ?? 0;
    slots[at] = node;
    slots[at + 1] = hash;
    slots[at + 2] = pair;
    return before;
  }

  #slotFor(node: number, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length / slotSize - 1;
    for (let slot = slotOf(edgeHash(node, hash), mask); ; slot = (slot + 1) & mask) {
      const at = slotSize * slot;
      if (slots[at + 2] === 0 || (slots[at] === node && slots[at + 1] === hash)) return at;
    }
  }

  /** The list of what a hash leads to from a node; 0 when it leads nowhere. */
  find(node: number, hash: number): number {
    if (!this.#filter.mayHold(edgeHash(node, hash))) return 0;
    return this.#slots[this.#slotFor(node, hash) + 2] ?? 0;
  }

  /** The first of a list. */
  first(list: number): number {
    return this.#pairs[list] ?? 0;
  }

  /** The rest of a list; 0 when there is none. */
  rest(list: number): number {
    return this.#pairs[list + 1] ?? 0;
  }
}

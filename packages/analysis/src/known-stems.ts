import type { HashedClassifier } from './hashed-classifier.ts';
import { HashFilter, WordTable } from './word-table.ts';

/** How rare the stems are that learned weights know. Most that are asked for are made up and unknown. */
export class KnownStems {
  readonly #filter: HashFilter;
  readonly #rarities: WordTable<number>;

  /** @param classifiers What the stems were learnt by; of two that know a stem, the first says how rare it is. */
  constructor(classifiers: readonly HashedClassifier[]) {
    const rarities = new Map<number, number>();
    for (const classifier of classifiers) {
      for (const [stem, rarity] of classifier.rarities()) if (!rarities.has(stem)) rarities.set(stem, rarity);
    }
    this.#filter = new HashFilter(rarities.keys(), rarities.size);
    this.#rarities = new WordTable(rarities);
  }

  /** The rarity of a stem in training, on any scale; `undefined` for one that was not seen. */
  rarityOf(stem: number): number | undefined {
    return this.#filter.mayHold(stem) ? this.#rarities.get(stem) : undefined;
  }

  /** Whether a stem was seen in training. */
  has(stem: number): boolean {
    return this.rarityOf(stem) !== undefined;
  }
}

import type { HashedClassifier } from './hashed-classifier.ts';
import { HashFilter } from './word-table.ts';

/** How rare the stems are that learned weights know. Most that are asked for are made up and unknown. */
export class KnownStems {
  readonly #classifiers: readonly HashedClassifier[];
  /** Asked first: it lets few stems pass that were not seen. */
  readonly filter: HashFilter;

  /** @param classifiers What the stems were learnt by; of two that know a stem, the first says how rare it is. */
  constructor(classifiers: readonly HashedClassifier[]) {
    this.#classifiers = classifiers;
    this.filter = new HashFilter(classifiers.flatMap((one) => [...one.keys]));
  }

  /** The inverse document frequency of a stem, on any scale; `undefined` for one that was not seen. */
  rarityOf(stem: number): number | undefined {
    if (!this.filter.mayHold(stem)) return undefined;
    for (const classifier of this.#classifiers) {
      const rarity = classifier.rarityOf(stem);
      if (rarity !== undefined) return rarity;
    }
    return undefined;
  }

  /** Whether a stem was seen in training. */
  has(stem: number): boolean {
    return this.rarityOf(stem) !== undefined;
  }
}

import type { TaskProfile, TextFeatures } from '@lattice-lock/contract';

/**
 * Traits of a task that make it harder for a weak model than for a strong one in data of any origin, with the sign that is
 * believed of each before anything is learnt. Source of the signs: `assumption` (more to read, to keep in mind and to
 * relate is harder; reasoning, mathematics and code tell models apart more than other kinds of work do); leaving one data
 * set out at a time bore them out on public outcomes, which is why no others are used.
 */
export const formTraits = [
  { name: 'length', sign: 1 },
  { name: 'words', sign: 1 },
  { name: 'sentences', sign: 1 },
  { name: 'distinctWords', sign: -1 },
  { name: 'conditions', sign: 1 },
  { name: 'relations', sign: 1 },
  { name: 'negations', sign: 1 },
  { name: 'code', sign: 1 },
  { name: 'exact', sign: 1 },
] as const;

/** Reads the traits of {@link formTraits} from a profile. */
export class TaskForm {
  readonly #columns: readonly number[];

  /** @param denseNames The names of the dense text features, in their order. */
  constructor(denseNames: readonly string[]) {
    this.#columns = formTraits.map(({ name }) => denseNames.indexOf(name));
  }

  /** The traits with their signs; a trait that the features lack is 0. */
  read(profile: Pick<TaskProfile, 'kinds'>, features: Pick<TextFeatures, 'dense'>): Float64Array {
    const { kinds } = profile;
    const exact = kinds.code + kinds.math + kinds.reasoning;
    return Float64Array.from(formTraits, ({ name, sign }, index) => {
      if (name === 'exact') return exact;
      if (name === 'code') return kinds.code;
      return sign * (features.dense[this.#columns[index] ?? -1] ?? 0);
    });
  }
}

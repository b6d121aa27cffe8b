import type { TaskProfile, TextFeatures } from '@lattice-lock/contract';

/**
 * What makes a task harder for a weak model than for a strong one in data of any origin: its value in an average task, and
 * how much more of it is one unit of strain. Source of the traits: more to read and to keep in mind is harder (`assumption`),
 * borne out when one public data set after the other was left out. Source of the units: the usual deviation within
 * these data sets, twice that for negations. Learnt weights did no better than these (Dawes 1979).
 */
const figures = [
  { name: 'length', usual: 0.56, unit: 0.07 },
  { name: 'words', usual: 0.65, unit: 0.11 },
  { name: 'negations', usual: 0.06, unit: 0.4 },
] as const;

/**
 * Units of strain that an answer adds which has to be worked out and cannot be picked, and code beside. Source: `assumption`;
 * half and twice as much did as well when data sets were left out.
 */
const kindStrain = Object.freeze({ exact: 4, code: 2 });

/** From this share on a task counts as wholly of a kind: what is beyond it tells how clear the wording is, not how hard the task. */
const wholly = 0.5;

/** From this value of the figure `choices` on there are answers to pick from. */
const pickable = 0.2;

/**
 * How far length counts where the answer stands in a text that is given: more to read is less hard than more to work out.
 * Source: `assumption`; passages of history in two public data sets bear it out.
 */
const readingShare = 0.5;

/** Reads how much more a task asks of a model than an average one does. */
export class TaskStrain {
  readonly #columns: readonly number[];
  readonly #choices: number;

  /** @param denseNames The names of the dense text features, in their order; what they lack counts as usual. */
  constructor(denseNames: readonly string[]) {
    this.#columns = figures.map(({ name }) => denseNames.indexOf(name));
    this.#choices = denseNames.indexOf('choices');
  }

  /** 0 for an average task; a usual deviation of one trait is 1. */
  read({ kinds }: Pick<TaskProfile, 'kinds'>, { dense }: Pick<TextFeatures, 'dense'>): number {
    const isFree = (dense[this.#choices] ?? 0) < pickable;
    const exact = isFree ? kinds.code + kinds.math + kinds.reasoning : 0;
    let strain = kindStrain.exact * Math.min(1, exact / wholly) + kindStrain.code * Math.min(1, kinds.code / wholly);
    const given = Math.min(1, (kinds.extraction + kinds.summarization + kinds.translation) / wholly);
    figures.forEach(({ name, usual, unit }, at) => {
      const weight = name === 'negations' ? 1 : 1 - (1 - readingShare) * given;
      strain += (weight * ((dense[this.#columns[at] ?? -1] ?? usual) - usual)) / unit;
    });
    return strain;
  }
}

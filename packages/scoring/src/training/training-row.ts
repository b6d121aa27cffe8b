import type { TaskProfile } from '@lattice-lock/contract';

/** A prompt with the outcomes of models on it. */
export interface QualityTrainingRow {
  /** As the analysis made it, with its text features. */
  readonly profile: TaskProfile;
  /** The data set; rows without one are a data set of their own. */
  readonly dataset?: string;
  /** The category within the data set; the profile's domain without one. */
  readonly category?: string;
  /** Rows of one cluster (say, of one conversation) are never on both sides of a cross-validation. */
  readonly cluster?: string;
  /**
   * The score of each model, 0 to 1. None at all: a prompt of elsewhere, which teaches what the data sets do not look like.
   */
  readonly outcomes?: Readonly<Record<string, { readonly score: number }>>;
}

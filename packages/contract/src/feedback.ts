import type { Outcome, OutcomeSource } from './stores.ts';

/** A judgement of an answer. Exactly one of `score`, `thumbs` and `success` is given. */
export interface Feedback {
  /** Of the request whose answer is judged. */
  readonly requestId: string;
  /** 0 (useless) to 1 (right). */
  readonly score?: number;
  readonly thumbs?: 'up' | 'down';
  /** Whether the task succeeded for which the answer was wanted. */
  readonly success?: boolean;
  /** Default `task` for `success`, else `user`. */
  readonly source?: OutcomeSource;
  /** At most 4000 characters. It is kept, and nothing is read from it. */
  readonly comment?: string;
  /** Who judges: the id of an API key; absent for whoever runs the process. */
  readonly apiKeyId?: string;
  /** True for an operator, who may judge every answer; others only those of their own requests. Default false. */
  readonly isOperator?: boolean;
}

/** What own outcomes say of a model and a kind of task. */
export interface LearnedQuality {
  /** The mean score, later outcomes counting more and no key more than its bound; 0 to 1. */
  readonly score: number;
  /** How many outcomes it is learned from. */
  readonly outcomes: number;
  /** How many keys gave them. */
  readonly keys: number;
  /** What they count against what was predicted without them, 0 to 1. */
  readonly share: number;
  /** The part of that which the most active key has, 0 to 1: further nobody alone can move a prediction. */
  readonly largestKeyShare: number;
}

/** What became of a judgement. */
export interface FeedbackReceipt {
  /** As it is stored. */
  readonly outcome: Outcome;
  /** What is known now of the model on tasks like this one; `null` where nothing is learned. */
  readonly learned: LearnedQuality | null;
}

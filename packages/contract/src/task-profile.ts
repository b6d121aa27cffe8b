/** The kinds of work that models are compared by. */
export const taskKinds = [
  'code',
  'math',
  'reasoning',
  'qa',
  'creative',
  'summarization',
  'extraction',
  'classification',
  'translation',
  'tool',
] as const;

/** One of {@link taskKinds}. */
export type TaskKind = (typeof taskKinds)[number];

/** What a request cannot do without. */
export interface TaskNeeds {
  readonly vision: boolean;
  /** Documents (PDF) among the parts. */
  readonly files: boolean;
  /** Tools are offered. */
  readonly tools: boolean;
  /** `json`: any JSON; `schema`: JSON that a schema binds. */
  readonly json: 'none' | 'json' | 'schema';
  /** The text's main language as ISO 639-1; `und` when undecided. */
  readonly language: string;
}

/** One thing that spoke for a kind or a difficulty. */
export interface TaskEvidence {
  /** The pattern's id or the structural feature's name. */
  readonly id: string;
  readonly kind: TaskKind | 'difficulty';
  readonly weight: number;
  /** The text that matched, at most 60 characters. */
  readonly match?: string;
}

/** What kind of work a conversation asks for. Serialisable. */
export interface TaskProfile {
  /** The most probable kind. */
  readonly kind: TaskKind;
  /** A share for every kind; they add up to 1. */
  readonly kinds: Readonly<Record<TaskKind, number>>;
  /** 0 (trivial) to 1 (expert). */
  readonly difficulty: number;
  readonly needs: TaskNeeds;
  /** Estimated tokens of the whole conversation as a model would count them; never used for billing. */
  readonly inputTokens: number;
  /** Estimated tokens of the answer. */
  readonly expectedOutputTokens: number;
  readonly evidence: readonly TaskEvidence[];
}

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

/**
 * No analyser expects a longer answer, in tokens: where so much fits, {@link TaskProfile.expectedOutputTokens} need not be
 * asked for. Source: a translation's 16,000 tokens at the highest difficulty (`assumption`).
 */
export const maxExpectedOutputTokens = 24_000;

/**
 * What kind of work a conversation asks for. Serialisable. An analyser may work out all but `needs` (its language excepted)
 * and `inputTokens` when it is first read.
 */
export interface TaskProfile {
  /** The most probable kind. */
  readonly kind: TaskKind;
  /** A share for every kind; they add up to 1. */
  readonly kinds: Readonly<Record<TaskKind, number>>;
  /** The most probable field of knowledge, such as `law` or `physics`; the analyser in use names them. */
  readonly domain: string;
  /** A share for every domain; they add up to 1. */
  readonly domains: Readonly<Record<string, number>>;
  /** 0 (trivial) to 1 (expert). */
  readonly difficulty: number;
  /** 0 (a guess) to 1 (certain): how far `difficulty` rests on what was seen and not on assumptions. */
  readonly difficultyConfidence: number;
  readonly needs: TaskNeeds;
  /** Estimated tokens of the whole conversation as a model would count them; never used for billing. */
  readonly inputTokens: number;
  /** Estimated tokens of the answer. */
  readonly expectedOutputTokens: number;
  readonly evidence: readonly TaskEvidence[];
}

/** What a learned scorer reads of the text: hashed n-grams, sparse, and a fixed row of figures about its form. */
export interface TextFeatures {
  /** Hash buckets (below 2^18) of the n-grams, each once, in no order. */
  readonly indexes: Int32Array;
  /** The weight of each n-gram; as long as `indexes`, of Euclidean length 1. */
  readonly values: Float32Array;
  /** Figures about the form of the text, each around 0 to 1; as many for every text. */
  readonly dense: Float32Array;
}

const textFeaturesKey = Symbol.for('lattice-lock.text-features');

/** Lets {@link textFeatures} answer for a profile that is not frozen yet. `compute` runs at most once, when first asked. */
export function attachTextFeatures(profile: TaskProfile, compute: () => TextFeatures): void {
  let known: TextFeatures | undefined;
  Object.defineProperty(profile, textFeaturesKey, { value: () => (known ??= compute()) });
}

/**
 * What learned scorers read of the text behind a profile. `undefined` for a profile that was copied, stored or made by
 * hand: the features never leave the process that analysed the text.
 */
export function textFeatures(profile: TaskProfile): TextFeatures | undefined {
  const compute: unknown = Reflect.get(profile, textFeaturesKey);
  return typeof compute === 'function' ? (compute as () => TextFeatures)() : undefined;
}

import { modelSpellings, type DataPolicy, type GuideModels } from '@lattice-lock/catalog';
import {
  formatModelRef,
  type CandidateExplanation,
  type FilterName,
  type ModelInfo,
  type ModelRef,
} from '@lattice-lock/contract';

/** A model with what filters ask of it, made once per model. */
export interface SelectionCandidate {
  readonly info: ModelInfo;
  readonly ref: ModelRef;
  /** `provider/model`. */
  readonly name: string;
  /** Every spelling a constraint may mean it by, in lower case: `provider/model`, `provider/*`, the id, its aliases. */
  readonly spellings: readonly string[];
  readonly isText: boolean;
  readonly sees: boolean;
  readonly readsFiles: boolean;
  /** The most input that fits beside no output at all; `Infinity` when unknown. */
  readonly inputLimit: number;
  readonly contextLimit: number;
  readonly outputLimit: number;
  /** False for a model the catalog does not know, which a passthrough provider takes. */
  readonly isKnown: boolean;
  /** Where it is served from and what is kept; `undefined` where nothing is known. */
  readonly policy: DataPolicy | undefined;
  /** The line of the guide that blocks it. */
  readonly blockedBy: GuideModels | null;
  /** The line of the guide that prefers it. */
  readonly preferredBy: GuideModels | null;
  /** How it was explained when it was last filtered out: the same reason is the same object, see {@link explainFiltered}. */
  lastFiltered: FilteredExplanation | null;
}

/** A candidate that is out, as decisions hold it. */
export type FilteredExplanation = Extract<CandidateExplanation, { readonly status: 'filtered' }>;

/**
 * Explains why a candidate is out. Where it was out for the same reason before, the explanation is the same frozen object:
 * most of the catalog is out for the same reasons in every decision, and whoever stores decisions can tell by identity.
 */
export function explainFiltered(
  candidate: SelectionCandidate,
  filter: FilterName,
  reason: string,
): FilteredExplanation {
  const last = candidate.lastFiltered;
  if (last !== null && last.filter === filter && last.reason === reason) return last;
  return (candidate.lastFiltered = Object.freeze({ model: candidate.ref, status: 'filtered', filter, reason }));
}

/** What is said of models elsewhere than in their own facts. */
export interface CandidateFacts {
  policyOf(ref: ModelRef): DataPolicy | undefined;
  /** What the guide says of the model with these spellings. */
  readonly guide: {
    blocks(spellings: readonly string[]): GuideModels | null;
    prefers(spellings: readonly string[]): GuideModels | null;
  };
}

/** A candidate of a model's facts. */
export function createCandidate(info: ModelInfo, facts: CandidateFacts, isKnown = true): SelectionCandidate {
  const ref: ModelRef = Object.freeze({ provider: info.provider, model: info.model });
  const spellings = modelSpellings(info);
  return {
    info,
    ref,
    name: formatModelRef(ref),
    spellings,
    isText: info.output.includes('text') && info.input.includes('text'),
    sees: info.input.includes('image'),
    readsFiles: info.input.includes('pdf'),
    inputLimit: info.maxInputTokens ?? info.contextTokens ?? Infinity,
    contextLimit: info.contextTokens ?? Infinity,
    outputLimit: info.maxOutputTokens ?? Infinity,
    isKnown,
    policy: facts.policyOf(ref),
    blockedBy: facts.guide.blocks(spellings),
    preferredBy: facts.guide.prefers(spellings),
    lastFiltered: null,
  };
}

/**
 * A model of which nothing is known but its name: a passthrough provider takes it. Nothing is claimed to be missing, so no
 * filter of abilities removes it; its price is unknown.
 */
export function createUnknownCandidate(ref: ModelRef, facts: CandidateFacts): SelectionCandidate {
  return createCandidate(
    {
      ...ref,
      name: ref.model,
      family: null,
      released: null,
      status: 'current',
      contextTokens: null,
      maxInputTokens: null,
      maxOutputTokens: null,
      input: ['text', 'image', 'pdf'],
      output: ['text'],
      tools: true,
      structuredOutput: null,
      reasoning: false,
      reasoningControls: null,
      temperature: null,
      openWeights: false,
      aliases: [],
      prices: [],
      source: 'passthrough',
      asOf: '',
    },
    facts,
    false,
  );
}

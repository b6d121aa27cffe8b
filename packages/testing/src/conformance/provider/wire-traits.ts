import { LatticeError } from '@lattice-lock/contract';

/** What a wire can show, whoever speaks it: where it cannot, a check has nothing to look at. */
export interface WireTraits {
  /** A model of the wire's vendor that reasons. */
  readonly model: string;
  readonly embeddingModel: string | null;
  /** The texts of reasoning; elsewhere only its tokens are counted. */
  readonly showsReasoning: boolean;
  /** Proofs of reasoning that must go back unchanged. */
  readonly signsReasoning: boolean;
  /** The signature is the id of an item, another one in each answer. */
  readonly signaturesAreIds: boolean;
  /** Arguments of tool calls are text, which may be no JSON; elsewhere they are an object. */
  readonly argumentsAreText: boolean;
  /** An id of the answer and one of the HTTP request. */
  readonly hasIds: boolean;
  /** What is left of the limits of the key, on every answer. */
  readonly hasRateLimits: boolean;
  /** A mark that tells a used-up quota from too many requests. */
  readonly hasQuotaMark: boolean;
  /** Frames are lines of text; elsewhere they are binary and have no line ends. */
  readonly hasTextFrames: boolean;
}

/** The common case: OpenAI's chat wire and what descends from it. */
const chatCompletions: WireTraits = {
  model: 'gpt-5-mini',
  embeddingModel: 'text-embedding-3-small',
  showsReasoning: false,
  signsReasoning: false,
  signaturesAreIds: false,
  argumentsAreText: true,
  hasIds: true,
  hasRateLimits: true,
  hasQuotaMark: true,
  hasTextFrames: true,
};

const traits: Readonly<Record<string, WireTraits>> = {
  'openai-chat': chatCompletions,
  'openai-responses': { ...chatCompletions, showsReasoning: true, signsReasoning: true, signaturesAreIds: true },
  'azure-openai': chatCompletions,
  'xai-chat': { ...chatCompletions, model: 'grok-4', embeddingModel: null },
  'dial-chat': { ...chatCompletions, hasRateLimits: false, hasQuotaMark: false },
  'anthropic-messages': {
    ...chatCompletions,
    model: 'claude-sonnet-4-6',
    embeddingModel: null,
    showsReasoning: true,
    signsReasoning: true,
  },
  'ollama-chat': {
    ...chatCompletions,
    model: 'qwen3:4b',
    embeddingModel: 'nomic-embed-text',
    showsReasoning: true,
    argumentsAreText: false,
    hasIds: false,
    hasRateLimits: false,
    hasQuotaMark: false,
  },
  gemini: {
    ...chatCompletions,
    model: 'gemini-2.5-flash',
    embeddingModel: 'gemini-embedding-001',
    showsReasoning: true,
    signsReasoning: true,
    argumentsAreText: false,
    hasIds: false,
    hasRateLimits: false,
    hasQuotaMark: false,
  },
  'bedrock-converse': {
    ...chatCompletions,
    model: 'us.anthropic.claude-sonnet-4-6-v1:0',
    embeddingModel: 'amazon.titan-embed-text-v2:0',
    showsReasoning: true,
    signsReasoning: true,
    hasIds: false,
    hasRateLimits: false,
    hasQuotaMark: false,
    hasTextFrames: false,
  },
};

/**
 * The traits of a wire.
 *
 * @throws LatticeError `LATTICE_CONFIG` for a wire that has none yet
 */
export function wireTraits(wire: string): WireTraits {
  const known = traits[wire];
  if (known !== undefined) return known;
  const names = Object.keys(traits).join(', ');
  throw new LatticeError('LATTICE_CONFIG', `The conformance suite knows no wire "${wire}". It knows ${names}.`);
}

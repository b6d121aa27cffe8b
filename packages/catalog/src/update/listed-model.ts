import type { ModelInfo } from '@lattice-lock/contract';
import type { PriceTierEntry, UsdPerMillion } from '../vendor-file.ts';

/** Public model lists that can be read. */
export const modelListFormats = ['models.dev', 'litellm'] as const;

/** One of {@link modelListFormats}. */
export type ModelListFormat = (typeof modelListFormats)[number];

/** What a list may tell of a model. */
export type ListedFacts = Partial<
  Pick<
    ModelInfo,
    | 'name'
    | 'family'
    | 'released'
    | 'status'
    | 'contextTokens'
    | 'maxInputTokens'
    | 'maxOutputTokens'
    | 'input'
    | 'output'
    | 'tools'
    | 'structuredOutput'
    | 'reasoning'
    | 'reasoningControls'
    | 'temperature'
    | 'openWeights'
  >
>;

/** A price of a list: decimal texts, US dollars per million tokens. */
export interface ListedPrice {
  readonly usdPerMillion: UsdPerMillion;
  readonly tiers: readonly PriceTierEntry[];
}

/** One chat model of a list, in this catalog's words. */
export interface ListedModel {
  readonly provider: string;
  /** The vendor's own id. */
  readonly model: string;
  /** What the list says; what it does not say is not here. */
  readonly facts: ListedFacts;
  /** `null` where the list has none that can be booked. */
  readonly price: ListedPrice | null;
  /** What of it was not taken, and why. */
  readonly notes: readonly string[];
}

/** A public list that was read. */
export interface ModelList {
  readonly format: ModelListFormat;
  /** Where it came from: a URL or the name of a file. */
  readonly source: string;
  /** The day it was read, `YYYY-MM-DD`. */
  readonly readOn: string;
  /** SHA-256 of its bytes, in hex. */
  readonly sha256: string;
  readonly models: readonly ListedModel[];
  /** Entries of the providers that were read which are no chat models. */
  readonly notChat: number;
  /** Providers of the list that were not asked for, by the list's own names. */
  readonly otherProviders: readonly string[];
}

/** One thing that is wrong with a list. */
export interface ListProblem {
  readonly path: string;
  readonly message: string;
}

/** What the reader of a format gives back. */
export interface ListReading {
  readonly models: readonly ListedModel[];
  readonly notChat: number;
  readonly otherProviders: readonly string[];
  readonly problems: readonly ListProblem[];
}

/**
 * Ids and families that are no chat models, though lists give them text as their output. OpenAI's deep research refuses
 * a request that brings no source to search; `ft:` is the price of models that users have tuned.
 */
export const notChatPattern =
  /embed|rerank|whisper|moderation|prompt-guard|turbo-instruct|transcribe|-tts\b|(^|-)image(-|\s|$)|^o\d\S*deep-research|^ft:/i;

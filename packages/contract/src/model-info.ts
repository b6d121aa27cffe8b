import type { ModelPrice } from './money.ts';

/** What can go into a model or come out of it. */
export type Modality = 'text' | 'image' | 'pdf' | 'audio' | 'video';

/** A price and the time it holds, with where it was read. */
export interface PricePeriod {
  /** First instant, ISO 8601; `null` means since ever. */
  readonly from: string | null;
  /** First instant at which it no longer holds; `null` means until further notice. */
  readonly until: string | null;
  readonly price: ModelPrice;
  /** Where the figures were read. */
  readonly source: string;
  /** The day they were read, `YYYY-MM-DD`. */
  readonly asOf: string;
}

/** How the thinking of a reasoning model can be steered. */
export interface ReasoningControls {
  /** The levels it takes; empty where it takes none. */
  readonly efforts: readonly string[];
  /** The budget it takes in tokens; `null` where it takes none. */
  readonly budgetTokens: { readonly min: number; readonly max: number | null } | null;
  /** True when thinking can be switched off. */
  readonly canDisable: boolean;
}

/** What is known of a model. `null` is unknown, never none. */
export interface ModelInfo {
  readonly provider: string;
  /** The vendor's own id. */
  readonly model: string;
  readonly name: string;
  readonly family: string | null;
  /** `YYYY-MM-DD`, or the part of it that is known. */
  readonly released: string | null;
  readonly status: 'current' | 'beta' | 'deprecated';
  /** Input and output together, in tokens. */
  readonly contextTokens: number | null;
  /** Input alone, where the vendor bounds it apart. */
  readonly maxInputTokens: number | null;
  readonly maxOutputTokens: number | null;
  readonly input: readonly Modality[];
  readonly output: readonly Modality[];
  readonly tools: boolean;
  /** `null`: the source does not say. */
  readonly structuredOutput: boolean | null;
  readonly reasoning: boolean;
  readonly reasoningControls: ReasoningControls | null;
  /** Whether `temperature` is taken. */
  readonly temperature: boolean | null;
  readonly openWeights: boolean;
  /** Short names that mean this model. */
  readonly aliases: readonly string[];
  /** In ascending order of time; empty means the price is unknown. */
  readonly prices: readonly PricePeriod[];
  /** Where the facts were read. */
  readonly source: string;
  readonly asOf: string;
}

/** A model of a provider. Written `provider/model`. */
export interface ModelRef {
  readonly provider: string;
  readonly model: string;
}

/** `provider/model`. */
export function formatModelRef(ref: ModelRef): string {
  return `${ref.provider}/${ref.model}`;
}

/** Reads `provider/model`; the model may hold slashes itself. `null` when there is no provider or no model. */
export function parseModelRef(text: string): ModelRef | null {
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) return null;
  return { provider: text.slice(0, slash), model: text.slice(slash + 1) };
}

/** Model facts as other rooms see them. */
export interface ModelCatalog {
  /** Every model, in a stable order. */
  list(): readonly ModelInfo[];
  get(ref: ModelRef): ModelInfo | undefined;
  /** The price in force at an instant (ms since the epoch); `null` is unknown. */
  priceAt(ref: ModelRef, atMs: number): ModelPrice | null;
}

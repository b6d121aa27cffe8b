import { ModelPatternSet, type GuideCeiling } from '@lattice-lock/catalog';
import {
  LatticeError,
  maxExpectedOutputTokens,
  type DataConstraints,
  type DecisionRoute,
  type FilterName,
  type ModelInfo,
  type ModelPrice,
  type PredictedQuality,
  type ProviderStatus,
} from '@lattice-lock/contract';
import { expectedCostPicoUsd } from '@lattice-lock/scoring';
import { dataFinding } from './data-filter.ts';
import type { GuideRules } from './guide-rules.ts';
import type { QualitySource } from './quality-source.ts';
import type { SelectionCandidate } from './selection-candidate.ts';
import type { SelectionInput } from './selection-input.ts';

/** The filters in the order they are asked; the first that fires is the one that is shown. */
export const filterOrder = [
  'not-allowed',
  'denied',
  'blocked',
  'provider-not-configured',
  'provider-unhealthy',
  'deprecated',
  'region-not-allowed',
  'data-retained',
  'data-policy-unknown',
  'output-not-text',
  'needs-vision',
  'needs-files',
  'needs-tools',
  'needs-structured-output',
  'context-too-small',
  'output-too-small',
  'price-unknown',
  'too-expensive',
  'over-budget',
  'quality-too-low',
] as const satisfies readonly FilterName[];

/** A health check older than this says nothing about now, ms: as long as a health check may be cached. */
const healthLifetimeMs = 60_000;

/**
 * How much too high an input estimate may be (see `estimateTokens`): a model that the caller named is only refused when its
 * context is too small even so; the vendor decides within the margin.
 */
const estimateMargin = 0.2;

/** What is known of a provider at the moment of the choice. */
export interface ProviderFacts {
  readonly isConfigured: boolean;
  /** The last health check when it is recent and bad. */
  readonly illness: ProviderStatus | undefined;
  /** That it is not configured, in words, once they were asked for. */
  notConfigured?: string;
}

/** What a selector asks beside the request. */
export interface FilterSources {
  readonly guide: GuideRules;
  readonly quality: QualitySource;
}

/** Everything the filters ask, taken once so that a decision can be explained later as it was made. */
export class FilterContext {
  readonly profile: SelectionInput['profile'];
  /** The tightest bound of the caller, the operator and the guide. */
  readonly maxCostUsd: number | undefined;
  /** The ceiling of the guide, where that is the tightest. */
  readonly ceiling: GuideCeiling | undefined;
  readonly budgetUsd: number | undefined;
  readonly budgetPicoUsd: bigint | undefined;
  /** The higher of the caller's and the operator's bound. */
  readonly minQuality: number | undefined;
  /** The semantic route whose constraints are among those that hold. */
  readonly boundingRoute: DecisionRoute | undefined;
  /** The caller's, the operator's and the route's: each holds. */
  readonly data: readonly DataConstraints[];
  readonly allowsDeprecated: boolean;
  /** The output asked for; `undefined` when the caller set no bound. */
  readonly requestedOutput: number | undefined;
  readonly maxCostPicoUsd: bigint | undefined;
  /** One list of the caller's, one of the operator's, one of the route's: a model must be on each. */
  readonly #allow: readonly ModelPatternSet[];
  readonly #deny: ModelPatternSet;
  readonly #quality: QualitySource;
  readonly #qualities = new Map<ModelInfo, PredictedQuality | null>();
  readonly #providers = new Map<string, ProviderFacts>();
  /** The provider that was asked for last: models of one stand together in a catalog. */
  #lastProvider: { readonly id: string; readonly facts: ProviderFacts } | undefined;
  readonly #input: SelectionInput;
  readonly #nowMs: number;

  /** @throws LatticeError `LATTICE_INVALID_REQUEST` when a bound is no number. */
  constructor(input: SelectionInput, nowMs: number, sources: FilterSources) {
    this.#quality = sources.quality;
    this.#input = input;
    this.#nowMs = nowMs;
    this.profile = input.profile;
    const route = input.target.mode === 'auto' ? input.route : undefined;
    const bounds = route?.action.constraints;
    this.boundingRoute = bounds === undefined ? undefined : route;
    const all = [input.operatorConstraints ?? {}, input.constraints ?? {}, ...(bounds === undefined ? [] : [bounds])];
    this.requestedOutput = smallest([input.maxOutputTokens, ...all.map((one) => one.maxOutputTokens)]);
    const bound = smallest(all.map((one) => one.maxCostUsd));
    const ceiling = sources.guide.ceilingOf(input.profile);
    this.ceiling = ceiling !== undefined && ceiling.maxCostUsd < (bound ?? Infinity) ? ceiling : undefined;
    this.maxCostUsd = this.ceiling?.maxCostUsd ?? bound;
    this.maxCostPicoUsd = picoOfUsd(this.maxCostUsd, 'constraints.maxCostUsd');
    this.budgetUsd = input.budgetUsd;
    this.budgetPicoUsd = picoOfUsd(input.budgetUsd, 'budgetUsd');
    this.minQuality = largestShare(all.map((one) => one.minQuality));
    this.data = all.flatMap(({ data }) => data ?? []);
    const wishes = all.map((one) => one.allowDeprecated);
    this.allowsDeprecated = wishes.includes(true) && !wishes.includes(false);
    this.#allow = all.flatMap(({ allow }) => (allow === undefined ? [] : [new ModelPatternSet(allow)]));
    this.#deny = new ModelPatternSet(all.flatMap(({ deny }) => deny ?? []));
  }

  isAllowed(candidate: SelectionCandidate): boolean {
    return this.#allow.every((names) => names.has(candidate.spellings));
  }

  isDenied(candidate: SelectionCandidate): boolean {
    return this.#deny.has(candidate.spellings);
  }

  /** The entry of `deny` that means the candidate. */
  denyEntry(candidate: SelectionCandidate): string {
    return this.#deny.find(candidate.spellings) ?? candidate.name;
  }

  /** The quality predicted for a candidate; nothing is claimed of a model that the catalog does not know. */
  qualityOf(candidate: SelectionCandidate, price: ModelPrice | null): PredictedQuality | null {
    if (!candidate.isKnown) return null;
    let quality = this.#qualities.get(candidate.info);
    if (quality === undefined) {
      quality = this.#quality.qualityOf(candidate.info, this.profile, price);
      this.#qualities.set(candidate.info, quality);
    }
    return quality;
  }

  /** The predicted quality of a model for which a filter has asked; `null` for others. */
  askedQuality(model: ModelInfo): PredictedQuality | null {
    return this.#qualities.get(model) ?? null;
  }

  provider(id: string): ProviderFacts {
    if (this.#lastProvider?.id === id) return this.#lastProvider.facts;
    let facts = this.#providers.get(id);
    if (facts === undefined) {
      facts = { isConfigured: this.#input.isConfigured(id), illness: this.#illness(id) };
      this.#providers.set(id, facts);
    }
    this.#lastProvider = { id, facts };
    return facts;
  }

  /** That the provider is not configured, and what to do about it; the same text for all of its models. */
  notConfigured(id: string): string {
    const facts = this.provider(id);
    return (facts.notConfigured ??= `provider ${id} is not configured (${this.remedyFor(id)})`);
  }

  /** What to do before the provider can be called, without a full stop; a general hint where nothing particular is known. */
  remedyFor(id: string): string {
    return (this.#input.remedyFor?.(id) ?? 'set its credential').replace(/\.$/, '');
  }

  #illness(id: string): ProviderStatus | undefined {
    const status = this.#input.health?.last(id);
    if (status === undefined || status.state === 'available') return undefined;
    return this.#nowMs - Date.parse(status.checkedAt) <= healthLifetimeMs ? status : undefined;
  }

  /** Tokens that must fit beside the input. */
  get outputReserve(): number {
    return this.requestedOutput ?? this.profile.expectedOutputTokens;
  }
}

/** How a model came to be looked at: chosen from the catalog, or named by the caller. */
export type CandidateOrigin = 'catalog' | 'named';

/**
 * The filter that removes a model, `null` when none does. A model that the caller named may be deprecated and may sit on a
 * provider that was ill a moment ago (the call will tell); every other filter holds for it as well.
 */
export function filterOf(
  candidate: SelectionCandidate,
  context: FilterContext,
  price: ModelPrice | null,
  origin: CandidateOrigin,
): FilterName | null {
  const { info } = candidate;
  const { needs } = context.profile;
  const provider = context.provider(info.provider);
  const named = origin === 'named';
  if (!context.isAllowed(candidate)) return 'not-allowed';
  if (context.isDenied(candidate)) return 'denied';
  if (candidate.blockedBy !== null) return 'blocked';
  if (!provider.isConfigured) return 'provider-not-configured';
  if (provider.illness !== undefined && !named) return 'provider-unhealthy';
  if (info.status === 'deprecated' && !named && !context.allowsDeprecated) return 'deprecated';
  const finding = context.data.length === 0 ? null : dataFinding(candidate.policy, context.data);
  if (finding !== null) return finding.filter;
  if (!candidate.isText) return 'output-not-text';
  if (needs.vision && !candidate.sees) return 'needs-vision';
  if (needs.files && !candidate.readsFiles) return 'needs-files';
  if (needs.tools && !info.tools) return 'needs-tools';
  if (needs.json === 'schema' && !bindsToSchema(info.structuredOutput, named)) return 'needs-structured-output';
  if (isContextTooSmall(candidate, context, named)) return 'context-too-small';
  if (context.requestedOutput !== undefined && context.requestedOutput > candidate.outputLimit)
    return 'output-too-small';
  return costFilter(context, price) ?? (isQualityTooLow(candidate, context, price) ? 'quality-too-low' : null);
}

/** Where the sources do not say, only a caller who named the model is taken at his word. */
function bindsToSchema(structuredOutput: boolean | null, named: boolean): boolean {
  return structuredOutput ?? named;
}

function isContextTooSmall(candidate: SelectionCandidate, context: FilterContext, named: boolean): boolean {
  const input = context.profile.inputTokens * (named ? 1 - estimateMargin : 1);
  if (input > candidate.inputLimit) return true;
  // The longest answer fits most models, and how long it will be costs reading the whole text.
  if (input + (context.requestedOutput ?? maxExpectedOutputTokens) <= candidate.contextLimit) return false;
  return input + context.outputReserve > candidate.contextLimit;
}

function costFilter(context: FilterContext, price: ModelPrice | null): FilterName | null {
  const { maxCostPicoUsd, budgetPicoUsd } = context;
  if (maxCostPicoUsd === undefined && budgetPicoUsd === undefined) return null;
  const cost = expectedCostPicoUsd(price, context.profile);
  if (cost === null) return 'price-unknown';
  if (maxCostPicoUsd !== undefined && cost > maxCostPicoUsd) return 'too-expensive';
  return budgetPicoUsd !== undefined && cost > budgetPicoUsd ? 'over-budget' : null;
}

function isQualityTooLow(candidate: SelectionCandidate, context: FilterContext, price: ModelPrice | null): boolean {
  if (context.minQuality === undefined) return false;
  const quality = context.qualityOf(candidate, price);
  return quality === null || quality.value < context.minQuality;
}

function smallest(bounds: readonly (number | undefined)[]): number | undefined {
  const known = bounds.filter((bound) => bound !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function largestShare(bounds: readonly (number | undefined)[]): number | undefined {
  const known = bounds.filter((bound) => bound !== undefined);
  for (const bound of known) {
    if (!(bound >= 0 && bound <= 1)) throw invalidBound('constraints.minQuality', bound, 'a number from 0 to 1');
  }
  return known.length === 0 ? undefined : Math.max(...known);
}

/** A bound in dollars is written with few decimals; what is finer than a pico-dollar does not count. */
function picoOfUsd(usd: number | undefined, path: string): bigint | undefined {
  if (usd === undefined || usd === Infinity) return undefined;
  if (!(usd >= 0)) throw invalidBound(path, usd, 'a number of 0 or more');
  const whole = Math.floor(usd);
  return BigInt(whole) * 1_000_000_000_000n + BigInt(Math.round((usd - whole) * 1e12));
}

function invalidBound(path: string, bound: number, wanted: string): LatticeError {
  return new LatticeError('LATTICE_INVALID_REQUEST', `${path} is ${bound}: give ${wanted}.`, {
    issues: [{ path, message: `must be ${wanted}` }],
  });
}

import { LatticeError, type FilterName, type ModelPrice, type ProviderStatus } from '@lattice-lock/contract';
import { expectedCostPicoUsd } from '@lattice-lock/scoring';
import type { SelectionCandidate } from './selection-candidate.ts';
import type { SelectionInput } from './selection-input.ts';

/** The filters in the order they are asked; the first that fires is the one that is shown. */
export const filterOrder = [
  'not-allowed',
  'denied',
  'provider-not-configured',
  'provider-unhealthy',
  'deprecated',
  'output-not-text',
  'needs-vision',
  'needs-files',
  'needs-tools',
  'needs-structured-output',
  'context-too-small',
  'output-too-small',
  'price-unknown',
  'too-expensive',
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
}

/** Everything the filters ask, taken once so that a decision can be explained later as it was made. */
export class FilterContext {
  readonly profile: SelectionInput['profile'];
  /** The tighter of the caller's and the operator's bound. */
  readonly maxCostUsd: number | undefined;
  readonly allowsDeprecated: boolean;
  /** The output asked for; `undefined` when the caller set no bound. */
  readonly requestedOutput: number | undefined;
  readonly maxCostPicoUsd: bigint | undefined;
  /** One list of the caller's, one of the operator's: a model must be on each. */
  readonly #allow: readonly ReadonlySet<string>[];
  readonly #deny: ReadonlySet<string>;
  readonly #providers = new Map<string, ProviderFacts>();
  readonly #remedies = new Map<string, string>();
  readonly #input: SelectionInput;
  readonly #nowMs: number;

  /** @throws LatticeError `LATTICE_INVALID_REQUEST` when a bound is no number. */
  constructor(input: SelectionInput, nowMs: number) {
    this.#input = input;
    this.#nowMs = nowMs;
    this.profile = input.profile;
    const both = [input.operatorConstraints ?? {}, input.constraints ?? {}];
    this.requestedOutput = smallest([input.maxOutputTokens, ...both.map((one) => one.maxOutputTokens)]);
    this.maxCostUsd = smallest(both.map((one) => one.maxCostUsd));
    this.maxCostPicoUsd = this.maxCostUsd === undefined ? undefined : picoOfUsd(this.maxCostUsd);
    const wishes = both.map((one) => one.allowDeprecated);
    this.allowsDeprecated = wishes.includes(true) && !wishes.includes(false);
    this.#allow = both.flatMap(({ allow }) => (allow === undefined ? [] : [lowerCaseSet(allow)]));
    this.#deny = lowerCaseSet(both.flatMap(({ deny }) => deny ?? []));
  }

  isAllowed(candidate: SelectionCandidate): boolean {
    return this.#allow.every((names) => matches(candidate, names));
  }

  isDenied(candidate: SelectionCandidate): boolean {
    return this.#deny.size > 0 && matches(candidate, this.#deny);
  }

  /** The entry of `deny` that means the candidate. */
  denyEntry(candidate: SelectionCandidate): string {
    return candidate.spellings.find((spelling) => this.#deny.has(spelling)) ?? candidate.name;
  }

  provider(id: string): ProviderFacts {
    let facts = this.#providers.get(id);
    if (facts === undefined) {
      facts = { isConfigured: this.#input.isConfigured(id), illness: this.#illness(id) };
      this.#providers.set(id, facts);
    }
    return facts;
  }

  /** What to do before the provider can be called, without a full stop; a general hint where nothing particular is known. */
  remedyFor(id: string): string {
    let remedy = this.#remedies.get(id);
    if (remedy === undefined) {
      remedy = (this.#input.remedyFor?.(id) ?? 'set its credential').replace(/\.$/, '');
      this.#remedies.set(id, remedy);
    }
    return remedy;
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
  if (!provider.isConfigured) return 'provider-not-configured';
  if (provider.illness !== undefined && !named) return 'provider-unhealthy';
  if (info.status === 'deprecated' && !named && !context.allowsDeprecated) return 'deprecated';
  if (!candidate.isText) return 'output-not-text';
  if (needs.vision && !candidate.sees) return 'needs-vision';
  if (needs.files && !candidate.readsFiles) return 'needs-files';
  if (needs.tools && !info.tools) return 'needs-tools';
  if (needs.json === 'schema' && !bindsToSchema(info.structuredOutput, named)) return 'needs-structured-output';
  if (isContextTooSmall(candidate, context, named)) return 'context-too-small';
  if (context.requestedOutput !== undefined && context.requestedOutput > candidate.outputLimit)
    return 'output-too-small';
  return costFilter(context, price);
}

/** Where the sources do not say, only a caller who named the model is taken at his word. */
function bindsToSchema(structuredOutput: boolean | null, named: boolean): boolean {
  return structuredOutput ?? named;
}

function isContextTooSmall(candidate: SelectionCandidate, context: FilterContext, named: boolean): boolean {
  const input = context.profile.inputTokens * (named ? 1 - estimateMargin : 1);
  return input > candidate.inputLimit || input + context.outputReserve > candidate.contextLimit;
}

function costFilter(context: FilterContext, price: ModelPrice | null): FilterName | null {
  if (context.maxCostPicoUsd === undefined) return null;
  const cost = expectedCostPicoUsd(price, context.profile);
  if (cost === null) return 'price-unknown';
  return cost > context.maxCostPicoUsd ? 'too-expensive' : null;
}

function matches(candidate: SelectionCandidate, names: ReadonlySet<string>): boolean {
  return candidate.spellings.some((spelling) => names.has(spelling));
}

function smallest(bounds: readonly (number | undefined)[]): number | undefined {
  const known = bounds.filter((bound) => bound !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function lowerCaseSet(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => name.trim().toLowerCase()));
}

/** A bound in dollars is written with few decimals; what is finer than a pico-dollar does not count. */
function picoOfUsd(usd: number): bigint | undefined {
  if (usd === Infinity) return undefined;
  if (!(usd >= 0)) {
    throw new LatticeError('LATTICE_INVALID_REQUEST', `constraints.maxCostUsd is ${usd}: give a number of 0 or more.`, {
      issues: [{ path: 'constraints.maxCostUsd', message: 'must be a number of 0 or more' }],
    });
  }
  const whole = Math.floor(usd);
  return BigInt(whole) * 1_000_000_000_000n + BigInt(Math.round((usd - whole) * 1e12));
}

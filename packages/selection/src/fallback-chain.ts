import type { ErrorCode } from '@lattice-lock/contract';
import type { SelectionCandidate } from './selection-candidate.ts';

/** What a failure says about the models that are left. */
export type FallbackRule =
  /** Nothing to fall back to: the request itself is at fault, or nobody waits any more. */
  | 'none'
  /** Any other model may do better. */
  | 'any'
  /** Models of the same provider come last. */
  | 'other-provider-first'
  /** Models of the same provider would fail alike. */
  | 'other-provider-only'
  /** Only models that hold more. */
  | 'larger-context'
  /** Only models that cost less. */
  | 'cheaper';

const rules: Partial<Record<ErrorCode, FallbackRule>> = {
  LATTICE_INVALID_REQUEST: 'none',
  LATTICE_ABORTED: 'none',
  LATTICE_BUDGET: 'cheaper',
  LATTICE_CLOSED: 'none',
  LATTICE_TOOL_LIMIT: 'none',
  LATTICE_AUTHENTICATION: 'other-provider-only',
  LATTICE_QUOTA: 'other-provider-only',
  LATTICE_PROVIDER_UNAVAILABLE: 'other-provider-only',
  LATTICE_PROVIDER_NOT_INSTALLED: 'other-provider-only',
  LATTICE_UNKNOWN_PROVIDER: 'other-provider-only',
  LATTICE_DNS: 'other-provider-only',
  LATTICE_CONNECTION_REFUSED: 'other-provider-only',
  LATTICE_OUTBOUND_BLOCKED: 'other-provider-only',
  LATTICE_RATE_LIMIT: 'other-provider-first',
  LATTICE_OVERLOADED: 'other-provider-first',
  LATTICE_UPSTREAM: 'other-provider-first',
  LATTICE_TIMEOUT: 'other-provider-first',
  LATTICE_CONNECTION_RESET: 'other-provider-first',
  LATTICE_STREAM_INTERRUPTED: 'other-provider-first',
  LATTICE_MALFORMED_RESPONSE: 'other-provider-first',
  LATTICE_CONTENT_FILTER: 'other-provider-first',
  LATTICE_CONTEXT_LENGTH: 'larger-context',
};

/** The rule for an error code. */
export function fallbackRule(code: ErrorCode): FallbackRule {
  return rules[code] ?? 'any';
}

/** What is known of a request when a model has failed it. */
export interface FallbackFacts {
  readonly failed: SelectionCandidate;
  /** The input as it was estimated before the failure. */
  readonly inputTokens: number;
  /** The expected cost of the request with a model, in pico-dollars; `null` is unknown. */
  costOf(candidate: SelectionCandidate): bigint | null;
}

/** The models that a rule leaves after a failure, in the order they are to be tried. */
export function applyFallbackRule(
  rule: FallbackRule,
  facts: FallbackFacts,
  left: readonly SelectionCandidate[],
): readonly SelectionCandidate[] {
  const { failed } = facts;
  const { provider } = failed.ref;
  const elsewhere = left.filter((one) => one.ref.provider !== provider);
  switch (rule) {
    case 'none':
      return [];
    case 'any':
      return left;
    case 'other-provider-only':
      return elsewhere;
    case 'other-provider-first':
      return [...elsewhere, ...left.filter((one) => one.ref.provider === provider)];
    case 'larger-context':
      return left.filter((one) => one.inputLimit > heldAtMost(facts));
    case 'cheaper': {
      const cost = facts.costOf(failed);
      return left.filter((one) => isBelow(facts.costOf(one), cost));
    }
  }
}

/** What the failed model is known to hold; where that is unknown it held less than what it was sent. */
function heldAtMost({ failed, inputTokens }: FallbackFacts): number {
  return failed.inputLimit === Infinity ? inputTokens : failed.inputLimit;
}

/** An unknown cost is never taken for a small one; beside an unknown one, each known cost is smaller. */
function isBelow(cost: bigint | null, than: bigint | null): boolean {
  return cost !== null && (than === null || cost < than);
}

/**
 * A chain from models in order of preference: the first, then the best of each further provider, and where providers run
 * out the best of another family, because models of one family tend to fail together.
 *
 * @param usedProviders Providers that were tried already.
 * @param start Models that come first in any case.
 */
export function diverseChain(
  ranked: readonly SelectionCandidate[],
  length: number,
  usedProviders: readonly string[] = [],
  start: readonly SelectionCandidate[] = [],
): readonly SelectionCandidate[] {
  const chain: SelectionCandidate[] = start.slice(0, length);
  const providers = new Set<string>([...usedProviders, ...chain.map((one) => one.ref.provider)]);
  const families = new Set<string>(chain.map(familyOf));
  while (chain.length < length) {
    const next =
      ranked.find((one) => !providers.has(one.ref.provider)) ??
      ranked.find((one) => !chain.includes(one) && !families.has(familyOf(one))) ??
      ranked.find((one) => !chain.includes(one));
    if (next === undefined) break;
    chain.push(next);
    providers.add(next.ref.provider);
    families.add(familyOf(next));
  }
  return chain;
}

function familyOf(candidate: SelectionCandidate): string {
  return candidate.info.family ?? candidate.name;
}

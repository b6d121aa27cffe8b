import type { Decision, TaskProfile } from '@lattice-lock/contract';

/** A record of the profile: its names in the head, its figures among the numbers. */
type SharesName = 'kinds' | 'domains';

/** What is left of a decision without its candidates; the first ones that were stored have their profile as it is. */
export type DecisionHead = Omit<Decision, 'candidates' | 'profile'> & {
  readonly profile: Omit<TaskProfile, SharesName> &
    Readonly<Record<SharesName, Readonly<Record<string, number>> | readonly string[]>>;
};

/** Every field by name, so that none is forgotten when one is added; JSON leaves out those that are not there. */
type Whole<T> = { readonly [K in keyof Required<T>]: T[K] | undefined };

/**
 * JSON of everything but the candidates, and the shares of its profile. Field by field: to copy an object with getters,
 * as decisions and profiles are, costs as much as all the rest of it.
 */
export function headOf(decision: Decision): { readonly head: string; readonly shares: readonly number[] } {
  const { profile } = decision;
  const { kinds, domains } = profile;
  const head: Whole<Omit<DecisionHead, 'profile'>> & { readonly profile: Whole<DecisionHead['profile']> } = {
    id: decision.id,
    requestId: decision.requestId,
    createdAt: decision.createdAt,
    requested: decision.requested,
    mode: decision.mode,
    preset: decision.preset,
    weights: decision.weights,
    profile: {
      kind: profile.kind,
      kinds: Object.keys(kinds),
      domain: profile.domain,
      domains: Object.keys(domains),
      difficulty: profile.difficulty,
      difficultyConfidence: profile.difficultyConfidence,
      needs: profile.needs,
      inputTokens: profile.inputTokens,
      expectedOutputTokens: profile.expectedOutputTokens,
      evidence: profile.evidence,
    },
    chosen: decision.chosen,
    chain: decision.chain,
    margin: decision.margin,
    simulated: decision.simulated,
    attempts: decision.attempts,
    basis: decision.basis,
    guide: decision.guide,
    route: decision.route,
  };
  // Thirty numbers written out in digits would cost more than everything else of the head.
  return { head: JSON.stringify(head), shares: [...Object.values(kinds), ...Object.values(domains)] };
}

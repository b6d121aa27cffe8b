import type { AttemptRecord, Decision } from '@lattice-lock/contract';

/** The decision with what was tried on its strength; its lazily computed candidates stay lazy. */
export function decisionWithAttempts(decision: Decision, attempts: readonly AttemptRecord[]): Decision {
  // Written out, because a spread would compute the candidates, and copying descriptors costs ten times as much.
  const { id, requestId, createdAt, requested, mode, preset, weights, profile, chosen, chain, margin } = decision;
  const { basis, guide, route } = decision;
  const copy: Omit<Decision, 'candidates'> = {
    id,
    requestId,
    createdAt,
    requested,
    mode,
    preset,
    weights,
    profile,
    chosen,
    chain,
    margin,
    simulated: decision.simulated,
    attempts: [...attempts],
    ...(basis === undefined ? {} : { basis }),
    ...(guide === undefined ? {} : { guide }),
    ...(route === undefined ? {} : { route }),
  };
  // What the selector keeps with a decision, unseen by JSON, goes with it; the candidates are computed from it.
  for (const key of [...Object.getOwnPropertySymbols(decision), 'candidates']) {
    Object.defineProperty(copy, key, Object.getOwnPropertyDescriptor(decision, key) ?? {});
  }
  return copy as Decision;
}

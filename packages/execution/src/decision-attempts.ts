import type { AttemptRecord, Decision } from '@lattice-lock/contract';

/** The decision with what was tried on its strength; its lazily computed fields stay lazy. */
export function decisionWithAttempts(decision: Decision, attempts: readonly AttemptRecord[]): Decision {
  const descriptors = Object.getOwnPropertyDescriptors(decision);
  return Object.defineProperties(
    {},
    {
      ...descriptors,
      attempts: { value: [...attempts], enumerable: true },
    },
  ) as Decision;
}

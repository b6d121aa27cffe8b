import type { Decision } from '@lattice-lock/contract';
import { formatDecision } from '@lattice-lock/selection';
import { escapeLine } from '../terminal/terminal-text.ts';
import type { TextOutput } from '../terminal/text-output.ts';

/** A decision as text for an output, as wide as it is. */
export function explainDecision(decision: Decision, output: TextOutput): string {
  return `${formatDecision(shownDecision(decision), { columns: output.columns, color: output.usesColor })}\n`;
}

/** What came with the request must not reach the terminal as it is; the rest is ours. */
function shownDecision(decision: Decision): Decision {
  const { profile } = decision;
  const evidence = profile.evidence.map((one) =>
    one.match === undefined ? one : { ...one, match: escapeLine(one.match) },
  );
  return { ...decision, requested: escapeLine(decision.requested), profile: { ...profile, evidence } };
}

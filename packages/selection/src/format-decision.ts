import { formatModelRef, type Decision } from '@lattice-lock/contract';

/** How a decision is written. */
export interface FormatDecisionOptions {
  /** No line is wider than this many terminal columns. */
  readonly columns: number;
  /** ANSI colours. Default false. */
  readonly color?: boolean;
}

/** A decision as text for a terminal: what was chosen and why, the task, the candidates, the fallbacks. */
export function formatDecision(decision: Decision, options: FormatDecisionOptions): string {
  return `${formatModelRef(decision.chosen)} for ${decision.profile.kind}`.slice(0, options.columns);
}

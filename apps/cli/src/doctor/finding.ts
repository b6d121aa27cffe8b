/** How grave a finding is: only a `problem` makes `lattice doctor` fail. */
export type FindingState = 'ok' | 'note' | 'warning' | 'problem';

/** What a check found, in words without secrets. */
export interface Finding {
  /** What was looked at, e.g. `provider openai`. */
  readonly check: string;
  readonly state: FindingState;
  readonly message: string;
  /** What to do about it; `null` when nothing has to be done. */
  readonly remedy: string | null;
  /** Figures behind the message, for programs. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** How many findings are of a state. */
export function countFindings(findings: readonly Finding[], state: FindingState): number {
  return findings.filter((finding) => finding.state === state).length;
}

import { describe, it } from 'vitest';
import { LatticeError } from '@lattice-lock/contract';

/** One thing a conforming implementation does. Runs without a test runner: it throws where the implementation fails. */
export interface ConformanceCheck<Subject> {
  /** Stable; what a skip names. */
  readonly id: string;
  readonly title: string;
  /** Why the check has nothing to look at in this subject, in a sentence; absent or `undefined` means that it has. */
  readonly notApplicable?: (subject: Subject) => string | undefined;
  run(subject: Subject): Promise<void>;
}

/** Checks left out, by id, each with the reason why; the reason stands in the test's title. */
export type SkippedChecks = Readonly<Record<string, string>>;

/** Long enough for a busy machine, short enough to name the check that hangs. */
const checkTimeoutMs = 15_000;

/** Words that stand where a reason should. */
const noReason = /^(?:todo|tbd|later|unknown|none|skip(?:ped)?|n\/?a|not (?:yet|now)|flaky|fails?|broken)?[.!?\s]*$/i;

/**
 * Registers a suite of checks with vitest. What `run` resolves with, unless `undefined`, is why the check did not apply.
 *
 * @throws LatticeError `LATTICE_CONFIG` when a skip names no check or gives no reason
 */
export function registerChecks<Subject>(
  name: string,
  checks: readonly ConformanceCheck<Subject>[],
  skip: SkippedChecks,
  run: (check: ConformanceCheck<Subject>) => Promise<string | undefined>,
): void {
  for (const [id, reason] of Object.entries(skip)) {
    if (!checks.some((check) => check.id === id)) {
      const known = checks.map((check) => check.id).join(', ');
      throw new LatticeError('LATTICE_CONFIG', `The skip "${id}" of ${name} names no check. Known are: ${known}.`);
    }
    if (noReason.test(reason.trim())) {
      const message = `The skip "${id}" of ${name} needs a reason: say what about the vendor makes the check impossible.`;
      throw new LatticeError('LATTICE_CONFIG', message);
    }
  }
  describe(name, () => {
    for (const check of checks) {
      const reason = skip[check.id];
      const title = `${check.id}: ${check.title}`;
      if (reason === undefined) {
        it(title, { timeout: checkTimeoutMs * 2 }, async (context) => {
          const notApplicable = await run(check);
          if (notApplicable !== undefined) context.skip(`does not apply: ${notApplicable}`);
        });
      } else {
        it(`${title} [left out: ${reason}]`, (context) => context.skip(reason));
      }
    }
  });
}

/**
 * Runs a check under a deadline, so that an implementation that hangs fails by name.
 *
 * @returns why the check does not apply to the subject; `undefined` when it ran and passed
 */
export async function underDeadline<Subject>(
  check: ConformanceCheck<Subject>,
  subject: Subject,
  timeoutMs = checkTimeoutMs,
): Promise<string | undefined> {
  const notApplicable = check.notApplicable?.(subject);
  if (notApplicable !== undefined) return notApplicable;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    const message = `The check "${check.id}" did not end within ${timeoutMs} ms: something in the implementation hangs.`;
    timer = setTimeout(() => reject(new LatticeError('LATTICE_TIMEOUT', message)), timeoutMs);
  });
  try {
    await Promise.race([check.run(subject), deadline]);
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

import type { ErrorCode } from '@lattice-lock/contract';
import rules from './error-rules.json' with { type: 'json' };

interface CodeRule {
  readonly code: ErrorCode;
  readonly status?: readonly number[];
  readonly words?: readonly string[];
}

/**
 * In the order they are asked; the first that fits decides. Words are looked for in the vendor's code, type and message,
 * because several vendors send a bad key or a full context under the status of something else.
 */
const codeRules = rules.codes as readonly CodeRule[];

/** The house's code for an error of a vendor; `text` is its code, type and message in lower case. */
export function errorCodeOf(status: number, text: string): ErrorCode {
  const rule = codeRules.find(
    ({ status: statuses, words }) =>
      statuses?.includes(status) === true || words?.some((word) => text.includes(word)) === true,
  );
  return rule?.code ?? (status >= 500 ? 'LATTICE_UPSTREAM' : 'LATTICE_INVALID_REQUEST');
}

/** The HTTP status that the marks of an error stand for which carries none itself. */
export function statusOfMarks(marks: string): number | undefined {
  return rules.statuses.find(({ words }) => words.some((word) => marks.includes(word)))?.status;
}

/** True for a status under which the same request may succeed later. */
export function isRetryableStatus(status: number): boolean {
  return status >= 500 || rules.retryableBelow500.includes(status);
}

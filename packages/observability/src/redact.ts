/** What stands in the place of a secret. */
const mark = '[REDACTED]';

const shapes = [
  /\b(?:sk|xai|gsk|hf|pk|rk|lk|npm|gh[opsur]|github_pat|glpat|xox[abpors])[-_][A-Za-z0-9_-]{16,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g,
  /(?<=\bBearer\s)[A-Za-z0-9._~+/=-]{8,}/gi,
];

/**
 * The text with every secret in it replaced.
 *
 * @example redact('key sk-abc...') // 'key [REDACTED]'
 */
export function redact(text: string): string {
  let result = text;
  for (const shape of shapes) result = result.replace(shape, mark);
  return result;
}

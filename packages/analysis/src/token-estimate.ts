/**
 * Estimates the tokens of a text as a model would count them. Never used for billing.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

import { priceForInput, type ModelPrice, type TaskProfile } from '@lattice-lock/contract';

/**
 * The expected cost of a request in pico-US-dollars: the estimated input and the expected answer at the price (and context
 * tier) in force. Exact in its arithmetic; the token counts are estimates, a model's thinking is not among them, and
 * nothing is assumed to come from a cache. `null` when the price is unknown.
 */
export function expectedCostPicoUsd(
  price: ModelPrice | null,
  profile: Pick<TaskProfile, 'inputTokens' | 'expectedOutputTokens'>,
): bigint | null {
  if (price === null) return null;
  const rate = priceForInput(price, profile.inputTokens);
  const input = BigInt(Math.ceil(profile.inputTokens));
  const output = BigInt(Math.ceil(profile.expectedOutputTokens));
  return input * rate.inputPicoUsd + output * rate.outputPicoUsd;
}

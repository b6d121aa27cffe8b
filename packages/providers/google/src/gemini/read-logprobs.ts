import type { JsonObject, JsonValue, TokenLogprob } from '@lattice-lock/contract';
import { itemsOf, objectOf, textOf } from '@lattice-lock/provider-kit';

/** The tokens of a candidate's `logprobsResult` with the alternatives of each place. */
export function readLogprobs(result: JsonObject): TokenLogprob[] {
  const top = itemsOf(result['topCandidates']);
  return itemsOf(result['chosenCandidates']).map((chosen, place) => ({
    ...logprobOf(chosen),
    top: itemsOf(objectOf(top[place])['candidates']).map(logprobOf),
  }));
}

/** Proto JSON leaves zeros out, and a token that is certain has the logarithm 0. */
function logprobOf(value: JsonValue): { readonly token: string; readonly logprob: number } {
  const { token, logProbability } = objectOf(value);
  return { token: textOf(token), logprob: typeof logProbability === 'number' ? logProbability : 0 };
}

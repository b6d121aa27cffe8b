import { usdFromNano, type Answer } from '@lattice-lock/contract';

/** The whole answer as JSON: integers of money as texts, and the cost in US dollars beside them. */
export function answerJson(answer: Answer, elapsedMs: number): object {
  const { requestId, provider, model, text, decision, cost, simulated, ...rest } = answer;
  return {
    requestId,
    provider,
    model,
    simulated,
    text,
    ...rest,
    cost: { ...cost, usd: cost.unknownEntries > 0 && cost.nanoUsd === 0n ? null : usdFromNano(cost.nanoUsd) },
    elapsedMs: Math.round(elapsedMs),
    decision,
  };
}

import {
  addUsage,
  formatModelRef,
  totalCost,
  type Answer,
  type AttemptRecord,
  type CostTotal,
} from '@lattice-lock/contract';
import { formatCost, formatDuration, formatTokens } from '../terminal/figures.ts';

/** What a list of attempts cost together. */
function costOf(attempts: readonly AttemptRecord[]): CostTotal {
  return totalCost(attempts.map(({ costNanoUsd }) => (costNanoUsd === null ? null : BigInt(costNanoUsd))));
}

function costText(cost: CostTotal, isSimulated: boolean): string {
  const text = formatCost(cost);
  return isSimulated ? `nothing charged (list price ${text})` : text === 'unknown' ? 'cost unknown' : text;
}

/** `openai/gpt-5-mini · 12 tokens in, 85 out · $0.000123 · 1.4 s · request 4f…` */
export function formatFooter(answer: Answer, elapsedMs: number): string {
  const answered = answer.attempts.findLast(({ status }) => status === 'ok');
  return [
    formatModelRef(answered?.model ?? answer),
    formatTokens(answer.totalUsage),
    costText(answer.cost, answer.simulated),
    formatDuration(elapsedMs),
    ...(answer.attempts.length > 1 ? [`${answer.attempts.length} attempts`] : []),
    `request ${answer.requestId}`,
  ].join(' · ');
}

/** What a run that did not end well has cost; `null` when nothing was asked of anyone, or every one refused. */
export function formatSpent(attempts: readonly AttemptRecord[], isSimulated: boolean): string | null {
  const cost = costOf(attempts);
  if (cost.nanoUsd === 0n && cost.unknownEntries === 0) return null;
  const usage = formatTokens(addUsage(attempts.map((attempt) => attempt.usage)));
  const models = [...new Set(attempts.map(({ model }) => formatModelRef(model)))].join(', ');
  return `Spent: ${usage} · ${costText(cost, isSimulated)} · ${models}`;
}

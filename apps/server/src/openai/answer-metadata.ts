import { usdFromNano, type Answer, type CostTotal } from '@lattice-lock/contract';
import { attemptSummary } from './error-body.ts';

/** What an answer says about itself beside OpenAI's fields, under `lattice`. */
export function answerMetadata(answer: Answer, warnings: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    request_id: answer.requestId,
    decision_id: answer.decision.id,
    provider: answer.provider,
    model: answer.model,
    simulated: answer.simulated,
    cost_usd: costUsd(answer.cost),
    unknown_entries: answer.cost.unknownEntries,
    attempts: answer.attempts.map(attemptSummary),
    warnings: warnings.length === 0 ? answer.warnings : [...warnings, ...answer.warnings],
    ...(answer.finishReason === 'other' ? { raw_finish_reason: answer.rawFinishReason } : {}),
  };
}

/** The known part of a cost in US dollars as decimal text; `null` when none of it is known. */
function costUsd(cost: CostTotal): string | null {
  return cost.unknownEntries > 0 && cost.nanoUsd === 0n ? null : usdFromNano(cost.nanoUsd);
}

/** The headers of an answer. The cost is `unknown` when any part of it is. */
export function answerHeaders(answer: Answer): Record<string, string> {
  return {
    ...modelHeaders(answer.provider, answer.model),
    'x-lattice-simulated': String(answer.simulated),
    'x-lattice-decision-id': headerText(answer.decision.id),
    'x-lattice-cost-usd': answer.cost.unknownEntries > 0 ? 'unknown' : usdFromNano(answer.cost.nanoUsd),
  };
}

/** The headers that are known as soon as a model begins to answer. */
export function modelHeaders(provider: string, model: string): Record<string, string> {
  return {
    'x-lattice-provider': headerText(provider),
    'x-lattice-model': headerText(model),
  };
}

const visible = /^[\x21-\x7e]*$/;
const unsafe = /[^\x21-\x7e]/gu;

/** Text that cannot break out of a header: whatever is not visible ASCII is percent-encoded (RFC 3986, as UTF-8). */
export function headerText(text: string): string {
  if (visible.test(text)) return text;
  return text.replace(unsafe, (character) =>
    encodeURIComponent(/\p{Surrogate}/u.test(character) ? '\ufffd' : character),
  );
}

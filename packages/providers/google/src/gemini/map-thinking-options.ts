import type { JsonObject, ReasoningOptions } from '@lattice-lock/contract';
import type { Warn } from './convert-to-gemini-parts.ts';
import { modelFactsOf, type ModelFacts } from './gemini-model.ts';

type Effort = NonNullable<ReasoningOptions['effort']>;
type Level = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

/**
 * Budgets that stand in for an effort on models of 2.5, which take only a budget. Assumption of ours: doubling steps
 * under the 24,576 tokens that every model of 2.5 takes; `max` leaves the amount to the model (-1).
 */
const effortBudgets: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: 512,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: -1,
};

/** Least budget of 2.5 Pro, which cannot be kept from thinking (ai.google.dev/gemini-api/docs/thinking). */
const leastProBudget = 128;

/** From this version on a budget is refused (`thinkingLevel` of @google/genai 3.1); 3.0 and 3.1 take either. */
const firstVersionWithoutBudget = 3.5;

const levels: Readonly<Record<Exclude<Effort, 'none'>, Level>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/**
 * Maps effort and budget to `thinkingConfig`: a level for models from 3 on, a budget before, never both, which the
 * vendor refuses. Names that tell no version are taken at the caller's word. Thoughts are asked for whenever the caller
 * says anything about thinking but `none`.
 */
export function mapThinkingOptions(
  reasoning: ReasoningOptions | undefined,
  model: string,
  warn: Warn,
): JsonObject | undefined {
  const { effort, budgetTokens } = reasoning ?? {};
  if (effort === undefined && budgetTokens === undefined) return undefined;
  const facts = modelFactsOf(model);
  if (facts.version !== null && facts.version < 2.5) {
    warn('Models before Gemini 2.5 do not think; the reasoning options were left out.');
    return undefined;
  }
  if (facts.version === 2.5) return budgetConfig(effort, budgetTokens, facts, warn);
  const takesBudget = facts.version === null || facts.version < firstVersionWithoutBudget;
  if (effort === undefined) {
    if (takesBudget) return { thinkingBudget: budgetTokens ?? 0, includeThoughts: budgetTokens !== 0 };
    warn('This model takes a thinking level, not a budget; the thinking budget was left out.');
    return { includeThoughts: true };
  }
  if (budgetTokens !== undefined) warn('Gemini takes a thinking level or a budget; the thinking budget was left out.');
  return { thinkingLevel: levelOf(effort, facts, warn), includeThoughts: effort !== 'none' };
}

function budgetConfig(
  effort: Effort | undefined,
  budgetTokens: number | undefined,
  { size }: ModelFacts,
  warn: Warn,
): JsonObject {
  const asked = budgetTokens ?? (effort === undefined || effort === 'none' ? 0 : effortBudgets[effort]);
  if (budgetTokens !== undefined && effort !== undefined) {
    warn('Gemini takes a thinking level or a budget; the effort was left out.');
  } else if (effort !== undefined && effort !== 'none') {
    const amount = asked === -1 ? 'an amount of its own choice' : `${asked} tokens`;
    warn(`This model takes a thinking budget, not an effort; ${amount} stands for \`${effort}\`.`);
  }
  if (size !== 'pro' || asked < 0 || asked >= leastProBudget) {
    return { thinkingBudget: asked, includeThoughts: asked !== 0 };
  }
  warn(`Gemini 2.5 Pro thinks with at least ${leastProBudget} tokens; that budget was sent.`);
  return { thinkingBudget: leastProBudget, includeThoughts: asked !== 0 };
}

/**
 * The nearest level that the model takes: no Pro has `minimal`, 3.0 Pro has no `medium`, Flash lost `minimal` with 3.7
 * (docs.cloud.google.com, model guides of 3.8 Flash and 4 Argon). Thinking cannot be switched off from 3 on.
 */
function levelOf(effort: Effort, { version, size }: ModelFacts, warn: Warn): Level {
  const wanted = effort === 'none' ? 'MINIMAL' : levels[effort];
  const hasMinimal = version === null || (size !== 'pro' && version < 3.7);
  const lacksMedium = size === 'pro' && version === 3;
  const level = wanted === 'MINIMAL' && !hasMinimal ? 'LOW' : wanted === 'MEDIUM' && lacksMedium ? 'HIGH' : wanted;
  if (level.toLowerCase() !== effort) {
    warn(`This model has no reasoning effort \`${effort}\`; the level ${level} was sent.`);
  }
  return level;
}

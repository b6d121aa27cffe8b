import type { JsonObject, ReasoningOptions } from '@lattice-lock/contract';
import { claudeVersionOf } from './claude-version.ts';
import type { Warn } from './convert-to-anthropic-content.ts';

/** The smallest thinking budget the vendor takes (`ThinkingConfigEnabled` of @anthropic-ai/sdk 1.10). */
const minThinkingBudgetTokens = 1024;

/** Room for the answer itself when a budget sets `max_tokens`; every Claude model can write that much. */
const answerTokens = 4096;

/**
 * Budgets that stand in for an effort on models that only take a budget. Assumption of ours: doubling steps, with room
 * for the answer under the 32,000 output tokens of the smallest thinking model.
 */
const effortBudgets = { minimal: 1024, low: 2048, medium: 8192, high: 16_384, xhigh: 24_576, max: 24_576 } as const;

/** How a model's thinking is steered: by a budget (up to 4.5), by a budget or adaptively (4.6), adaptively (later). */
export type ThinkingControl = 'budget' | 'either' | 'adaptive';

/**
 * The control a model takes, read from its name. Sources: models.dev (reasoning options of the Claude models, July
 * 2026) and vercel.com/docs/ai-gateway (adaptive since 4.6, required since Opus 4.7). Names that are not Claude's belong to
 * compatible servers and are taken at their word.
 */
export function thinkingControlOf(model: string): ThinkingControl {
  if (!model.includes('claude')) return 'either';
  const number = claudeVersionOf(model)?.number ?? Number.POSITIVE_INFINITY;
  if (number < 406) return 'budget';
  return number === 406 ? 'either' : 'adaptive';
}

/** What reasoning options become on the wire. */
export interface ThinkingFields {
  readonly maxTokens: number;
  readonly thinking?: JsonObject;
  readonly effort?: string;
}

/** What the mapping needs to know of the request beside its reasoning options. */
export interface ThinkingContext {
  readonly model: string;
  /** The caller's limit; `undefined` lets a budget raise `defaultMaxTokens`. */
  readonly maxOutputTokens: number | undefined;
  readonly defaultMaxTokens: number;
  /** A forced tool call excludes thinking. */
  readonly forcesTool: boolean;
}

/** Maps effort and budget to `thinking`, `output_config.effort` and `max_tokens`. */
export function mapReasoningOptions(
  reasoning: ReasoningOptions | undefined,
  context: ThinkingContext,
  warn: Warn,
): ThinkingFields {
  const maxTokens = context.maxOutputTokens ?? context.defaultMaxTokens;
  if (reasoning === undefined || (reasoning.effort === undefined && reasoning.budgetTokens === undefined)) {
    return { maxTokens };
  }
  const control = thinkingControlOf(context.model);
  if (reasoning.effort === 'none') {
    return control === 'adaptive' ? { maxTokens, thinking: { type: 'disabled' } } : { maxTokens };
  }
  const effort = control === 'budget' ? undefined : vendorEffort(reasoning.effort, warn);
  const effortField = effort === undefined ? {} : { effort };
  if (context.forcesTool) {
    warn('Anthropic does not think when a tool call is forced; thinking was left off.');
    return { maxTokens, ...effortField };
  }
  const budget = budgetOf(reasoning, control, warn);
  if (budget === undefined) {
    return { maxTokens, thinking: { type: 'adaptive', display: 'summarized' }, ...effortField };
  }
  return { ...withBudget(budget, context, warn), ...effortField };
}

function vendorEffort(effort: ReasoningOptions['effort'], warn: Warn): string | undefined {
  if (effort !== 'minimal') return effort;
  warn('Anthropic has no reasoning effort `minimal`; `low` was sent.');
  return 'low';
}

function budgetOf(reasoning: ReasoningOptions, control: ThinkingControl, warn: Warn): number | undefined {
  const { effort, budgetTokens } = reasoning;
  if (control === 'adaptive') {
    if (budgetTokens !== undefined)
      warn('This model decides itself how much to think; the thinking budget was left out.');
    return undefined;
  }
  if (budgetTokens !== undefined || control === 'either') return budgetTokens;
  if (effort === undefined || effort === 'none') return undefined;
  warn(`This model takes a thinking budget, not an effort; ${effortBudgets[effort]} tokens stand for \`${effort}\`.`);
  return effortBudgets[effort];
}

function withBudget(budget: number, context: ThinkingContext, warn: Warn): ThinkingFields {
  const asked = Math.max(budget, minThinkingBudgetTokens);
  if (asked > budget) warn(`The thinking budget was raised to ${minThinkingBudgetTokens} tokens, the vendor's least.`);
  if (context.maxOutputTokens === undefined) {
    const maxTokens = Math.max(context.defaultMaxTokens, asked + answerTokens);
    return { maxTokens, thinking: { type: 'enabled', budget_tokens: asked } };
  }
  const maxTokens = context.maxOutputTokens;
  if (maxTokens <= minThinkingBudgetTokens) {
    warn(`Thinking needs more than ${minThinkingBudgetTokens} output tokens; it was left off under this limit.`);
    return { maxTokens };
  }
  const fitting = Math.min(asked, maxTokens - 1);
  if (fitting < asked) warn(`The thinking budget was lowered to ${fitting} tokens to stay under the output limit.`);
  return { maxTokens, thinking: { type: 'enabled', budget_tokens: fitting } };
}

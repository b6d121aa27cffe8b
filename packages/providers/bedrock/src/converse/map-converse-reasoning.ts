import type { JsonObject, ReasoningOptions } from '@lattice-lock/contract';
import type { Warn } from './convert-to-converse-content.ts';
import { claudeVersionOf, modelFamilyOf } from './model-family.ts';

/** What reasoning options become on the wire. */
export interface ReasoningFields {
  /** For `additionalModelRequestFields`. */
  readonly additional: JsonObject;
  /** For `outputConfig.effort`. */
  readonly effort?: string;
  /** Least `maxTokens` that leaves room for an answer beside the budget. */
  readonly minOutputTokens?: number;
  /** Fields of `inferenceConfig` that the model refuses together with this. */
  readonly excludes: readonly ('temperature' | 'topP' | 'maxTokens')[];
}

/** What the mapping needs to know of the request beside its reasoning options. */
export interface ReasoningContext {
  readonly model: string;
  readonly maxOutputTokens: number | undefined;
  /** Claude does not think when a tool call is forced. */
  readonly forcesTool: boolean;
}

type Effort = NonNullable<ReasoningOptions['effort']>;

const nothing: ReasoningFields = { additional: {}, excludes: [] };
const sampling = ['temperature', 'topP'] as const;

/** The smallest budget Claude takes, and the room for the answer itself when a budget sets `maxTokens`. */
const minBudgetTokens = 1024;
const answerTokens = 4096;

/**
 * Budgets that stand in for an effort on Claude models up to 4.5, which only take a budget. Assumption of ours, the
 * same as of provider-anthropic: doubling steps that leave room under 32,000 output tokens.
 */
const effortBudgets: Readonly<Record<Exclude<Effort, 'none'>, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: 24_576,
};

/**
 * Maps effort and budget to what the model's family takes:
 *
 * | family             | effort                                                        | budget             |
 * | ------------------ | ------------------------------------------------------------- | ------------------ |
 * | Claude up to 4.5   | a budget stands for it                                        | `thinking.budget_tokens` |
 * | Claude 4.6         | `thinking: adaptive` + `outputConfig.effort`                   | `thinking.budget_tokens` |
 * | Claude from 4.7 on | `thinking: adaptive` + `outputConfig.effort`                   | left out           |
 * | Nova 2             | `reasoningConfig.maxReasoningEffort` low, medium, high         | left out           |
 * | OpenAI             | `reasoning_effort` low, medium, high                           | left out           |
 *
 * Models of other families decide themselves. Sources: Bedrock user guide (extended and adaptive thinking), Nova 2 user
 * guide (extended thinking), `OutputConfig.effort` of @aws-sdk/client-bedrock-runtime 3.1162.
 */
export function mapConverseReasoning(
  reasoning: ReasoningOptions | undefined,
  context: ReasoningContext,
  warn: Warn,
): ReasoningFields {
  if (reasoning?.effort === undefined && reasoning?.budgetTokens === undefined) return nothing;
  const family = modelFamilyOf(context.model);
  if (family === 'claude') return claudeReasoning(reasoning, context, warn);
  if (reasoning.budgetTokens !== undefined) {
    warn('Only Claude models take a reasoning budget on Bedrock; it was left out.');
  }
  const { effort } = reasoning;
  if (effort === undefined) return nothing;
  if (family === 'nova' && /nova-(?:[2-9]|\d\d)/.test(context.model)) return novaReasoning(effort, warn);
  if (family === 'openai') {
    if (effort === 'none') warn('OpenAI models on Bedrock always reason; the effort `low` was sent for `none`.');
    return { additional: { reasoning_effort: effort === 'none' ? 'low' : threeLevels(effort, warn) }, excludes: [] };
  }
  if (effort !== 'none') warn('This model has no reasoning effort on Bedrock; it was left out.');
  return nothing;
}

function novaReasoning(effort: Effort, warn: Warn): ReasoningFields {
  if (effort === 'none') return { additional: { reasoningConfig: { type: 'disabled' } }, excludes: [] };
  const maxReasoningEffort = threeLevels(effort, warn);
  return {
    additional: { reasoningConfig: { type: 'enabled', maxReasoningEffort } },
    excludes: maxReasoningEffort === 'high' ? [...sampling, 'maxTokens'] : [],
  };
}

function threeLevels(effort: Exclude<Effort, 'none'>, warn: Warn): 'low' | 'medium' | 'high' {
  if (effort === 'low' || effort === 'medium' || effort === 'high') return effort;
  const nearest = effort === 'minimal' ? 'low' : 'high';
  warn(`The model has no reasoning effort \`${effort}\`; \`${nearest}\` was sent.`);
  return nearest;
}

function claudeReasoning(reasoning: ReasoningOptions, context: ReasoningContext, warn: Warn): ReasoningFields {
  const version = claudeVersionOf(context.model);
  const { effort } = reasoning;
  if (effort === 'none') {
    return version > 406 ? { additional: { thinking: { type: 'disabled' } }, excludes: [] } : nothing;
  }
  if (context.forcesTool) {
    warn('Claude does not think when a tool call is forced; thinking was left off.');
    return nothing;
  }
  const budget = claudeBudget(reasoning, version, warn);
  const effortField = effort === undefined || version < 406 ? {} : { effort: claudeEffort(effort, version, warn) };
  if (budget === undefined) {
    return { additional: { thinking: { type: 'adaptive' } }, ...effortField, excludes: sampling };
  }
  return { ...withBudget(budget, context, warn), ...effortField };
}

function claudeEffort(effort: Exclude<Effort, 'none'>, version: number, warn: Warn): string {
  if (effort === 'minimal') {
    warn('Claude has no reasoning effort `minimal`; `low` was sent.');
    return 'low';
  }
  if (effort !== 'xhigh' || version > 406) return effort;
  warn('This Claude model has no reasoning effort `xhigh`; `high` was sent.');
  return 'high';
}

function claudeBudget(reasoning: ReasoningOptions, version: number, warn: Warn): number | undefined {
  const { effort, budgetTokens } = reasoning;
  if (version > 406) {
    if (budgetTokens !== undefined) {
      warn('This model decides itself how much to think; the thinking budget was left out.');
    }
    return undefined;
  }
  if (budgetTokens !== undefined || version === 406) return budgetTokens;
  if (effort === undefined || effort === 'none') return undefined;
  warn(`This model takes a thinking budget, not an effort; ${effortBudgets[effort]} tokens stand for \`${effort}\`.`);
  return effortBudgets[effort];
}

function withBudget(budget: number, context: ReasoningContext, warn: Warn): ReasoningFields {
  const asked = Math.max(budget, minBudgetTokens);
  if (asked > budget) warn(`The thinking budget was raised to ${minBudgetTokens} tokens, the least Claude takes.`);
  const limit = context.maxOutputTokens;
  if (limit !== undefined && limit <= minBudgetTokens) {
    warn(`Thinking needs more than ${minBudgetTokens} output tokens; it was left off under this limit.`);
    return nothing;
  }
  const fitting = limit === undefined ? asked : Math.min(asked, limit - 1);
  if (fitting < asked) warn(`The thinking budget was lowered to ${fitting} tokens to stay under the output limit.`);
  return {
    additional: { thinking: { type: 'enabled', budget_tokens: fitting } },
    excludes: sampling,
    ...(limit === undefined ? { minOutputTokens: fitting + answerTokens } : {}),
  };
}

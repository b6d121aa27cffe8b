import { roundPicoToNano, usdFromNano, type FilterName, type ModelPrice } from '@lattice-lock/contract';
import { expectedCostPicoUsd } from '@lattice-lock/scoring';
import { dataFinding } from './data-filter.ts';
import type { SelectionCandidate } from './selection-candidate.ts';
import type { FilterContext } from './selection-filters.ts';

/** Filters whose reason follows from the model alone: it is the same in every request. */
const fixedReasons: ReadonlySet<FilterName> = new Set([
  'deprecated',
  'output-not-text',
  'needs-vision',
  'needs-files',
  'needs-tools',
  'needs-structured-output',
]);

/** Whether the words for a model that this filter removes never change. */
export function hasFixedReason(filter: FilterName): boolean {
  return fixedReasons.has(filter);
}

/** Why a filter removed a model, in words, with the figures. */
export function filterReason(
  filter: FilterName,
  candidate: SelectionCandidate,
  context: FilterContext,
  price: ModelPrice | null,
): string {
  const { info } = candidate;
  switch (filter) {
    case 'not-allowed':
      return 'is not on the list of allowed models';
    case 'denied':
      return `is denied by "${context.denyEntry(candidate)}"`;
    case 'blocked': {
      const line = candidate.blockedBy;
      const why = line?.reason ? `: ${line.reason}` : '';
      return `is blocked by "${line?.text ?? ''}" in the guide (${line?.place ?? ''})${why}`;
    }
    case 'region-not-allowed':
    case 'data-retained':
    case 'data-policy-unknown':
      return dataFinding(candidate.policy, context.data)?.reason ?? 'does not keep to the data policy';
    case 'provider-not-configured':
      return context.notConfigured(info.provider);
    case 'provider-unhealthy': {
      const illness = context.provider(info.provider).illness;
      return `provider ${info.provider} is ${illness?.state ?? 'ill'}: ${illness?.message ?? 'health check failed'}`;
    }
    case 'deprecated':
      return 'is deprecated';
    case 'output-not-text':
      return `takes ${info.input.join(', ')} and gives ${info.output.join(', ')}, not text for text`;
    case 'needs-vision':
      return `takes ${info.input.join(', ')}; the request has images`;
    case 'needs-files':
      return `takes ${info.input.join(', ')}; the request has documents`;
    case 'needs-tools':
      return 'calls no tools; the request offers some';
    case 'needs-structured-output':
      return `${info.structuredOutput === null ? 'is not known to bind' : 'does not bind'} its answer to a JSON schema; the request has one`;
    case 'context-too-small':
      return contextReason(candidate, context);
    case 'output-too-small':
      return `answers with at most ${count(info.maxOutputTokens)} tokens; ${count(context.requestedOutput)} are asked for`;
    case 'price-unknown':
      return `has no known price; at most ${boundOf(context)} may be spent`;
    case 'too-expensive':
      return `is expected to cost ${costOf(context, price)}; at most ${boundOf(context)} may be spent`;
    case 'over-budget':
      return `is expected to cost ${costOf(context, price)}; $${context.budgetUsd ?? 0} are left to spend`;
    case 'quality-too-low': {
      const quality = context.qualityOf(candidate, price);
      const found =
        quality === null ? 'has no predicted quality' : `has a predicted quality of ${figure(quality.value)}`;
      return `${found}; at least ${context.minQuality ?? 0} is wanted`;
    }
  }
}

function contextReason(candidate: SelectionCandidate, context: FilterContext): string {
  const { inputTokens } = context.profile;
  const { maxInputTokens, contextTokens } = candidate.info;
  const isInput = maxInputTokens !== null && inputTokens > maxInputTokens;
  const needed = `${count(inputTokens)} tokens of input`;
  return isInput
    ? `takes ${count(maxInputTokens)} tokens of input; about ${needed} are needed`
    : `holds ${count(contextTokens)} tokens; about ${needed} and ${count(context.outputReserve)} of output are needed`;
}

function costOf(context: FilterContext, price: ModelPrice | null): string {
  return `$${usdFromNano(roundPicoToNano(expectedCostPicoUsd(price, context.profile) ?? 0n))}`;
}

function boundOf({ maxCostUsd, ceiling, budgetUsd }: FilterContext): string {
  const place = ceiling === undefined ? '' : ` (${ceiling.place})`;
  return `$${maxCostUsd ?? budgetUsd ?? 0}${place}`;
}

/** Never rounded up to a bound that it does not reach. */
function figure(share: number): string {
  return (Math.floor(share * 1000) / 1000).toFixed(3);
}

/** `1,234`, the same in every locale. */
function count(tokens: number | null | undefined): string {
  return tokens === null || tokens === undefined ? 'unknown' : tokens.toLocaleString('en-US');
}

/** What a caller can change when a filter removed too much. */
export const filterRemedies: Readonly<Record<FilterName, string>> = Object.freeze({
  'not-allowed': 'widen constraints.allow, or that of the route',
  denied: 'take entries out of constraints.deny, or of that of the route',
  blocked: "take them out of the guide's list of blocked models",
  'region-not-allowed': 'widen constraints.data, or configure a provider in an allowed region',
  'data-retained': 'widen constraints.data, or configure a provider that keeps less',
  'data-policy-unknown':
    'state what is agreed with the provider in providers.<name>.dataPolicy, or set constraints.data.unknown: allow',
  'provider-not-configured': 'configure a provider that has it (`lattice models --all` shows what each needs)',
  'provider-unhealthy': 'see what `lattice health` says, or wait a minute',
  deprecated: 'set constraints.allowDeprecated, or name the model',
  'output-not-text': 'name a model that takes and gives text',
  'needs-vision': 'configure a provider with a model that sees, or leave the images out',
  'needs-files': 'configure a provider with a model that reads documents, or send their text',
  'needs-tools': 'configure a provider with a model that calls tools, or offer none',
  'needs-structured-output': 'ask for plain JSON, or configure a provider whose models are bound by schemas',
  'context-too-small': 'shorten the conversation or ask for less output',
  'output-too-small': 'lower the output asked for',
  'price-unknown': 'give the price in a catalog overlay, or lift constraints.maxCostUsd',
  'too-expensive': 'raise constraints.maxCostUsd or the ceiling of the guide, or shorten the request',
  'over-budget': 'raise the budget, or shorten the request',
  'quality-too-low': 'lower constraints.minQuality, or configure a provider with better models',
});

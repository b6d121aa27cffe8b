import { z } from 'zod';
import { isDecimal } from './decimal-text.ts';
import { readListedPrice, type RawRates } from './listed-price.ts';
import {
  notChatPattern,
  type ListedFacts,
  type ListedModel,
  type ListProblem,
  type ListReading,
} from './listed-model.ts';
import { problemsOf } from './models-dev-list.ts';

/** LiteLLM's names of providers that are called otherwise here. */
const providerNames: Readonly<Record<string, string>> = {
  bedrock_converse: 'bedrock',
  fireworks_ai: 'fireworks',
  gemini: 'google',
  together_ai: 'together',
};

// Numbers come as the text they were written in.
const price = z.string('is not a price').refine(isDecimal, 'is not a price of 0 or more').nullish();
const flag = z.boolean('is neither true nor false').nullish();
const tokens = z.string('is not a number of tokens').nullish();

const modelSchema = z.looseObject(
  {
    litellm_provider: z.string('is not the name of a provider'),
    mode: z.string('is not a text').nullish(),
    max_input_tokens: tokens,
    max_output_tokens: tokens,
    input_cost_per_token: price,
    output_cost_per_token: price,
    output_cost_per_reasoning_token: price,
    cache_read_input_token_cost: price,
    cache_creation_input_token_cost: price,
    cache_creation_input_token_cost_above_1hr: price,
    supports_function_calling: flag,
    supports_response_schema: flag,
    supports_reasoning: flag,
  },
  'is not a map of facts',
);

type LiteModel = z.output<typeof modelSchema>;

const costNames = {
  input: 'input_cost_per_token',
  output: 'output_cost_per_token',
  reasoning: 'output_cost_per_reasoning_token',
  cacheRead: 'cache_read_input_token_cost',
  cacheWrite: 'cache_creation_input_token_cost',
  cacheWriteLong: 'cache_creation_input_token_cost_above_1hr',
} as const;

function ownName(theirs: string): string {
  return providerNames[theirs] ?? theirs.replace(/^vertex_ai.*/, 'google-vertex');
}

const chatModes = new Set(['chat', 'responses']);

/** A whole number in a text such as `200000` or `2e5`; some entries hold words instead. */
function count(text: string | null | undefined): number | undefined {
  const value = text === null || text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** A flag that is absent says nothing here: the list sets what a model can do and seldom what it cannot. */
function factsOf(model: LiteModel): ListedFacts {
  const facts = {
    maxInputTokens: count(model.max_input_tokens),
    maxOutputTokens: count(model.max_output_tokens),
    tools: model.supports_function_calling ?? undefined,
    structuredOutput: model.supports_response_schema ?? undefined,
    reasoning: model.supports_reasoning ?? undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ListedFacts;
}

/** `{ input: "1e-6", ... }` of the fields with this ending. */
function rawRates(model: LiteModel, ending: string): RawRates {
  const pairs = Object.entries(costNames).flatMap(([part, name]) => {
    const value = model[`${name}${ending}`];
    return typeof value === 'string' && isDecimal(value) ? [[part, value] as const] : [];
  });
  return Object.fromEntries(pairs);
}

/** Tiers stand in fields such as `input_cost_per_token_above_200k_tokens`. */
function tiersOf(model: LiteModel): readonly { readonly aboveInputTokens: number; readonly rates: RawRates }[] {
  return Object.keys(model).flatMap((name) => {
    const thousands = /^input_cost_per_token_above_(\d+)k_tokens$/.exec(name)?.[1];
    if (thousands === undefined) return [];
    return [{ aboveInputTokens: Number(thousands) * 1000, rates: rawRates(model, `_above_${thousands}k_tokens`) }];
  });
}

/** The vendor's own id: entries are named `xai/grok-4`, `vertex_ai/gemini-2.5-pro` or as the vendor does. */
function idOf(name: string, theirs: string): string {
  return name.startsWith(`${theirs}/`) ? name.slice(theirs.length + 1) : name.replace(/^(bedrock|vertex_ai)\//, '');
}

/** Prices of one region or commitment of a cloud, such as `azure/eu/gpt-5`: not a model of its own. */
function isRegional(provider: string, model: string): boolean {
  return (provider === 'azure' || provider === 'bedrock') && model.includes('/');
}

/** Reads LiteLLM's model_prices_and_context_window.json, whose numbers are texts, for the providers asked for. */
export function readLiteLLM(content: Readonly<Record<string, unknown>>, wanted: ReadonlySet<string>): ListReading {
  const models = new Map<string, ListedModel>();
  const problems: ListProblem[] = [];
  const otherProviders = new Set<string>();
  let notChat = 0;
  for (const [name, entry] of Object.entries(content)) {
    if (name === 'sample_spec') continue;
    const theirs = (entry as { readonly litellm_provider?: unknown } | null)?.litellm_provider;
    const provider = typeof theirs === 'string' ? ownName(theirs) : '';
    if (provider !== '' && !wanted.has(provider)) {
      otherProviders.add(String(theirs));
      continue;
    }
    const parsed = modelSchema.safeParse(entry);
    if (!parsed.success) {
      problems.push(...problemsOf(name, parsed.error));
      continue;
    }
    const model = idOf(name, parsed.data.litellm_provider);
    if (!chatModes.has(parsed.data.mode ?? 'chat') || notChatPattern.test(model) || isRegional(provider, model)) {
      notChat += 1;
      continue;
    }
    const { price: listed, note } = readListedPrice(rawRates(parsed.data, ''), tiersOf(parsed.data), {
      powerOfTen: 6,
      hasLongCacheWrite: false,
    });
    const ref = `${provider}/${model}`;
    if (!models.has(ref)) {
      const facts = factsOf(parsed.data);
      models.set(ref, { provider, model, facts, price: listed, notes: note === null ? [] : [note] });
    }
  }
  return { models: [...models.values()], notChat, otherProviders: [...otherProviders], problems };
}

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

/** models.dev's names of providers that are called otherwise here. */
const providerNames: Readonly<Record<string, string>> = {
  'amazon-bedrock': 'bedrock',
  'azure-cognitive-services': 'azure',
  'fireworks-ai': 'fireworks',
  'google-vertex-anthropic': 'google-vertex',
  togetherai: 'together',
};

// Numbers come as the text they were written in.
const price = z.string('is not a price').refine(isDecimal, 'is not a price of 0 or more').nullish();
const tokens = z.string('is not a number of tokens').regex(/^\d+$/, 'is not a whole number of tokens').nullish();
const flag = z.boolean('is neither true nor false').nullish();
const word = z.string('is not a text').nullish();
const words = z.array(z.string('is not a text'), 'is not a list').nullish();

/** A level may be `null`: the vendor's own default. */
const efforts = z.array(z.string('is not a text').nullable(), 'is not a list').nullish();
/** -1 leaves the budget to the model. */
const budget = z
  .string('is not a number of tokens')
  .regex(/^-?\d+$/, 'is not a whole number of tokens')
  .nullish();

const ratesShape = { input: price, output: price, cache_read: price, cache_write: price, reasoning: price };

const modelSchema = z.looseObject(
  {
    name: word,
    family: word,
    release_date: word,
    status: word,
    reasoning: flag,
    tool_call: flag,
    structured_output: flag,
    temperature: flag,
    open_weights: flag,
    modalities: z.looseObject({ input: words, output: words }, 'is not a map').nullish(),
    limit: z.looseObject({ context: tokens, input: tokens, output: tokens }, 'is not a map').nullish(),
    cost: z
      .looseObject(
        {
          ...ratesShape,
          tiers: z
            .array(z.looseObject({ ...ratesShape, tier: z.looseObject({ type: word, size: tokens }) }), 'is not a list')
            .nullish(),
          context_over_200k: z.looseObject(ratesShape, 'is not a map').nullish(),
        },
        'is not a map',
      )
      .nullish(),
    reasoning_options: z
      .array(z.looseObject({ type: word, values: efforts, min: budget, max: budget }), 'is not a list')
      .nullish(),
  },
  'is not a map of facts',
);

const providerSchema = z.looseObject({ models: z.record(z.string(), z.unknown(), 'is not a map of models') });

type DevModel = z.output<typeof modelSchema>;
type Rates = Pick<NonNullable<DevModel['cost']>, keyof typeof ratesShape>;

const modalities = ['text', 'image', 'pdf', 'audio', 'video'] as const;

function count(text: string | null | undefined): number | null {
  // Lists write 0 where they have no limit.
  return text === undefined || text === null || text === '0' ? null : Number(text);
}

function controls(options: NonNullable<DevModel['reasoning_options']>): ListedFacts['reasoningControls'] {
  const levels = options.filter(({ type }) => type === 'effort').flatMap(({ values }) => values ?? []);
  const budget = options.find(({ type }) => type === 'budget_tokens');
  return {
    efforts: levels.filter((effort): effort is string => effort !== null && effort !== 'none'),
    budgetTokens: budget === undefined ? null : { min: Math.max(0, Number(budget.min ?? 0)), max: count(budget.max) },
    canDisable: levels.includes('none') || options.some(({ type }) => type === 'toggle') || budget?.min === '0',
  };
}

/** What the list says, without what it leaves open. */
function factsOf(model: DevModel): ListedFacts {
  const kinds = (list: readonly string[] | null | undefined) => {
    const known = modalities.filter((kind) => list?.includes(kind));
    return known.length === 0 ? undefined : known;
  };
  const released = /^\d{4}(-\d{2}(-\d{2})?)?$/.test(model.release_date ?? '') ? model.release_date : undefined;
  const status = model.status === 'alpha' ? 'beta' : model.status;
  const facts = {
    name: model.name || undefined,
    family: model.family || undefined,
    released,
    status: status === 'beta' || status === 'deprecated' ? status : 'current',
    contextTokens: count(model.limit?.context) ?? undefined,
    maxInputTokens: count(model.limit?.input) ?? undefined,
    maxOutputTokens: count(model.limit?.output) ?? undefined,
    input: kinds(model.modalities?.input),
    output: kinds(model.modalities?.output),
    tools: model.tool_call ?? undefined,
    structuredOutput: model.structured_output ?? undefined,
    reasoning: model.reasoning ?? undefined,
    reasoningControls: model.reasoning_options ? controls(model.reasoning_options) : undefined,
    temperature: model.temperature ?? undefined,
    openWeights: model.open_weights ?? undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as ListedFacts;
}

function rawRates({ input, output, cache_read, cache_write, reasoning }: Rates): RawRates {
  const rates = { input, output, cacheRead: cache_read, cacheWrite: cache_write, reasoning };
  return Object.fromEntries(Object.entries(rates).filter(([, value]) => value !== undefined && value !== null));
}

function priceOf(provider: string, cost: DevModel['cost']) {
  if (cost === undefined || cost === null) return { price: null, note: null };
  const tiers = (cost.tiers ?? []).flatMap(({ tier, ...rates }) => {
    const size = count(tier.size);
    return size === null ? [] : [{ aboveInputTokens: size, rates: rawRates(rates) }];
  });
  const long = cost.context_over_200k;
  if (tiers.length === 0 && long) tiers.push({ aboveInputTokens: 200_000, rates: rawRates(long) });
  return readListedPrice(rawRates(cost), tiers, { powerOfTen: 0, hasLongCacheWrite: provider === 'anthropic' });
}

/** Reads models.dev's api.json, whose numbers are texts, for the providers asked for. */
export function readModelsDev(content: Readonly<Record<string, unknown>>, wanted: ReadonlySet<string>): ListReading {
  const models = new Map<string, ListedModel>();
  const problems: ListProblem[] = [];
  const otherProviders: string[] = [];
  let notChat = 0;
  for (const [theirs, entry] of Object.entries(content)) {
    const provider = providerNames[theirs] ?? theirs;
    if (!wanted.has(provider)) {
      otherProviders.push(theirs);
      continue;
    }
    const read = providerSchema.safeParse(entry);
    if (!read.success) {
      problems.push(...problemsOf(theirs, read.error));
      continue;
    }
    for (const [id, facts] of Object.entries(read.data.models)) {
      const parsed = modelSchema.safeParse(facts);
      if (!parsed.success) {
        problems.push(...problemsOf(`${theirs}.models.${id}`, parsed.error));
        continue;
      }
      const told = factsOf(parsed.data);
      if (notChatPattern.test(`${id} ${parsed.data.family ?? ''}`) || told.output?.includes('text') === false) {
        notChat += 1;
        continue;
      }
      const { price: listed, note } = priceOf(provider, parsed.data.cost);
      const ref = `${provider}/${id}`;
      if (!models.has(ref)) {
        models.set(ref, { provider, model: id, facts: told, price: listed, notes: note === null ? [] : [note] });
      }
    }
  }
  return { models: [...models.values()], notChat, otherProviders, problems };
}

/** The problems of an entry, each at its path in the list. */
export function problemsOf(path: string, { issues }: z.ZodError): readonly ListProblem[] {
  return issues.map((issue) => {
    const inner = issue.path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
    return { path: `${path}${inner}`, message: `${issue.message}.` };
  });
}

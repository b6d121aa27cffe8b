import { LatticeError, picoUsdFromUsdPerMillion } from '@lattice-lock/contract';
import { z } from 'zod';
import { modelFactsShape, pricesSchema } from './vendor-file-schema.ts';

const priceText = 'write US dollars per million tokens, 0 or more, with at most six decimals';

function isPrice(value: string | number): boolean {
  try {
    picoUsdFromUsdPerMillion(value);
    return true;
  } catch (error) {
    if (LatticeError.isInstance(error)) return false;
    throw error;
  }
}

/** In an overlay, written by hand, a price may be a number. */
const prices = pricesSchema(
  z.union([z.string(), z.number()], { error: priceText }).refine(isPrice, { error: priceText }),
);

const reference = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]*\/\S+$/,
    'is not a model: write provider/model, the provider in lower case letters, digits and "-"',
  );

const { source, asOf, ...facts } = modelFactsShape;

/** What may be overridden: any fact; prices are laid over those of the catalog period by period. */
const overriddenModelSchema = z
  .strictObject({ ...facts, source, asOf, prices }, { error: 'must be a map of the facts to override' })
  .partial();

/**
 * A model of the user's own: what is left out is unknown, or the least a model can do. With `ifAbsent` it gives way when
 * the catalog has it.
 */
const addedModelSchema = z.strictObject(
  {
    ifAbsent: z.boolean().default(false),
    name: facts.name.optional(),
    family: facts.family.default(null),
    released: facts.released.default(null),
    status: facts.status.default('current'),
    contextTokens: facts.contextTokens.default(null),
    maxInputTokens: facts.maxInputTokens.default(null),
    maxOutputTokens: facts.maxOutputTokens.default(null),
    input: facts.input.default(['text']),
    output: facts.output.default(['text']),
    tools: facts.tools.default(false),
    structuredOutput: facts.structuredOutput.default(null),
    reasoning: facts.reasoning.default(false),
    reasoningControls: facts.reasoningControls.default(null),
    temperature: facts.temperature.default(null),
    openWeights: facts.openWeights.default(false),
    aliases: facts.aliases.default([]),
    source: source.optional(),
    asOf: asOf.optional(),
    prices: prices.default([]),
  },
  { error: 'must be a map of facts; {} adds a model of which nothing is known' },
);

/** A user's overlay of the catalog. */
export const overlaySchema = z.strictObject(
  {
    add: z.record(reference, addedModelSchema, { error: 'must be a map of provider/model to facts' }).default({}),
    override: z
      .record(reference, overriddenModelSchema, { error: 'must be a map of provider/model to facts' })
      .default({}),
    remove: z.array(reference, { error: 'must be a list of provider/model' }).default([]),
    sources: z
      .array(
        z.strictObject({
          source,
          format: z.string().min(1),
          sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in hex'),
          readOn: asOf,
          providers: z.array(z.string().min(1)).default([]),
        }),
        { error: 'must be a list of model lists that were read' },
      )
      .default([]),
  },
  { error: 'the file must hold a map with the keys add, override, remove and sources' },
);

/** A checked overlay. */
export type Overlay = z.output<typeof overlaySchema>;

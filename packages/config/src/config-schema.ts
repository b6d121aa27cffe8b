import type { JsonObject } from '@lattice-lock/contract';
import { z } from 'zod';

/** Texts of the environment become numbers; what is no number stays and is refused by the schema behind. */
function numberFromText(value: unknown): unknown {
  return typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
}

const words: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['1', true],
  ['false', false],
  ['no', false],
  ['off', false],
  ['0', false],
]);

function booleanFromText(value: unknown): unknown {
  return typeof value === 'string' ? (words.get(value.trim().toLowerCase()) ?? value) : value;
}

function whole(min: number, max: number) {
  const expected = `must be a whole number from ${min} to ${max}`;
  const inRange = z.number({ error: expected }).int(expected).min(min, expected).max(max, expected);
  return z.preprocess(numberFromText, inRange);
}

function share() {
  const expected = 'must be a number of 0 or more';
  return z.preprocess(numberFromText, z.number({ error: expected }).min(0, expected));
}

function numberWithin(min: number, max: number) {
  const expected = `must be a number from ${min} to ${max}`;
  return z.preprocess(numberFromText, z.number({ error: expected }).min(min, expected).max(max, expected));
}

function yesOrNo() {
  return z.preprocess(booleanFromText, z.boolean({ error: 'must be true or false' }));
}

function text(expected = 'must be a text that is not empty') {
  return z.string({ error: expected }).min(1, expected);
}

function oneOf<const Words extends readonly [string, ...string[]]>(...choices: Words) {
  return z.enum(choices, { error: `must be one of ${choices.join(', ')}` });
}

function url(schemes: readonly string[], example: string) {
  const expected = `must be a URL such as ${example}`;
  return z
    .string({ error: expected })
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1)), {
      error: expected,
    });
}

function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, { error: 'must be a map of settings' });
}

const day = 86_400_000;
const models = 'must be a list of provider/model, provider/* or model ids';
const jsonObject = z.record(z.string(), z.json(), { error: 'must be a map' }).transform((value): JsonObject => value);

const regions = 'must be a list of regions, such as eu or eu-west-1';
const regionList = z.array(text(), { error: regions });
const quality = 'must be a number from 0 to 1';

/** What the operator states of a provider, and what requests may demand. */
const dataPolicySchema = section({
  regions: regionList.min(1, regions).exactOptional(),
  retentionDays: whole(0, 36_500).exactOptional(),
  training: yesOrNo().exactOptional(),
});
const dataConstraintsSchema = section({
  allowRegions: regionList.exactOptional(),
  denyRegions: regionList.exactOptional(),
  maxRetentionDays: whole(0, 36_500).exactOptional(),
  allowTraining: yesOrNo().exactOptional(),
  unknown: oneOf('refuse', 'allow').exactOptional(),
});

const providerSchema = section({
  apiKey: text().exactOptional(),
  baseUrl: url(['http', 'https'], 'https://api.example.com/v1').exactOptional(),
  headers: z.record(z.string(), text(), { error: 'must be a map of names to texts' }).exactOptional(),
  enabled: yesOrNo().exactOptional(),
  passthrough: yesOrNo().exactOptional(),
  kind: text().exactOptional(),
  models: z.array(text(), { error: 'must be a list of model ids' }).exactOptional(),
  options: jsonObject.exactOptional(),
  dataPolicy: dataPolicySchema.exactOptional(),
});

const providerName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'is not a name of a provider: use lower case letters, digits and "-"');
const aliasName = z
  .string()
  .regex(
    /^(?!auto(:|$))[^/\s]+$/,
    'cannot be an alias: no slash, no space, and not "auto", which has a meaning of its own',
  );

/** How outcomes move the choice; what the figures mean stands in docs/learning.md. */
const learningSchema = section({
  enabled: yesOrNo().default(true),
  halfLifeDays: numberWithin(0.01, 3650).default(30),
  window: whole(1, 10_000).default(200),
  maxKeyShare: numberWithin(0, 0.95).default(0.4),
  refreshMs: whole(100, day).default(5000),
  explore: yesOrNo().default(false),
  exploreFloor: numberWithin(0, 1).default(0.5),
  exploreMargin: numberWithin(0, 1).default(0.05),
});

const ms = (max: number, fallback: number) => whole(1, max).default(fallback);

/**
 * The configuration as a file writes it: the one schema. Unknown keys are refused everywhere. Environment and flags are
 * laid over it before it is checked, so one check sees everything.
 */
export const configSchema = section({
  environment: oneOf('development', 'test', 'production').default('development'),
  dataDir: text('must be the path of a folder').default('.lattice'),
  secretKey: text().nullable().default(null),
  server: section({
    host: text('must be an address such as 127.0.0.1').default('127.0.0.1'),
    port: whole(0, 65_535).default(8787),
    bodyLimitBytes: whole(1024, 1_073_741_824).default(20_971_520),
    shutdownGraceMs: whole(0, day).default(30_000),
    requestTimeoutMs: ms(day, 60_000),
  }).prefault({}),
  analyzer: section({
    cacheSize: whole(0, 1_000_000).default(1024),
    patternsFile: text('must be the path of a file').nullable().default(null),
  }).prefault({}),
  execution: section({
    maxFunctionCalls: whole(0, 1000).default(10),
    backgroundTaskTimeoutMs: ms(day, 5000),
    maxAttemptsPerModel: whole(1, 20).default(2),
    retryBaseDelayMs: whole(0, day).default(250),
    retryMaxDelayMs: whole(0, day).default(8000),
    firstByteTimeoutMs: ms(day, 60_000),
    idleTimeoutMs: ms(day, 60_000),
    runTimeoutMs: ms(day, 600_000),
  }).prefault({}),
  auth: section({
    enabled: yesOrNo().default(true),
    tokenExpiryMinutes: whole(1, 525_600).default(30),
  }).prefault({}),
  providers: z.record(providerName, providerSchema, { error: 'must be a map, or a list of package names' }).default({}),
  plugins: z.array(text(), { error: 'must be a list of package names' }).default([]),
  catalog: section({ overlayFile: text('must be the path of a file').nullable().default(null) }).prefault({}),
  routing: section({
    preset: oneOf('balanced', 'cheap', 'best', 'fast').default('balanced'),
    weights: section({
      fit: share().exactOptional(),
      cost: share().exactOptional(),
      latency: share().exactOptional(),
      reliability: share().exactOptional(),
    })
      .nullable()
      .default(null),
    constraints: section({
      allow: z.array(text(), { error: models }).exactOptional(),
      deny: z.array(text(), { error: models }).exactOptional(),
      maxCostUsd: share().exactOptional(),
      maxOutputTokens: whole(1, 100_000_000).exactOptional(),
      allowDeprecated: yesOrNo().exactOptional(),
      minQuality: z
        .preprocess(numberFromText, z.number({ error: quality }).min(0, quality).max(1, quality))
        .exactOptional(),
      data: dataConstraintsSchema.exactOptional(),
    }).prefault({}),
    guide: text('must be the path of a file').nullable().default(null),
    model: text('must be the path of a file').nullable().default(null),
    routes: text('must be the path of a file').nullable().default(null),
    learning: learningSchema.prefault({}),
  }).prefault({}),
  aliases: z
    .record(aliasName, text('must be provider/model, auto or auto:<preset>'), {
      error: 'must be a map of names to models',
    })
    .default({}),
  logging: section({ level: oneOf('debug', 'info', 'warn', 'error', 'fatal', 'silent').default('info') }).prefault({}),
  metrics: section({
    enabled: yesOrNo().default(true),
    public: yesOrNo().default(false),
  }).prefault({}),
  tracing: section({ acceptParent: yesOrNo().default(true) }).prefault({}),
  storage: section({
    databaseUrl: url(['postgres', 'postgresql'], 'postgres://user@host:5432/lattice').nullable().default(null),
    durability: oneOf('normal', 'full').default('normal'),
  }).prefault({}),
  simulator: oneOf('auto', 'off').default('auto'),
});

/** What the schema makes of a configuration. */
export type ParsedConfig = z.output<typeof configSchema>;

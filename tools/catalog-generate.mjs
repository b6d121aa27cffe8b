// Writes packages/catalog/data/ from a file of model facts (JSON lines) and packages/catalog/curation.yaml.
//
//   node --conditions=@lattice-lock/source tools/catalog-generate.mjs <models.jsonl> <YYYY-MM-DD of the facts> [folder]
//
// The facts come from models.dev (https://github.com/anomalyco/models.dev, MIT); each row names its file there. The same
// facts and curation always give the same bytes.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { loadCatalogSchemas } from '@lattice-lock/catalog';

const catalogFolder = new URL('../packages/catalog/', import.meta.url);

/** A number of the facts as an exact decimal text; prices finer than a pico-dollar per token are refused by the schema. */
function decimal(value) {
  return value.toFixed(12).replace(/\.?0+$/, '');
}

/** Facts write 0 where they have no limit. */
function limit(value) {
  return value === undefined || value === 0 ? null : value;
}

function reasoningControls(options) {
  if (options === undefined) return null;
  const efforts = options.filter(({ type }) => type === 'effort').flatMap(({ values }) => values);
  const budget = options.find(({ type }) => type === 'budget_tokens');
  return {
    efforts: efforts.filter((effort) => effort !== 'none'),
    budgetTokens: budget === undefined ? null : { min: budget.min ?? 0, max: budget.max ?? null },
    canDisable: efforts.includes('none') || options.some(({ type }) => type === 'toggle') || budget?.min === 0,
  };
}

/**
 * Prices of one row or tier. A cache price of 0 beside a paid input price is a gap in the facts, not a gift: it is left
 * out, so that the cost of cached tokens is unknown instead of nothing.
 */
function usdPerMillion(facts, longTimesInput) {
  const cache = (value) => (value === undefined || (value === 0 && facts.input > 0) ? undefined : decimal(value));
  return {
    input: decimal(facts.input),
    output: decimal(facts.output),
    cacheRead: cache(facts.cache_read),
    cacheWrite: cache(facts.cache_write),
    cacheWriteLong:
      longTimesInput === undefined || facts.cache_write === undefined
        ? undefined
        : decimal(facts.input * longTimesInput),
    reasoning: facts.reasoning === undefined ? undefined : decimal(facts.reasoning),
  };
}

function pricesOf(row, curation) {
  const ref = `${row.vendor}/${row.id}`;
  if (row.usdPerMillion === undefined || curation.unknownPrices.some(({ model }) => model === ref)) return [];
  const { provider, timesInput, source } = curation.longCacheWrite;
  const long = row.vendor === provider ? timesInput : undefined;
  const end = curation.priceEnds.find(({ models }) => new RegExp(models).test(ref));
  const tiers = row.tiers?.map((tier) => ({
    aboveInputTokens: tier.tier.size,
    usdPerMillion: usdPerMillion(tier, long),
  }));
  const notes = [
    end?.reason,
    long === undefined ? undefined : `one-hour cache write: ${timesInput} x input, ${source}`,
  ];
  const told = notes.filter((note) => note !== undefined);
  const first = {
    until: end?.until,
    usdPerMillion: usdPerMillion(row.usdPerMillion, long),
    tiers,
    source: told.length === 0 ? undefined : `${row.source}; ${told.join('; ')}`,
  };
  const later = curation.laterPrices.filter(({ model }) => model === ref).map(({ model: _, ...price }) => price);
  return [first, ...later];
}

/** The maker's own row for a hosted model, e.g. openai/gpt-4.1 for azure/gpt-4.1. */
function makersRow(row, rows) {
  const hosts = new Set(['azure', 'bedrock', 'google-vertex']);
  return rows.find((other) => !hosts.has(other.vendor) && (row.id === other.id || row.id.endsWith(`.${other.id}`)));
}

function modelOf(row, rows, curation, asOf) {
  const maker = row.output === undefined ? makersRow(row, rows) : undefined;
  const output = row.output ?? maker?.output;
  if (output === undefined) throw new TypeError(`${row.vendor}/${row.id}: nothing says what comes out of it.`);
  const ref = `${row.vendor}/${row.id}`;
  const structured =
    row.structuredOutput === undefined && curation.structuredOutput.find(({ models }) => new RegExp(models).test(ref));
  const sources = [
    row.source,
    ...(maker ? [`output: ${maker.source}`] : []),
    ...(structured ? [`structured output: ${structured.source}`] : []),
  ];
  return {
    id: row.id,
    name: row.name,
    family: row.family ?? null,
    released: row.released ?? null,
    status: row.status ?? 'current',
    contextTokens: limit(row.context),
    maxInputTokens: limit(row.maxInput),
    maxOutputTokens: limit(row.maxOutput),
    input: row.input,
    output,
    tools: row.tools,
    structuredOutput: structured ? true : (row.structuredOutput ?? null),
    reasoning: row.reasoning,
    reasoningControls: reasoningControls(row.reasoningOptions),
    temperature: row.temperature ?? null,
    openWeights: row.openWeights,
    aliases: [],
    prices: pricesOf(row, curation),
    source: sources.join('; '),
    asOf,
  };
}

function isLeftOut(row, curation) {
  const ref = `${row.vendor}/${row.id}`;
  return curation.leftOut.some((rule) => {
    if (rule.kept?.includes(ref)) return false;
    if (rule.outputWithoutText && row.output !== undefined && !row.output.includes('text')) return true;
    if (rule.families?.includes(row.family)) return true;
    return rule.ids !== undefined && new RegExp(rule.ids).test(ref);
  });
}

/** The newest current model of a family; of two as new, the one with the shorter id (a rolling id over a dated one). */
function newest(models, family) {
  const usable = models.filter(
    (model) => model.family === family && model.status === 'current' && model.tools && model.output.includes('text'),
  );
  return usable.sort(
    (left, right) =>
      right.released.localeCompare(left.released) || left.id.length - right.id.length || (left.id < right.id ? -1 : 1),
  )[0];
}

function addAliases(byProvider, curation) {
  const ids = new Set([...byProvider.values()].flat().map(({ id }) => id));
  const named = Object.entries(curation.aliases.models).map(([alias, ref]) => {
    const [provider, id] = [ref.slice(0, ref.indexOf('/')), ref.slice(ref.indexOf('/') + 1)];
    return [alias, byProvider.get(provider)?.find((model) => model.id === id)];
  });
  const families = Object.entries(curation.aliases.families).map(([alias, [provider, family]]) => [
    alias,
    newest(byProvider.get(provider) ?? [], family),
  ]);
  for (const [alias, model] of [...families, ...named]) {
    if (model === undefined) throw new TypeError(`The alias ${alias} of curation.yaml means no model.`);
    if (ids.has(alias)) throw new TypeError(`The alias ${alias} of curation.yaml is a model's own id.`);
    model.aliases.push(alias);
    model.aliases.sort();
  }
}

/** One model a line: a change of one model is a change of one line. */
function fileText(provider, models) {
  const lines = models.map((model) => `    ${JSON.stringify(model)}`).join(',\n');
  return `{\n  "format": 1,\n  "provider": ${JSON.stringify(provider)},\n  "models": [\n${lines}\n  ]\n}\n`;
}

async function main() {
  const [factsFile, asOf, folder] = parseArgs({ allowPositionals: true }).positionals;
  if (factsFile === undefined || asOf === undefined) {
    throw new TypeError(
      'Give the file of facts (JSON lines) and the day of their state, e.g. models.jsonl 2026-07-02.',
    );
  }
  const curation = parse(await readFile(new URL('curation.yaml', catalogFolder), 'utf8'));
  const lines = (await readFile(factsFile, 'utf8')).split('\n').filter((line) => line !== '');
  const rows = lines.map((line) => JSON.parse(line));
  const unplaced = new Set(rows.map(({ vendor }) => vendor).filter((vendor) => !curation.providers.includes(vendor)));
  if (unplaced.size > 0) throw new TypeError(`curation.yaml does not place the providers ${[...unplaced].join(', ')}.`);

  const byProvider = new Map(
    curation.providers.map((provider) => [
      provider,
      rows
        .filter((row) => row.vendor === provider && !isLeftOut(row, curation))
        .map((row) => modelOf(row, rows, curation, asOf))
        .sort((left, right) => (left.id < right.id ? -1 : 1)),
    ]),
  );
  addAliases(byProvider, curation);

  const { vendorFile } = await loadCatalogSchemas();
  const data = folder === undefined ? new URL('data/', catalogFolder) : pathToFileURL(`${resolve(folder)}/`);
  const files = [...byProvider].map(([provider, models]) => [`${provider}.json`, fileText(provider, models)]);
  for (const [, text] of files) vendorFile.parse(JSON.parse(text));
  await mkdir(data, { recursive: true });
  for (const [name, text] of files) await writeFile(new URL(name, data), text);
  const index = {
    format: 1,
    facts: 'https://github.com/anomalyco/models.dev (MIT)',
    asOf,
    providers: curation.providers,
  };
  await writeFile(new URL('index.json', data), `${JSON.stringify(index, null, 2)}\n`);
  const total = [...byProvider.values()].flat().length;
  console.log(
    `${total} models of ${byProvider.size} providers; ${rows.length - total} of ${rows.length} rows left out.`,
  );
}

await main();

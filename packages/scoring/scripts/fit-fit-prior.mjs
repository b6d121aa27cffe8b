/**
 * Fits the capability prior (data/capability-prior.json) to public index values and prints how well it ranks models. The
 * index values are read and not shipped: only the coefficients are kept.
 *
 *   node --conditions=@lattice-lock/source packages/scoring/scripts/fit-fit-prior.mjs <evidence.jsonl> [--write]
 *
 * A line of the evidence is `{model, intelligence}`, `model` a public name. Names are matched to the catalog's after both
 * are stripped of makers, dates and suffixes; models that match at several hosts weigh as one.
 */
import { loadCatalog } from '@lattice-lock/catalog';
import { readFileSync, writeFileSync } from 'node:fs';
import { capabilityFeatures } from '../src/capability-prior.ts';
import { modelSize } from '../src/model-size.ts';
import { capabilityFeatureNames } from '../src/scoring-data.ts';

const [evidenceFile, ...flags] = process.argv.slice(2);
if (evidenceFile === undefined) {
  console.error('usage: fit-fit-prior.mjs <evidence.jsonl> [--write]');
  process.exit(2);
}

/** The index value that counts as capability 1: a little above the best of August 2026. */
const fullScale = 65;
const ridge = 0.5;

const makers =
  /^(?:anthropic|openai|meta|amazon|us|eu|global|apac|mistral|qwen|deepseek|google|nvidia|minimax|moonshotai?|zai)\./;
function commonName(id) {
  return id
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(makers, '')
    .replace(/-v\d(?::\d)?$/, '')
    .replace(/:.*$/, '')
    .replaceAll(/[._]/g, '-')
    .replace(/-20\d\d-?\d\d-?\d\d$/, '')
    .replace(/-(?:preview|latest|instruct|it|beta)$/, '')
    .replace(/-(?:0\d|1[0-2])-?(?:20)?\d\d$/, '');
}

const evidence = new Map();
for (const line of readFileSync(evidenceFile, 'utf8').trim().split('\n')) {
  const entry = JSON.parse(line);
  const name = commonName(entry.model);
  if (!evidence.has(name)) evidence.set(name, entry);
}

const catalog = await loadCatalog();
const now = Date.now();
const texts = catalog.list().filter((model) => model.output.join() === 'text');

const prices = { tiny: [], small: [], medium: [], large: [] };
for (const model of texts) {
  const price = catalog.priceAt(model, now);
  if (price !== null && model.released >= '2025') prices[modelSize(model)].push(Number(price.outputPicoUsd) / 1e6);
}
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const typicalPrice = Object.fromEntries(Object.entries(prices).map(([size, values]) => [size, median(values)]));

const makerNames = {
  openai: /gpt|^o\d|codex/,
  anthropic: /claude/,
  google: /gemini|gemma/,
  xai: /grok/,
  mistral: /stral/,
  meta: /llama/,
  qwen: /qwen/,
  deepseek: /deepseek/,
  amazon: /nova/,
};
const makerOf = (name) => Object.entries(makerNames).find(([, pattern]) => pattern.test(name))?.[0] ?? 'other';

const rows = texts.flatMap((model) => {
  const name = commonName(model.model);
  const entry = evidence.get(name);
  if (entry === undefined) return [];
  const features = [1, ...capabilityFeatures(model, catalog.priceAt(model, now), typicalPrice)];
  return [{ name, maker: makerOf(name), released: model.released, features, target: entry.intelligence / fullScale }];
});
const hosts = new Map();
for (const { name } of rows) hosts.set(name, (hosts.get(name) ?? 0) + 1);

/** Ridge regression by Gauss-Jordan elimination; the intercept is not shrunk. */
function fit(data) {
  const size = capabilityFeatureNames.length + 1;
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const { name, features, target } of data) {
    const weight = 1 / hosts.get(name);
    for (let i = 0; i < size; i += 1) {
      for (let j = 0; j < size; j += 1) matrix[i][j] += weight * features[i] * features[j];
      matrix[i][size] += weight * features[i] * target;
    }
  }
  for (let i = 1; i < size; i += 1) matrix[i][i] += ridge;
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < size; k += 1) {
      if (k === i) continue;
      const factor = matrix[k][i] / matrix[i][i];
      for (let j = i; j <= size; j += 1) matrix[k][j] -= factor * matrix[i][j];
    }
  }
  return matrix.map((row, i) => row[size] / row[i]);
}
const predict = (weights, { features }) => features.reduce((sum, value, index) => sum + value * weights[index], 0);

function ranks(values) {
  const order = values.map((value, index) => [value, index]).sort((a, b) => a[0] - b[0]);
  const result = [];
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && order[end][0] === order[start][0]) end += 1;
    for (let k = start; k < end; k += 1) result[order[k][1]] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}
function spearman(a, b) {
  const [x, y] = [ranks(a), ranks(b)];
  const mean = (x.length - 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i += 1) {
    xy += (x[i] - mean) * (y[i] - mean);
    xx += (x[i] - mean) ** 2;
    yy += (y[i] - mean) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}

/** One row a model: hosts do not count twice in the figures. */
const distinct = [...new Map(rows.map((row) => [row.name, row])).values()];
const targets = (data) => data.map((row) => row.target);
const weights = fit(rows);
const figure = (data, value) => spearman(data.map(value), targets(data)).toFixed(2);
const recent = distinct.filter((row) => row.released >= '2025-06');

const held = distinct.map((row) => ({ row, guess: 0 }));
for (const maker of new Set(distinct.map((row) => row.maker))) {
  const without = fit(rows.filter((row) => row.maker !== maker));
  for (const one of held) if (one.row.maker === maker) one.guess = predict(without, one.row);
}
const lomo = spearman(
  held.map((one) => one.guess),
  held.map((one) => one.row.target),
).toFixed(2);
const error = distinct.reduce((sum, row) => sum + Math.abs(predict(weights, row) - row.target), 0) / distinct.length;

console.log('intercept'.padEnd(12), weights[0].toFixed(4));
capabilityFeatureNames.forEach((name, index) => console.log(name.padEnd(12), weights[index + 1].toFixed(4)));
console.log('typical prices', JSON.stringify(typicalPrice));
const summary = `Spearman with the index: ${figure(distinct, (row) => predict(weights, row))} over ${distinct.length} models, ${lomo} when a maker's models are predicted from the others' (released since June 2025: ${figure(recent, (row) => predict(weights, row))} over ${recent.length}); release date alone ${figure(distinct, (row) => row.features[1])}, price alone ${figure(distinct, (row) => row.features[2])}. Mean error ${error.toFixed(2)} of 1.`;
console.log(summary);

if (flags.includes('--write')) {
  const rounded = (value) => Number(value.toFixed(4));
  const document = {
    source: 'packages/scoring/scripts/fit-fit-prior.mjs',
    label: 'fitted prior, not a measurement of any model',
    target: `The Artificial Analysis Intelligence Index of August 2026 (as kept in Prajwalsrinvas/token-tariff), divided by ${fullScale}; used to fit and check, not contained`,
    features:
      'years: release in years from 2023; logPrice: log10 of US dollars per million output tokens; reasoning, tiny, small, large: 1 or 0. Facts of the catalog (models.dev, MIT)',
    quality: summary,
    intercept: rounded(weights[0]),
    coefficients: Object.fromEntries(capabilityFeatureNames.map((name, index) => [name, rounded(weights[index + 1])])),
    typicalPrice,
  };
  writeFileSync(new URL('../data/capability-prior.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
}

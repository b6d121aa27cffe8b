/**
 * Fits the chance of success over capability and difficulty (data/success-curve.json) to recorded outcomes and prints the
 * log loss on outcomes that were not fitted on.
 *
 *   node --conditions=@lattice-lock/source packages/scoring/scripts/fit-success-curve.mjs <folder> [--write]
 *
 * The folder holds `train/` and `dev/` with `<dataset>.jsonl.gz`, lines `{id, prompt, outcomes: {model: {score}}}`. The
 * capability is the prior of the catalog's model of that name, the difficulty that of the task analyser: what the curve is
 * given at run time. Every data set weighs the same; models that the catalog does not have are left out.
 */
import { loadCatalog } from '@lattice-lock/catalog';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { capabilityPrior } from '../src/capability-prior.ts';

const analysisDoor = new URL('../../analysis/src/index.ts', import.meta.url).href;
const { createTaskAnalyzer } = await import(analysisDoor);

const [folder, ...flags] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: fit-success-curve.mjs <folder with train/ and dev/> [--write]');
  process.exit(2);
}

const catalog = await loadCatalog();
const now = Date.now();
const commonName = (id) =>
  id
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/@.*$/, '')
    .replace(/^(?:anthropic|openai|meta|amazon|mistral|us|eu)\./, '')
    .replace(/-v\d(?::\d)?$/, '')
    .replace(/^meta-/, '')
    .replaceAll(/[._]/g, '-')
    .replace(/-(?:instruct|inst|it)(?:-.*)?$/, '');
const byName = new Map();
for (const model of catalog.list()) {
  const name = commonName(model.model);
  if (!byName.has(name)) byName.set(name, model);
}

const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
const used = new Set();
function load(split) {
  return readdirSync(join(folder, split))
    .filter((file) => file !== 'task-type.jsonl.gz')
    .flatMap((file) => {
      const lines = gunzipSync(readFileSync(join(folder, split, file)))
        .toString('utf8')
        .trim()
        .split('\n');
      return lines.flatMap((line) => {
        const { prompt, outcomes } = JSON.parse(line);
        const matched = Object.entries(outcomes).flatMap(([name, { score }]) => {
          const model = byName.get(commonName(name));
          if (model === undefined) return [];
          used.add(`${file}:${model.model}`);
          return [{ capability: capabilityPrior(model, catalog.priceAt(model, now)), score }];
        });
        if (matched.length === 0) return [];
        const { difficulty } = analyzer.analyze({ messages: [{ role: 'user', content: prompt }] });
        return matched.map((one) => ({ ...one, difficulty, dataset: file.replace('.jsonl.gz', '') }));
      });
    });
}

const sigmoid = (value) => 1 / (1 + Math.exp(-value));
const chance = (weights, row) => sigmoid(weights[0] + weights[1] * row.capability - weights[2] * row.difficulty);

/** Logistic regression by gradient descent, slopes kept at or above 0. */
function fit(rows) {
  const counts = new Map();
  for (const row of rows) counts.set(row.dataset, (counts.get(row.dataset) ?? 0) + 1);
  const weights = [0, 1, 1];
  for (let round = 0; round < 4000; round += 1) {
    const gradient = [0, 0, 0];
    for (const row of rows) {
      const error = (chance(weights, row) - row.score) / counts.get(row.dataset);
      gradient[0] += error;
      gradient[1] += error * row.capability;
      gradient[2] -= error * row.difficulty;
    }
    for (let i = 0; i < 3; i += 1) weights[i] -= (2 * gradient[i]) / counts.size;
    weights[1] = Math.max(0, weights[1]);
    weights[2] = Math.max(0, weights[2]);
  }
  return weights;
}

function logLoss(rows, guess) {
  const sums = new Map();
  for (const row of rows) {
    const p = Math.min(0.999, Math.max(0.001, guess(row)));
    const entry = sums.get(row.dataset) ?? { sum: 0, count: 0 };
    entry.sum -= row.score * Math.log(p) + (1 - row.score) * Math.log(1 - p);
    entry.count += 1;
    sums.set(row.dataset, entry);
  }
  return [...sums].map(([dataset, { sum, count }]) => [dataset, sum / count]);
}
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const train = load('train');
const dev = load('dev');
const weights = fit(train);
const base = mean(train.map((row) => row.score));
for (const [dataset, loss] of logLoss(dev, (row) => chance(weights, row))) {
  const rows = dev.filter((row) => row.dataset === dataset);
  console.log(
    dataset.padEnd(12),
    `rows ${rows.length}, success ${mean(rows.map((row) => row.score)).toFixed(2)}, predicted ${mean(rows.map((row) => chance(weights, row))).toFixed(2)}, difficulty ${mean(rows.map((row) => row.difficulty)).toFixed(2)}, capability ${mean(rows.map((row) => row.capability)).toFixed(2)}, log loss ${loss.toFixed(3)}`,
  );
}
const overall = mean(logLoss(dev, (row) => chance(weights, row)).map(([, loss]) => loss));
const flat = mean(logLoss(dev, () => base).map(([, loss]) => loss));
const held = [...new Set(train.map((row) => row.dataset))].map((dataset) => {
  const without = fit(train.filter((row) => row.dataset !== dataset));
  return (
    logLoss(
      dev.filter((row) => row.dataset === dataset),
      (row) => chance(without, row),
    )[0]?.[1] ?? 0
  );
});
const summary = `log loss on dev ${overall.toFixed(3)} (a constant ${flat.toFixed(3)}), ${mean(held).toFixed(3)} on data sets left out of the fit; ${train.length} outcomes`;
console.log(
  `start ${weights[0].toFixed(3)}, capability ${weights[1].toFixed(3)}, difficulty ${weights[2].toFixed(3)}; ${summary}`,
);
console.log([...used].sort().join(' '));
if (flags.includes('--write')) {
  const rounded = (value) => Number(value.toFixed(3));
  const document = {
    source: 'packages/scoring/scripts/fit-success-curve.mjs',
    label: 'fitted',
    target:
      'recorded outcomes of lm-sys/RouteLLM, WildEval/ZeroEval, TIGER-AI-Lab/MMLU-Pro (Apache-2.0) and ulab-uiuc/LLMRouter (MIT); used to fit, not contained',
    quality: summary,
    start: rounded(weights[0]),
    capability: rounded(weights[1]),
    difficulty: rounded(weights[2]),
  };
  writeFileSync(new URL('../data/success-curve.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
}

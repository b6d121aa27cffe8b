/**
 * Measures how far the quality of models in single cells (kind of task x domain) strays from what the prior predicts, on
 * recorded outcomes, and prints the patience that follows (the constant of src/learning/outcome-evidence.ts).
 *
 *   node --conditions=@lattice-lock/source packages/scoring/scripts/fit-outcome-patience.mjs <rows.jsonl> <answers.jsonl>
 *
 * A row is `{id, outcomes: {model: {score}}}`; the answers are what `lattice route --jsonl` says of the rows' prompts: each
 * `{id, task, domain, difficulty}`.
 *
 * Empirical Bayes by moments: of a cell with n outcomes of mean m and a predicted quality p, the expected (m - p)^2 is the
 * variance of the true quality around the prediction plus that of the mean, m (1 - m) / n. Patience is the variance of one
 * outcome over the former: so many outcomes count as much as the prediction.
 */
import { loadCatalog } from '@lattice-lock/catalog';
import { readFileSync } from 'node:fs';
import { capabilityPrior } from '../src/capability-prior.ts';
import { modelKey } from '../src/quality/model-key.ts';
import { fitValue } from '../src/term-values.ts';

const [rowsFile, answersFile] = process.argv.slice(2);
if (answersFile === undefined) {
  console.error('usage: fit-outcome-patience.mjs <rows.jsonl> <answers.jsonl>');
  process.exit(2);
}
const linesOf = (file) =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Cells of fewer outcomes say little. */
const leastOutcomes = 20;

const catalog = await loadCatalog();
const now = Date.now();
const answers = new Map(linesOf(answersFile).map((answer) => [answer.id, answer]));
const capabilities = new Map(
  catalog.list().map((model) => [modelKey(model.model), capabilityPrior(model, catalog.priceAt(model, now))]),
);
const cells = new Map();
for (const { id, outcomes = {} } of linesOf(rowsFile)) {
  const known = Object.entries(outcomes).filter(([model]) => capabilities.has(modelKey(model)));
  const answer = answers.get(id);
  if (known.length === 0 || answer === undefined) continue;
  for (const [model, { score }] of known) {
    const key = `${modelKey(model)} ${answer.task} ${answer.domain}`;
    const cell = cells.get(key) ?? { count: 0, sum: 0, predicted: 0 };
    cell.count += 1;
    cell.sum += score;
    cell.predicted += fitValue(capabilities.get(modelKey(model)), answer.difficulty);
    cells.set(key, cell);
  }
}

const models = new Set();
const total = { cells: 0, outcomes: 0, strayed: 0, within: 0 };
for (const [key, { count, sum, predicted }] of cells) {
  if (count < leastOutcomes) continue;
  const mean = sum / count;
  models.add(key.split(' ')[0]);
  total.cells += 1;
  total.outcomes += count;
  total.strayed += (mean - predicted / count) ** 2 - (mean * (1 - mean)) / count;
  total.within += mean * (1 - mean);
}
const variance = total.strayed / total.cells;
console.log(
  `${total.outcomes} outcomes of ${models.size} models in ${total.cells} cells: ` +
    `the true quality strays by ${Math.sqrt(variance).toFixed(3)}, patience ${(total.within / total.cells / variance).toFixed(1)}`,
);

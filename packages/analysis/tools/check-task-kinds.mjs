/**
 * Measures the task kinds on labelled prompts and prints the accuracy by source and label, the log loss by source and the
 * temperature with the least log loss (every source weighing the same). It fits nothing else.
 *
 *   node --conditions=@lattice-lock/source packages/analysis/tools/check-task-kinds.mjs <file.jsonl[.gz]>...
 *
 * A line is `{source, label, prompt, tools?}`; `tools` are names. With `--decide` it reads `{id, prompt, tools?}` from
 * stdin and writes `{id, task}`: the protocol of an outside evaluator.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { createTaskAnalyzer } from '../src/index.ts';

const analyzer = await createTaskAnalyzer({ cacheSize: 0 });

function profileOf({ prompt, tools }) {
  const definitions = (tools ?? []).map((tool) => ({
    name: String(tool.name ?? tool).replace(/[^\w-]/g, '_'),
    parameters: { type: 'object' },
  }));
  return analyzer.analyze({
    messages: [{ role: 'user', content: prompt }],
    ...(definitions.length > 0 && { tools: definitions }),
  });
}

if (process.argv.includes('--decide')) {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const row = JSON.parse(line);
    process.stdout.write(`${JSON.stringify({ id: row.id, task: profileOf(row).kind })}\n`);
  }
  process.exit(0);
}

const rows = process.argv.slice(2).flatMap((file) => {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
});

const groups = new Map();
const scored = [];
for (const row of rows) {
  const profile = profileOf(row);
  const key = `${row.source} ${row.label}`;
  const group = groups.get(key) ?? { count: 0, right: 0, wrong: {} };
  groups.set(key, group);
  group.count += 1;
  if (profile.kind === row.label) group.right += 1;
  else group.wrong[profile.kind] = (group.wrong[profile.kind] ?? 0) + 1;
  scored.push({
    source: row.source,
    label: row.label,
    logShares: Object.fromEntries(
      Object.entries(profile.kinds).map(([kind, share]) => [kind, Math.log(Math.max(share, 1e-12))]),
    ),
  });
}
for (const [key, { count, right, wrong }] of [...groups].sort()) {
  console.log(key.padEnd(36), String(count).padStart(5), (right / count).toFixed(3), JSON.stringify(wrong));
}
const accuracy = [...groups.values()].reduce((sum, { right }) => sum + right, 0) / rows.length;
const mean = [...groups.values()].reduce((sum, { right, count }) => sum + right / count, 0) / groups.size;
console.log(`accuracy ${accuracy.toFixed(3)}, mean over groups ${mean.toFixed(3)}, ${rows.length} prompts`);

/** Mean log loss over sources when the log-odds are divided by `factor` once more. */
function logLoss(factor) {
  const perSource = new Map();
  for (const { source, label, logShares } of scored) {
    const odds = Object.values(logShares).map((value) => value / factor);
    const highest = Math.max(...odds);
    const total = highest + Math.log(odds.reduce((sum, value) => sum + Math.exp(value - highest), 0));
    const entry = perSource.get(source) ?? { sum: 0, count: 0 };
    entry.sum += total - logShares[label] / factor;
    entry.count += 1;
    perSource.set(source, entry);
  }
  const means = [...perSource.values()].map(({ sum, count }) => sum / count);
  return means.reduce((sum, value) => sum + value, 0) / means.length;
}
const factors = Array.from({ length: 40 }, (_, index) => 0.5 + index * 0.1);
const best = factors.reduce((least, factor) => (logLoss(factor) < logLoss(least) ? factor : least));
console.log(
  `log loss ${logLoss(1).toFixed(3)} as it is; least ${logLoss(best).toFixed(3)} with the temperature times ${best.toFixed(1)}`,
);

/**
 * Measures how long analysis and selection take and prints p50, p99 and the longest.
 *
 *   node --conditions=@lattice-lock/source packages/selection/scripts/measure-selection.mjs
 */
import { loadCatalog } from '@lattice-lock/catalog';
import { ModelSelector } from '../src/index.ts';

const analysisDoor = new URL('../../analysis/src/index.ts', import.meta.url).href;
const { createTaskAnalyzer } = await import(analysisDoor);

const runs = 6000;
const warmUp = 1000;

function measure(name, act) {
  const times = [];
  for (let run = 0; run < warmUp + runs; run += 1) {
    const start = performance.now();
    act(run);
    if (run >= warmUp) times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
  console.log(name.padEnd(44), `p50 ${at(0.5)} us, p99 ${at(0.99)} us, longest ${at(1)} us`);
}

const sentence = 'Each line has a time, a method, a path and a duration in ms. ';
const prompt = `Write a Python function that parses log lines and returns the slowest requests. ${sentence.repeat(33)}`;
const request = (text) => ({ messages: [{ role: 'user', content: text }] });

const uncached = await createTaskAnalyzer({ cacheSize: 0 });
const cached = await createTaskAnalyzer();
measure('analyze, 2000 characters', (run) => uncached.analyze(request(prompt.slice(0, 2000 - 5) + run)));
measure('analyze, 2000 characters, seen before', () => cached.analyze(request(prompt.slice(0, 2000))));
for (const unit of ['a', ' ', '(', '\u4e2d', 'I want ']) {
  const text = unit.repeat(Math.ceil((1 << 20) / unit.length));
  const start = performance.now();
  cached.analyze(request(text));
  console.log(`analyze, 1 MiB of ${JSON.stringify(unit)}`.padEnd(44), `${(performance.now() - start).toFixed(1)} ms`);
}

const catalog = await loadCatalog();
const selector = new ModelSelector({ catalog });
const profile = uncached.analyze(request(prompt.slice(0, 2000)));
const some = new Set(['openai', 'anthropic', 'google', 'xai', 'mistral', 'bedrock', 'groq', 'together']);
for (const [name, isConfigured] of [
  [`select, ${catalog.list().length} models configured`, () => true],
  [`select, ${catalog.list().filter((one) => some.has(one.provider)).length} configured`, (id) => some.has(id)],
  ['select, openai and anthropic', (id) => id === 'openai' || id === 'anthropic'],
]) {
  const input = { profile, requested: 'auto', target: { mode: 'auto', preset: 'balanced' }, isConfigured };
  measure(name, () => selector.select(input));
}
const decision = selector.select({
  profile,
  requested: 'auto',
  target: { mode: 'auto', preset: 'balanced' },
  isConfigured: () => true,
});
const start = performance.now();
const { length } = decision.candidates;
console.log(`explain ${length} candidates`.padEnd(44), `${(performance.now() - start).toFixed(1)} ms`);

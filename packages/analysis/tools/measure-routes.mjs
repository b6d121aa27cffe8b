/**
 * Measures semantic routes with the local embedder: how many requests of the intents in `src/__fixtures__/intents.json` go
 * to the right route, and how long a match takes with 20 routes of 20 examples. With files of labelled prompts also how routes
 * of twenty prompts a label do on prompts of other labels and of none.
 *
 *   node --conditions=@lattice-lock/source packages/analysis/tools/measure-routes.mjs [<file.jsonl.gz>...]
 *
 * A line is `{prompt, label}` or `{prompt, category}`; every sixth label is held out as one that belongs to no route.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { createSemanticRouter, parseRouteFile } from '../src/semantic/index.ts';

const { sets } = JSON.parse(readFileSync(new URL('../src/__fixtures__/intents.json', import.meta.url), 'utf8'));

function routerOf(routes, options) {
  const list = Object.entries(routes).map(([name, examples], at) => ({
    name: `r${at}-${name.toLowerCase().replace(/[^a-z0-9]/g, '-')}`.slice(0, 64),
    examples,
    preset: 'cheap',
  }));
  const bytes = Buffer.from(JSON.stringify({ version: 1, routes: list }));
  return createSemanticRouter(parseRouteFile(bytes, 'routes', { resolveModel: () => null }), options);
}

async function accuracy(name, { routes, requests, unrelated }) {
  const names = Object.keys(routes);
  const router = await routerOf(routes);
  const indexOf = (text) => {
    const taken = router.match(text).taken;
    return taken === null ? -1 : router.set.routes.indexOf(taken.route);
  };
  const found = requests.map(({ route, text }) => [names.indexOf(route), indexOf(text)]);
  const share = (count, all) => (count / all.length).toFixed(2);
  const right = found.filter(([is, took]) => is === took).length;
  const wrong = found.filter(([is, took]) => took !== -1 && is !== took).length;
  const alone = unrelated.filter((text) => indexOf(text) === -1).length;
  const { coverage, accuracy: precision } = router.report;
  console.log(
    name.padEnd(24),
    `${names.length} routes, ${requests.length} requests: right ${share(right, requests)}, wrong ${share(wrong, requests)};`,
    `${unrelated.length} unrelated: left alone ${share(alone, unrelated)};`,
    `one left out: coverage ${coverage.toFixed(2)}, accuracy ${precision?.toFixed(2) ?? '-'}`,
  );
}

/** Two letters that stand beside each other on a keyboard's row or in the word change places, in two words. */
function withSlips(text) {
  let slips = 0;
  return text.replace(/\p{L}{4,}/gu, (word) => {
    slips += 1;
    return slips > 2 ? word : word[0] + word[2] + word[1] + word.slice(3);
  });
}

const changes = {
  'upper case': (text) => text.toUpperCase(),
  'lower case': (text) => text.toLowerCase(),
  'double blanks': (text) => text.replaceAll(' ', '  '),
  'two slips': withSlips,
  'polite wrapper': (text) => `Hello! Could you please help me with this? ${text} Thank you very much!`,
  heading: (text) => `Answer the following question: ${text}`,
};

/** The share of requests, related or not, that go the same way after each change. */
async function stability({ routes, requests, unrelated }) {
  const router = await routerOf(routes);
  const nameOf = (text) => router.match(text).taken?.route.name ?? 'none';
  const texts = [...requests.map(({ text }) => text), ...unrelated];
  const shares = Object.entries(changes).map(([name, change]) => {
    const same = texts.filter((text) => nameOf(text) === nameOf(change(text))).length;
    return `${name} ${(same / texts.length).toFixed(2)}`;
  });
  console.log(`  the same route after: ${shares.join(', ')}`);
}

function labelledSet(file) {
  const byLabel = new Map();
  const seen = new Set();
  for (const line of gunzipSync(readFileSync(file)).toString().trim().split('\n')) {
    const { prompt, label, category } = JSON.parse(line);
    const key = label ?? category;
    // Choices stand behind a question and would tell its source.
    const text = prompt.split('\nA.')[0].slice(0, 600).trim();
    if (seen.has(text.toLowerCase())) continue;
    seen.add(text.toLowerCase());
    byLabel.set(key, [...(byLabel.get(key) ?? []), text]);
  }
  const usable = [...byLabel].filter(([, texts]) => texts.length >= 30).sort(([a], [b]) => (a < b ? -1 : 1));
  const unrelated = usable.filter((_, at) => at % 6 === 5).flatMap(([, texts]) => texts.slice(0, 60));
  const routed = usable.filter((_, at) => at % 6 !== 5);
  return {
    routes: Object.fromEntries(routed.map(([label, texts]) => [label, texts.slice(0, 20)])),
    requests: routed.flatMap(([label, texts]) => texts.slice(20, 60).map((text) => ({ route: label, text }))),
    unrelated,
  };
}

for (const set of sets) {
  await accuracy(set.name, set);
  await stability(set);
}
for (const file of process.argv.slice(2)) await accuracy(file.split('/').at(-1), labelledSet(file));

const pool = sets.flatMap(({ routes }) => Object.values(routes).flat());
const marks = ['alpha', 'beta', 'gamma', 'delta', 'omega', 'kilo'];
const many = Object.fromEntries(
  Array.from({ length: 20 }, (_, route) => [
    `route ${route}`,
    Array.from(
      { length: 20 },
      (_, at) => `${pool[(route * 7 + at * 3) % pool.length]} ${marks[(route + at) % 6]}${route} x${at}q`,
    ),
  ]),
);
const begun = performance.now();
const router = await routerOf(many, { cacheSize: 0 });
console.log(`20 routes of 20 examples: made and fitted in ${(performance.now() - begun).toFixed(0)} ms`);
const words = sets
  .flatMap(({ requests, unrelated }) => [...requests.map(({ text }) => text), ...unrelated])
  .join(' ')
  .split(' ');
for (const length of [60, 2000, 100_000]) {
  const texts = Array.from({ length: 200 }, (_, at) => {
    let text = '';
    for (let word = at * 13; text.length < Math.min(length, 4000); word += 1)
      text += `${words[(word * 7 + at) % words.length]} `;
    return text.repeat(Math.ceil(length / text.length)).slice(0, length);
  });
  const times = [];
  for (let run = 0; run < 20_000; run += 1) {
    const text = texts[run % texts.length];
    const start = performance.now();
    router.match(text);
    if (run >= 4000) times.push((performance.now() - start) * 1000);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)].toFixed(1);
  console.log(`match, ${length} characters`.padEnd(28), `p10 ${at(0.1)} us, p50 ${at(0.5)} us, p99 ${at(0.99)} us`);
}
const remembering = await routerOf(many);
const again = words.join(' ').slice(0, 2000);
const start = performance.now();
for (let run = 0; run < 20_000; run += 1) remembering.match(again);
console.log('match, 2000, seen before'.padEnd(28), `${((performance.now() - start) / 20).toFixed(2)} us on average`);

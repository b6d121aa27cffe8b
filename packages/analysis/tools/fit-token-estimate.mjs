/**
 * Fits the weights of the token estimate (data/token-weights.json) to the o200k_base vocabulary and prints the errors on
 * texts that were not fitted on.
 *
 *   npm install --prefix /tmp/o200k gpt-tokenizer@4.0.0
 *   node --conditions=@lattice-lock/source packages/analysis/tools/fit-token-estimate.mjs /tmp/o200k [--write]
 *
 * Texts: what an install of this workspace holds anyway (translated compiler messages of TypeScript in 13 languages, code
 * and JSON of the installed packages, English READMEs). Every second file is fitted on, the others are the test; for the
 * messages every second block. Further texts: `--fit=name:file`, and for the test alone `--test=name:file`; the committed
 * weights were fitted with Russian, Chinese, Japanese and English prompts (300 kB, not contained) beside the above, because
 * compiler messages are plainer than what people write.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { countTokenFeatures, tokenFeatureNames } from '../src/token-features.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const [tokenizerFolder, ...flags] = process.argv.slice(2);
if (tokenizerFolder === undefined) {
  console.error(
    'usage: fit-token-estimate.mjs <folder with gpt-tokenizer installed> [--write] [--fit=name:file]... [--test=name:file]...',
  );
  process.exit(2);
}
const require = createRequire(pathToFileURL(join(tokenizerFolder, 'package.json')));
const { encode } = require('gpt-tokenizer/encoding/o200k_base');
const tokensOf = (text) => encode(text, { allowedSpecial: 'all' }).length;

const blockChars = 3000;
const blocks = (text) =>
  Array.from({ length: Math.ceil(text.length / blockChars) }, (_, i) =>
    text.slice(i * blockChars, (i + 1) * blockChars),
  ).filter((block) => block.length > 300);

function files(folder, accepts, limit) {
  const found = [];
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (accepts(name)) found.push(join(folder, name));
    if (found.length === limit) break;
  }
  return found;
}

/** Corpora as lists of blocks by name. */
const corpora = new Map();
const put = (name, texts) => corpora.set(name, [...(corpora.get(name) ?? []), ...texts]);

const messages = join(root, 'node_modules/typescript/lib');
for (const language of ['cs', 'de', 'es', 'fr', 'it', 'ja', 'ko', 'pl', 'pt-br', 'ru', 'tr', 'zh-cn', 'zh-tw']) {
  const lines = Object.values(
    JSON.parse(readFileSync(join(messages, language, 'diagnosticMessages.generated.json'), 'utf8')),
  );
  put(language, blocks(lines.join('\n')).slice(0, 60));
}
const modules = join(root, 'node_modules');
const read = (paths) => paths.flatMap((path) => blocks(readFileSync(path, 'utf8').slice(0, 12_000)));
const inside = (name, pattern) => pattern.test(name) && !name.includes('/node_modules/');
put(
  'code',
  read(
    files(
      modules,
      (name) => inside(name, /\/(?:src|lib)\/[\w/-]+\.(?:js|ts|mjs)$/) && !name.includes('typescript/'),
      900,
    ).filter((_, i) => i % 9 === 0),
  ),
);
put('json', read(files(modules, (name) => inside(name, /\.json$/), 600).filter((_, i) => i % 6 === 0)));
put(
  'en',
  read(
    files(modules, (name) => inside(name, /(?:README|CHANGELOG|LICENSE)(?:\.md)?$/i), 600).filter(
      (_, i) => i % 6 === 0,
    ),
  ),
);

const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
put('base64', blocks([...lock.matchAll(/sha512-([\w+/=]+)/g)].map(([, hash]) => hash).join('\n')).slice(0, 20));
put(
  'runs',
  [...'azAZ'].flatMap((letter) => [500, 1000].map((length) => letter.repeat(length))),
);
/** What real prompts hold little of counts less in the fit. */
const importanceOf = { base64: 0.1, runs: 0.02 };

const tests = new Map();
for (const flag of flags) {
  const [, use, name, path] = /^--(fit|test)=([^:]+):(.+)$/.exec(flag) ?? [];
  if (use === 'fit') put(name, blocks(readFileSync(path, 'utf8')).slice(0, 60));
  if (use === 'test') tests.set(name, blocks(readFileSync(path, 'utf8')));
}

const rows = [];
for (const [name, texts] of corpora) {
  texts.forEach((text, index) => {
    const row = { name, tokens: tokensOf(text), counts: countTokenFeatures(text), chars: text.length };
    if (index % 2 === 0) rows.push(row);
    else tests.set(name, [...(tests.get(name) ?? []), text]);
  });
}

/**
 * Non-negative least squares of the relative error (each row divided by its tokens), each corpus with the same total
 * weight, by cyclic coordinate descent, with a small ridge towards 0.3 a unit so that what is seen rarely stays sane.
 */
function fit() {
  const size = tokenFeatureNames.length;
  const perCorpus = new Map();
  for (const row of rows) perCorpus.set(row.name, (perCorpus.get(row.name) ?? 0) + 1);
  const weights = new Float64Array(size).fill(0.3);
  const gram = Array.from({ length: size }, () => new Float64Array(size));
  const target = new Float64Array(size);
  for (const row of rows) {
    const importance = (importanceOf[row.name] ?? 1) / (perCorpus.get(row.name) * row.tokens ** 2);
    for (let i = 0; i < size; i += 1) {
      target[i] += importance * row.counts[i] * row.tokens;
      for (let j = 0; j < size; j += 1) gram[i][j] += importance * row.counts[i] * row.counts[j];
    }
  }
  const ridge = 1e-4;
  for (let round = 0; round < 5000; round += 1) {
    for (let i = 0; i < size; i += 1) {
      let rest = target[i] + ridge * 0.3;
      for (let j = 0; j < size; j += 1) if (j !== i) rest -= gram[i][j] * weights[j];
      weights[i] = Math.max(0, rest / (gram[i][i] + ridge));
    }
  }
  return weights;
}

const weights = fit();
const estimate = (text) => countTokenFeatures(text).reduce((sum, count, index) => sum + count * weights[index], 0);
for (const [index, name] of tokenFeatureNames.entries()) console.log(name.padEnd(18), weights[index].toFixed(3));
console.log('\ncorpus      blocks   sum of errors   median |error| a block   length/4');
for (const [name, texts] of tests) {
  const errors = texts.map((text) => estimate(text) / tokensOf(text) - 1);
  const truth = texts.reduce((sum, text) => sum + tokensOf(text), 0);
  const total = texts.reduce((sum, text) => sum + estimate(text), 0) / truth - 1;
  const naive = texts.reduce((sum, text) => sum + text.length / 4, 0) / truth - 1;
  const median = errors.map(Math.abs).sort((a, b) => a - b)[errors.length >> 1];
  const percent = (value) => `${value >= 0 ? '+' : ''}${(value * 100).toFixed(1)} %`;
  console.log(
    name.padEnd(10),
    String(texts.length).padStart(6),
    percent(total).padStart(14),
    percent(median).padStart(20),
    percent(naive).padStart(18),
  );
}
if (flags.includes('--write')) {
  const document = {
    source: 'packages/analysis/tools/fit-token-estimate.mjs, o200k_base by gpt-tokenizer 4.0.0',
    weights: Object.fromEntries(tokenFeatureNames.map((name, index) => [name, Number(weights[index].toFixed(3))])),
  };
  writeFileSync(new URL('../data/token-weights.json', import.meta.url), `${JSON.stringify(document, null, 2)}\n`);
}

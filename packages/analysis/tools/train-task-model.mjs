/**
 * Makes `data/task-model.json`, the learned weights that come with the package.
 *
 *   node --conditions=@lattice-lock/source packages/analysis/tools/train-task-model.mjs <folder of *.jsonl.gz> [out.json]
 *
 * The folder holds rows `{prompt, source, label, tools?}` (task kinds) and `{prompt, dataset, category, outcomes}` (domains,
 * difficulty). The shipped file was made from the public sets that its provenance names; none of their text is in it, only
 * hashes of words and their weights.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { trainTaskModel } from '../src/training/index.ts';

const [folder, out = fileURLToPath(new URL('../data/task-model.json', import.meta.url))] = process.argv.slice(2);
const rows = readdirSync(folder)
  .filter((file) => file.endsWith('.jsonl.gz'))
  .sort()
  .flatMap((file) =>
    gunzipSync(readFileSync(join(folder, file)))
      .toString('utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
const model = trainTaskModel(rows, {
  onProgress: (done, step) => console.error(`${Math.round(done * 100)} %  ${step}`),
  provenance: {
    madeBy: 'packages/analysis/tools/train-task-model.mjs',
    kinds:
      'lmarena/arena-hard-auto (Apache-2.0), suzgunmirac/BIG-Bench-Hard (MIT), ShishirPatil/gorilla BFCL (Apache-2.0), ' +
      'f/awesome-chatgpt-prompts (CC0), yizhongw/self-instruct (Apache-2.0; texts under it keep their own terms)',
    domainsAndDifficulty:
      'lm-sys/RouteLLM (Apache-2.0), WildEval/ZeroEval (Apache-2.0), TIGER-AI-Lab/MMLU-Pro (Apache-2.0), ' +
      'ulab-uiuc/LLMRouter (MIT)',
  },
});
writeFileSync(out, `${JSON.stringify(model)}\n`);
// As the format check wants it.
execFileSync('npx', ['prettier', '--write', '--log-level', 'warn', out]);
console.error(`${out}: ${JSON.stringify(model).length} bytes`, model.provenance, {
  kindTemperature: model.kindTemperature,
  domainTemperature: model.domainTemperature,
  difficulty: model.difficulty,
});

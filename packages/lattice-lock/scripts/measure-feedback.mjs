/**
 * Measures what 200 judgements of one key do: in a category half of them say that the favourite is poor and half that another
 * model is good; then other prompts of the category and of all other categories are routed again. The simulator answers.
 *
 *   node --conditions=@lattice-lock/source packages/lattice-lock/scripts/measure-feedback.mjs <rows.jsonl> <category> [preset]
 *
 * A row is `{prompt, category}`.
 */
import { startSimulator } from '@lattice-lock/testing/simulator';
import { createLattice } from 'lattice-lock';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const [file, category, preset = 'balanced'] = process.argv.slice(2);
if (category === undefined) {
  console.error('usage: measure-feedback.mjs <rows.jsonl> <category> [preset]');
  process.exit(2);
}

/** Prompts judged twice each, and prompts looked at of each category. */
const [judged, looked] = [100, 60];
/** By the score of the first prompt: the model that the judgements praise. */
const praisedRank = 9;

const prompts = new Map();
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const row = JSON.parse(line);
  prompts.set(row.category, [...(prompts.get(row.category) ?? []), row.prompt]);
}
const training = prompts.get(category).splice(0, judged);

const simulator = await startSimulator();
const env = { LATTICE_PRESET: preset };
const lattice = createLattice({ cwd: tmpdir(), env, simulator: async () => simulator });
const nameOf = ({ provider, model }) => `${provider}/${model}`;
const messagesOf = (content) => [{ role: 'user', content }];
const route = (prompt) => lattice.route({ messages: messagesOf(prompt) });
const choices = async () => {
  const found = new Map();
  for (const [name, list] of prompts) {
    const chosen = [];
    for (const prompt of list.slice(0, looked)) chosen.push(nameOf((await route(prompt)).chosen));
    found.set(name, chosen);
  }
  return found;
};

const first = await route(training[0]);
const praised = nameOf(first.candidates.find(({ rank }) => rank === praisedRank).model);

const before = await choices();
for (const prompt of training) {
  const messages = messagesOf(prompt);
  const own = await lattice.chat({ messages });
  await lattice.feedback({ requestId: own.requestId, score: nameOf(own) === praised ? 0.95 : 0.1 });
  const other = await lattice.chat({ messages, model: praised });
  await lattice.feedback({ requestId: other.requestId, score: 0.95 });
}
const after = await choices();
console.log(`${preset}, ${category}: ${praised} is praised`);
for (const [name, chosen] of after) {
  const was = before.get(name);
  const percent = (count) => `${Math.round((100 * count) / chosen.length)} %`.padStart(5);
  const changed = chosen.filter((one, at) => one !== was[at]).length;
  console.log(
    `${name.padEnd(20)} changed ${percent(changed)}, praised ${percent(chosen.filter((one) => one === praised).length)}`,
  );
}
await lattice.close();
await simulator.close();

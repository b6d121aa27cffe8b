import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createTaskAnalyzer, readTaskModel } from '../index.ts';
import { trainTaskModel, type TaskTrainingRow } from './index.ts';

const things = ['lamp', 'kettle', 'bridge', 'garden', 'window', 'barrel', 'ladder', 'mirror', 'anchor', 'basket'];

/** Own rows with wording of their own: a house style of tickets, and two fields. */
const rows: readonly TaskTrainingRow[] = things.flatMap((thing, index) =>
  Array.from({ length: 4 }, (_, part): readonly TaskTrainingRow[] => [
    { prompt: `Gribble form ${part} quorn the ${thing} snark`, source: 'tickets', label: 'classification' },
    { prompt: `Sing blorp verse ${part} about the ${thing} wumple`, source: 'songs', label: 'creative' },
    {
      prompt: `The plaintiff and the ${thing}: tort, negligence and appeal ${part}`,
      dataset: index % 2 === 0 ? 'one' : 'two',
      category: 'jurisprudence',
      outcomes: { a: { score: 0 }, b: { score: 0 } },
    },
    {
      prompt: `The artery, the ${thing} and the diagnosis of a patient ${part}`,
      dataset: index % 2 === 0 ? 'one' : 'two',
      category: 'anatomy',
      outcomes: { a: { score: 1 }, b: { score: 1 } },
    },
  ]).flat(),
);

const model = trainTaskModel(rows, { provenance: { rowsOf: 'a test' } });

describe('a task model learnt from rows', () => {
  it('is plain JSON that is accepted again, equal for equal rows', () => {
    expect(readTaskModel(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(trainTaskModel(rows, { provenance: { rowsOf: 'a test' } })).toEqual(model);
    expect(model.provenance).toMatchObject({ rows: rows.length, rowsOf: 'a test' });
  });

  it('tells the fields it was taught, and how hard they were', async () => {
    const analyzer = await createTaskAnalyzer({ model });
    const ask = (content: string) => analyzer.analyze({ messages: [{ role: 'user', content }] });
    const law = ask('Negligence of the plaintiff, a tort and an appeal');
    const medicine = ask('An artery of the patient and a diagnosis');
    expect([law.domain, medicine.domain]).toEqual(['law', 'medicine']);
    expect(law.difficulty).toBeGreaterThan(medicine.difficulty);
  });

  it('votes on the kind of wording it knows, shows it as evidence, and is silent on other wording', async () => {
    const analyzer = await createTaskAnalyzer({ model });
    const votes = (content: string) =>
      analyzer
        .analyze({ messages: [{ role: 'user', content }] })
        .evidence.filter(({ id }) => id === 'learned-wording')
        .map(({ kind, weight }) => [kind, Math.sign(weight)]);
    const known = votes('Gribble form 1 quorn the lamp snark. Gribble form 2 quorn the kettle snark.');
    expect(known).toContainEqual(['classification', 1]);
    expect(votes('The committee met on Tuesday and talked of the harbour and its cranes.')).toEqual([]);
  });

  it('reports progress up to the end', () => {
    const shares: number[] = [];
    trainTaskModel(rows.slice(0, 20), { onProgress: (done) => shares.push(done) });
    expect(shares.at(-1)).toBe(1);
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
  });

  it('holds only what the rows teach', async () => {
    const empty = trainTaskModel([]);
    expect(empty).toEqual({ version: 1, provenance: { rows: 0 }, kindTemperature: 1, domainTemperature: 1 });
    const analyzer = await createTaskAnalyzer({ model: empty });
    const profile = analyzer.analyze({ messages: [{ role: 'user', content: 'Translate to French: good night.' }] });
    expect(profile).toMatchObject({ kind: 'translation', domain: 'general', domains: { general: 1 } });
    const kindsOnly = trainTaskModel(rows.filter(({ label }) => label === 'classification'));
    expect(kindsOnly.kinds?.classes).toEqual(['classification']);
    expect(trainTaskModel([{ prompt: 'x', label: 'no kind', source: 'y' }]).kinds).toBeUndefined();
  });
});

describe('a damaged task model', () => {
  const damage: readonly (readonly [string, unknown])[] = [
    ['task', null],
    ['task.version', { ...model, version: 2 }],
    ['task.kindTemperature', { ...model, kindTemperature: 0 }],
    ['task.domains.weights', { ...model, domains: { ...model.domains, weights: 'AAAA' } }],
    ['task.domains.keys', { ...model, domains: { ...model.domains, keys: 7 } }],
    ['task.domains.classes', { ...model, domains: { ...model.domains, classes: [] } }],
    ['task.domains.bias', { ...model, domains: { ...model.domains, bias: [1] } }],
    ['task.kinds.familiarPairs', { ...model, kinds: { ...model.kinds, familiarPairs: 'AAAA' } }],
    ['task.difficulty.dense', { ...model, difficulty: { ...model.difficulty, dense: ['a'] } }],
  ];

  it.each(damage)('is refused with the place: %s', async (place, value) => {
    expect(() => readTaskModel(value)).toThrow(
      expect.objectContaining({ code: 'LATTICE_CONFIG', message: expect.stringContaining(`${place} `) as string }),
    );
  });
});

describe('the shipped task model', () => {
  it('is small, names its sources and passes its own check', async () => {
    const text = await readFile(new URL('../../data/task-model.json', import.meta.url), 'utf8');
    expect(text.length).toBeLessThan(300_000);
    const shipped = readTaskModel(JSON.parse(text));
    expect(Object.keys(shipped.provenance)).toEqual(expect.arrayContaining(['rows', 'kinds', 'domainsAndDifficulty']));
    expect(shipped.domains?.classes.length).toBeGreaterThanOrEqual(20);
  });
});

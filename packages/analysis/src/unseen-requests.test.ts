import { taskKinds, type TaskKind, type TaskProfile } from '@lattice-lock/contract';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createTaskAnalyzer } from './index.ts';

type Entry = string | { readonly prompt: string; readonly tools: readonly string[] };

const fixture = parse(
  readFileSync(new URL('./__fixtures__/unseen-requests.yaml', import.meta.url), 'utf8'),
) as Readonly<Record<'development' | 'held', Readonly<Record<string, readonly Entry[]>>>>;

interface Labelled {
  readonly kind: string;
  readonly prompt: string;
  readonly tools: readonly string[];
}

const labelled = (part: keyof typeof fixture): readonly Labelled[] =>
  Object.entries(fixture[part]).flatMap(([kind, entries]) =>
    entries.map((entry) => (typeof entry === 'string' ? { kind, prompt: entry, tools: [] } : { kind, ...entry })),
  );

const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
const ask = (content: string, tools: readonly string[] = []): TaskProfile =>
  analyzer.analyze({
    messages: [{ role: 'user', content }],
    tools: tools.map((name) => ({ name, parameters: { type: 'object' } })),
  });

/** Right answers over all, and the mean over the kinds of twice the hits over what was said and what was meant. */
function scores(rows: readonly Labelled[]): { readonly accuracy: number; readonly macroF1: number } {
  const answers = rows.map((row) => ({ meant: row.kind, said: ask(row.prompt, row.tools).kind }));
  const f1 = (kind: TaskKind) => {
    const hits = answers.filter(({ meant, said }) => meant === kind && said === kind).length;
    const all =
      answers.filter(({ meant }) => meant === kind).length + answers.filter(({ said }) => said === kind).length;
    return (2 * hits) / all;
  };
  return {
    accuracy: answers.filter(({ meant, said }) => meant === said).length / answers.length,
    macroF1: taskKinds.reduce((sum, kind) => sum + f1(kind), 0) / taskKinds.length,
  };
}

describe('the kind of a request of the sort that benchmarks and chats hold', () => {
  it.each([
    ['development', 0.85],
    ['held', 0.8],
  ] as const)('is right for most: %s', (part, least) => {
    const { accuracy, macroF1 } = scores(labelled(part));
    expect(accuracy).toBeGreaterThanOrEqual(least);
    expect(macroF1).toBeGreaterThanOrEqual(least - 0.02);
  });
});

describe('what is given with a request', () => {
  it.each<readonly [string, string, TaskKind]>([
    ['a quotation', 'Who rang at noon? "The doctor rang at noon, and nobody opened the door to her."', 'extraction'],
    ['a labelled text', 'Notice: write a poem and win a boat, said the poster. \nWho offered the boat?', 'extraction'],
    ['a paragraph', 'Find all the names.\n\nCompose it, Ada said to Bo, and Cy wrote a story about it.', 'extraction'],
  ])('says nothing of what to do: %s', (_name, prompt, kind) => {
    expect(ask(prompt).kind).toBe(kind);
  });

  it('is to be shortened when the length of the answer is said', () => {
    expect(ask('In one line, please: "The harbour was closed for the storm and opened at dawn."').kind).toBe(
      'summarization',
    );
  });

  it('is no given text when it is all there is', () => {
    expect(ask('"Write a poem about a harbour in the fog."').kind).toBe('creative');
  });
});

/** A letter lost, doubled, exchanged with the next, or struck wrong: never the first. */
const slips: Readonly<Record<string, (word: string, at: number) => string>> = {
  lost: (word, at) => word.slice(0, at) + word.slice(at + 1),
  doubled: (word, at) => word.slice(0, at) + (word[at] ?? '') + word.slice(at),
  exchanged: (word, at) => word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2),
  'struck wrong': (word, at) => word.slice(0, at) + (word[at] === 'r' ? 't' : 'r') + word.slice(at + 1),
};

function withSlip(text: string, slip: (word: string, at: number) => string, seed: number): string {
  const words = [...text.matchAll(/[a-z]{4,}/gi)];
  const word = words[seed % Math.max(1, words.length)];
  if (word === undefined) return text;
  const at = 1 + (seed % (word[0].length - 1));
  return text.slice(0, word.index) + slip(word[0], at) + text.slice(word.index + word[0].length);
}

describe('stability', () => {
  const rows = [...labelled('development'), ...labelled('held')].filter(({ prompt }) => !prompt.includes('\n'));
  const plain = rows.map(({ prompt, tools }) => ask(prompt, tools));
  const changes: Readonly<Record<string, (prompt: string, index: number) => string>> = {
    'upper case': (prompt) => prompt.toUpperCase(),
    'lower case': (prompt) => prompt.toLowerCase(),
    'doubled blanks': (prompt) => prompt.replaceAll(' ', '  '),
    'a polite wrapper': (prompt) => `Could you please help me with this? ${prompt} Thank you!`,
    'a heading': (prompt) => `Answer the following question: ${prompt}`,
    ...Object.fromEntries(
      Object.entries(slips).map(([name, slip]) => [
        `two letters ${name}`,
        (prompt: string, index: number) => withSlip(withSlip(prompt, slip, index * 7 + 3), slip, index * 13 + 5),
      ]),
    ),
  };

  // Half of these prompts have fewer than fifteen words: two that are broken are much of them.
  it.each(Object.entries(changes))('keeps the kind in 95, the field in 90 of 100 prompts: %s', (_name, change) => {
    const changed = rows.map(({ prompt, tools }, index) => ask(change(prompt, index), tools));
    const kept = (what: 'kind' | 'domain') =>
      changed.filter((profile, index) => profile[what] === plain[index]?.[what]).length / rows.length;
    expect(kept('kind')).toBeGreaterThanOrEqual(0.95);
    expect(kept('domain')).toBeGreaterThanOrEqual(0.9);
  });
});

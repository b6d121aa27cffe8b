import { textFeatures, type TaskProfile } from '@lattice-lock/contract';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createTaskAnalyzer } from './index.ts';

const read = (name: string) =>
  parse(readFileSync(new URL(`./__fixtures__/${name}.yaml`, import.meta.url), 'utf8')) as Readonly<
    Record<string, readonly string[]>
  >;
const questionsByDomain = read('domains');
const questions = Object.entries(questionsByDomain).flatMap(([domain, list]) =>
  list.map((question) => ({ domain, question })),
);
const prompts = Object.values(read('prompts')).flat();

const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
const ask = (content: string): TaskProfile => analyzer.analyze({ messages: [{ role: 'user', content }] });

describe('the domain of a task', () => {
  it('is recognised in questions that were not learnt from', () => {
    const right = questions.filter(({ domain, question }) => ask(question).domain === domain);
    expect(right.length / questions.length).toBeGreaterThan(0.8);
  });

  it('has a share among about twenty that add up to 1; the domain has the largest', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...prompts), fc.string()), (prompt) => {
        const { domain, domains } = ask(prompt);
        const shares = Object.values(domains);
        expect(shares.length).toBeGreaterThanOrEqual(20);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
        expect(domains[domain]).toBe(Math.max(...shares));
      }),
    );
  });

  it('is general when nothing is known of the words', () => {
    for (const prompt of ['', '12', 'zxqv wplm', '写一首关于秋天的诗。']) expect(ask(prompt).domain).toBe('general');
  });
});

/** Two slips of the keys in words of at least four letters: a letter lost, doubled or exchanged with the next. */
function withTypos(prompt: string, seeds: readonly number[]): string {
  return seeds.reduce((text, seed) => {
    const words = [...text.matchAll(/[a-z]{4,}/gi)];
    const word = words[seed % Math.max(1, words.length)];
    if (word === undefined) return text;
    const at = word.index + 1 + (seed % (word[0].length - 2));
    const slips = ['', `${text[at]}${text[at]}`, `${text[at + 1]}${text[at]}`];
    const slip = slips[seed % slips.length] ?? '';
    return text.slice(0, at) + slip + text.slice(at + (slip[0] === text[at + 1] ? 2 : 1));
  }, prompt);
}

describe('stability', () => {
  const all = [...prompts.filter((prompt) => !prompt.includes('```')), ...questions.map(({ question }) => question)];
  const changes: Readonly<Record<string, (prompt: string) => string>> = {
    'upper case': (prompt) => prompt.toUpperCase(),
    'lower case': (prompt) => prompt.toLowerCase(),
    'doubled blanks': (prompt) => prompt.replaceAll(' ', '  '),
    'a polite wrapper': (prompt) => `Hello! Could you please help me with this? ${prompt} Thank you very much!`,
    'a polite wrapper on lines of its own': (prompt) =>
      `Hi there,\n\nplease help me with this:\n\n${prompt}\n\nThanks!`,
    'a heading': (prompt) => `Answer the following question: ${prompt}`,
  };

  const kept = (what: 'kind' | 'domain', change: (prompt: string, index: number) => string) =>
    all.filter((prompt, index) => ask(prompt)[what] === ask(change(prompt, index))[what]).length / all.length;

  it.each(Object.entries(changes))('keeps kind and domain with %s in 98 of 100 prompts', (_name, change) => {
    expect(kept('kind', change)).toBeGreaterThanOrEqual(0.98);
    expect(kept('domain', change)).toBeGreaterThanOrEqual(0.98);
  });

  it('keeps either with two typing errors in 92 of 100 prompts of ten words', () => {
    const change = (prompt: string, index: number) => withTypos(prompt, [index * 7 + 3, index * 13 + 5]);
    expect(kept('kind', change)).toBeGreaterThanOrEqual(0.92);
    expect(kept('domain', change)).toBeGreaterThanOrEqual(0.92);
  });

  it('reads a request that is politeness throughout', () => {
    expect(ask('Can you help me?').kind).toBe('qa');
    expect(ask('Thank you!').inputTokens).toBeGreaterThan(3);
  });
});

describe('a slip of the keys', () => {
  it.each([
    ['tranlsate this text into French: good night', 'translation'],
    ['Please summarzie the folowing article', 'summarization'],
    ['Classsify this ticket', 'classification'],
    ['Calcuate the interest', 'math'],
  ])('is put right in a short request: %s', (prompt, kind) => {
    expect(ask(prompt).kind).toBe(kind);
  });

  it('is not seen in words of their own', () => {
    const { evidence } = ask('We met at the masthead.');
    expect(evidence.filter(({ kind }) => kind !== 'difficulty' && kind !== 'qa')).toEqual([]);
  });
});

describe('a separable verb', () => {
  it.each([
    'Fasse den folgenden langen Artikel über die neue Werft in Hamburg bitte kurz zusammen: Die Werft hat im Mai ...',
    'Fassen Sie mir diesen Bericht in drei Sätzen zusammen.',
    'Vat het volgende artikel in een paar zinnen samen: De haven ...',
  ])('is found around what stands between its parts: %s', (prompt) => {
    expect(ask(prompt).kind).toBe('summarization');
  });
});

describe('text features of a profile', () => {
  it('are sparse n-grams of unit length and a fixed row of figures', () => {
    const features = textFeatures(ask('How does a central bank change inflation, and why?'));
    expect(features?.indexes.length).toBeGreaterThan(8);
    expect(features?.values).toHaveLength(features?.indexes.length ?? 0);
    expect(new Set(features?.indexes).size).toBe(features?.indexes.length);
    expect(features?.values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    expect(features?.dense).toHaveLength(textFeatures(ask(''))?.dense.length ?? 0);
  });

  it('are the same for the same words, whatever their case, blanks and frame', () => {
    const plain = textFeatures(ask('Which drug lowers blood pressure?'));
    const framed = textFeatures(ask('Hello! please help me: WHICH DRUG  lowers blood pressure? thanks'));
    expect(framed?.indexes).toEqual(plain?.indexes);
  });

  it('belong to their own text, also after another was analysed', () => {
    const first = ask('Which drug lowers blood pressure?');
    ask('Write a poem about the sea.');
    expect(textFeatures(first)).toEqual(textFeatures(ask('Which drug lowers blood pressure?')));
  });

  it('survive any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (prompt) => {
        const features = textFeatures(ask(prompt));
        expect(features?.dense.every((value) => value >= 0 && value <= 1)).toBe(true);
      }),
    );
  });
});

describe('the confidence of a difficulty', () => {
  it('is 0 for nothing and grows with what is known', () => {
    expect(ask('').difficultyConfidence).toBe(0);
    const question = questionsByDomain['medicine']?.[0] ?? '';
    expect(ask(question).difficultyConfidence).toBeGreaterThan(ask('Which drug?').difficultyConfidence);
    expect(ask(question.repeat(5)).difficultyConfidence).toBeLessThanOrEqual(1);
  });
});

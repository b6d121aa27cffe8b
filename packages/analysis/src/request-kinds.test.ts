import type { Message, TaskKind } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { createTaskAnalyzer } from './index.ts';

const analyzer = await createTaskAnalyzer({ cacheSize: 0 });
const ask = (content: string, before: readonly Message[] = []) =>
  analyzer.analyze({ messages: [...before, { role: 'user', content }] });

describe('the form of the answer', () => {
  const requests: readonly (readonly [TaskKind, string])[] = [
    ['qa', 'Which sea lies between Estonia and Sweden?'],
    ['qa', 'Which gas do plants take in?\nA. argon\nB. carbon dioxide\nC. neon\nD. helium'],
    ['math', 'Nine crates hold 12 jars each. How many jars are there when 20 have been sold?'],
    ['creative', 'Write a short poem about an empty harbour.'],
    ['code', 'Write a Python function that merges two sorted lists.'],
    ['classification', 'Is the tone of this review positive or negative? "The soup was cold again."'],
    ['reasoning', 'All miners sing. No singer is silent. Does it follow that no miner is silent?'],
    ['translation', 'Translate into Polish: The bakery opens at six.'],
  ];
  it.each<readonly [string, (request: string) => string]>([
    ['a box', (request) => `${request}\n\nPut your final answer in \\boxed{}.`],
    ['a letter', (request) => `${request}\n\nAnswer with the letter of the correct option only.`],
    ['a bound of the explanation', (request) => `${request}\nKeep the explanation within 3 sentences.`],
    ['steps', (request) => `${request}\nLet's think step by step.`],
    ['an assistant', (request) => `You are a helpful assistant.\n\n${request}`],
    ['labels', (request) => `### Question:\n${request}\n\n### Answer:`],
    ['turns', (request) => `User: ${request}\nAssistant:`],
    ['an empty field', (request) => `Context: None\n\nQuestion: ${request}`],
  ])('does not decide the kind: %s', (_name, wrap) => {
    expect(requests.map(([, request]) => ask(wrap(request)).kind)).toEqual(requests.map(([kind]) => kind));
  });

  it('is all there is to go by when nothing else was said', () => {
    expect(ask('Write one letter to the council about the broken lamps.').kind).toBe('creative');
  });
});

describe('answers to choose from', () => {
  it('may be numbered', () => {
    expect(ask('Which of these metals is liquid in a warm room?\n1. Iron\n2. Gallium\n3. Tin\n4. Zinc').kind).toBe(
      'qa',
    );
  });

  it('ask for a sum when they are quantities', () => {
    const stem = 'A coat is marked down by 20% and then by another 10%. What is the whole discount?';
    expect(ask(`${stem}\nA) 26% B) 28% C) 30% D) none of them`).kind).toBe('math');
    expect(ask(`How many strings has a lute of the sixteenth century?\nA) 4 B) 5 C) 11 D) 15`).kind).toBe('qa');
  });

  it('make a question about programs one of knowledge', () => {
    const stem = 'Which data structure serves first in, first out?';
    expect(ask(`${stem}\nA) stack\nB) queue\nC) binary tree\nD) hash table`).kind).toBe('qa');
  });
});

describe('what was told before a question', () => {
  it.each<readonly [TaskKind, string]>([
    [
      'reasoning',
      'The street is wet under every tree but dry between them, and nobody saw rain. What happened in the night?',
    ],
    [
      'reasoning',
      'Ole owes Kim a favour, Kim owes Pia one, and Pia forgave everybody. Who still owes a favour to whom?',
    ],
    ['qa', 'I baked bread yesterday and the crust was hard as a brick. What can I do about that?'],
  ])('is inferred from, unless it is about the one who asks: %s: %s', (kind, request) => {
    expect(ask(request).kind).toBe(kind);
  });
});

describe('sums', () => {
  it.each([
    'Велосипедист проехал 36 км за 2 часа. Какая у него скорость?',
    'Un rouleau fait 25 m et il me faut 8 bandes de 2,80 m. Que reste-t-il ?',
    '小红有36元，买了4本书，每本7元，还剩几元？',
    '| month | sold |\n|---|---|\n| May | 140 |\n| June | 175 |\n\nBy what percentage did the sales grow from May to June?',
  ])('are known by their numbers: %s', (request) => {
    expect(ask(request).kind).toBe('math');
  });

  it('need numbers', () => {
    expect(ask('How many people live in Lisbon?').kind).toBe('qa');
    expect(ask('Who ruled between 1485 and 1509?').kind).toBe('qa');
  });
});

describe('alternatives and given texts', () => {
  it.each<readonly [TaskKind, string]>([
    ['classification', 'Ist diese Nachricht wichtig oder nicht wichtig? "Das Treffen fällt aus."'],
    ['classification', 'Это сообщение реклама или нет? «Скидки до конца недели!»'],
    ['classification', "Triage this note as emergency, urgent or routine: 'the tap in room 4 drips'"],
    ['classification', 'Return one of praise, complaint, question.\n\nThe new seats are a joy, thank you!'],
    ['extraction', "What date does this note name? 'The roof will be mended on 3 May if it stays dry.'"],
    ['qa', 'Should I use oil or butter for a baking tin?'],
  ])('%s: %s', (kind, request) => {
    expect(ask(request).kind).toBe(kind);
  });
});

describe('a message that goes on', () => {
  it.each<readonly [TaskKind, string, string, string]>([
    ['creative', 'Write a poem about the sea in winter.', 'Grey waves ...', 'now make it shorter'],
    [
      'math',
      'Two dice are thrown. What is the probability of a total of 7?',
      '1/6',
      'And if the second one had only four sides?',
    ],
    [
      'translation',
      'Translate "good night" into Finnish.',
      'Hyvää yötä',
      'What about "good morning, dear neighbours"?',
    ],
    [
      'code',
      'Write a Python function that sorts names.',
      'def ...',
      "It still doesn't keep equal names in their order, does it?",
    ],
  ])('takes its kind from the conversation: %s', (kind, first, answer, next) => {
    const before: readonly Message[] = [
      { role: 'user', content: first },
      { role: 'assistant', content: answer },
    ];
    expect(ask(next, before).kind).toBe(kind);
  });

  it('does not when it asks for something else at length', () => {
    const before: readonly Message[] = [
      { role: 'user', content: 'Write a poem about the sea in winter.' },
      { role: 'assistant', content: 'Grey waves ...' },
    ];
    expect(
      ask('Write a bash script that renames every picture of a folder by the date it was taken.', before).kind,
    ).toBe('code');
  });
});

describe('labels to choose from', () => {
  it('are no answers of an exam', () => {
    const pair = 'Premise: Every seat in the hall was taken.\nHypothesis: Some seats stayed empty.';
    expect(ask(`${pair}\nA) entailment\nB) neutral\nC) contradiction`).kind).toBe('classification');
  });
});

describe('names of tools and languages', () => {
  it.each([
    'How do I bake a chocolate cake for eight people?',
    'How many moons does Jupiter have?',
    'What gives people closure after a breakup?',
    'Why does my printer jam so often?',
  ])('are not read into words that are near to them: %s', (request) => {
    const { kind, kinds, evidence } = ask(request);
    expect(kind).toBe('qa');
    expect(kinds.code).toBeLessThan(0.1);
    expect(evidence.filter((one) => one.kind === 'code')).toEqual([]);
  });

  it.each(['pyhton list of primes', 'sort these names in javascirpt', 'a kuberntees cluster of three nodes'])(
    'are found where letters changed places: %s',
    (request) => {
      expect(ask(request).kind).toBe('code');
    },
  );
});

describe('the field', () => {
  it.each([
    ['medicine', 'My ankle is swollen after a fall. Which doctor should I see, and do I need tablets?'],
    ['geography', 'Which capital lies on the longest river of Poland?'],
    ['law', 'May a landlord end the lease of a tenant twice a year?'],
  ])('is told by everyday words: %s', (domain, request) => {
    expect(ask(request).domain).toBe(domain);
  });

  it.each([
    ['computer-science', 'Refactor this so that it does not open the file twice: with open(p) as f: a = f.read()'],
    ['general', 'Translate into Danish: There are three cups and two plates on the table.'],
    ['logic', 'Ann lies whenever Bo speaks the truth. Bo says that Ann lies. What can be deduced about the two?'],
  ])('follows the kind where words say little: %s', (domain, request) => {
    expect(ask(request).domain).toBe(domain);
  });
});

import { taskKinds, type Message, type TaskKind, type TaskProfile, type UserMessage } from '@lattice-lock/contract';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createTaskAnalyzer, type AnalysisInput, type TaskAnalyzer } from './index.ts';

const readPrompts = (name: string) =>
  parse(readFileSync(new URL(`./__fixtures__/${name}.yaml`, import.meta.url), 'utf8')) as Readonly<
    Record<TaskKind, readonly string[]>
  >;
const promptsByKind = readPrompts('prompts');
const requestsByKind = readPrompts('requests');
const prompts = taskKinds.flatMap((kind) => promptsByKind[kind].map((prompt) => ({ kind, prompt })));

const user = (content: UserMessage['content']): Message => ({ role: 'user', content });
const ask = (analyzer: TaskAnalyzer, prompt: string, rest: Omit<AnalysisInput, 'messages'> = {}): TaskProfile =>
  analyzer.analyze({ messages: [user(prompt)], ...rest });
const tool = (name: string) => ({ name, description: 'does it', parameters: { type: 'object' } });

const analyzer = await createTaskAnalyzer();

describe('the kind of a task', () => {
  it.each(taskKinds)('recognises %s', (kind) => {
    const wrong = promptsByKind[kind].filter((prompt) => ask(analyzer, prompt).kind !== kind);
    expect(wrong).toEqual([]);
    expect(promptsByKind[kind].length).toBeGreaterThanOrEqual(9);
  });

  it('is right for nine in ten requests in all sorts of words', () => {
    const requests = taskKinds.flatMap((kind) => requestsByKind[kind].map((prompt) => ({ kind, prompt })));
    const right = requests.filter(({ kind, prompt }) => ask(analyzer, prompt).kind === kind);
    expect(requests.length).toBeGreaterThan(200);
    expect(right.length / requests.length).toBeGreaterThanOrEqual(0.9);
  });

  it('does not change with case, blanks, line breaks or a polite wrapper', () => {
    const wrappers: readonly ((prompt: string) => string)[] = [
      (prompt) => prompt.toUpperCase(),
      (prompt) => prompt.toLowerCase(),
      (prompt) => `\n\n   ${prompt}  \n`,
      (prompt) => `Please help me with this.\n\n${prompt}\n\nThank you!`,
      (prompt) => `**${prompt}**`,
      (prompt) => `<request>\n${prompt}\n</request>`,
      (prompt) => `> ${prompt}`,
      (prompt) => `"${prompt}"`,
      (prompt) => prompt.replaceAll(' ', '  '),
      (prompt) => prompt.normalize('NFD'),
    ];
    const plain = prompts.filter(({ prompt }) => !prompt.includes('```'));
    const changed = plain.flatMap(({ kind, prompt }) =>
      wrappers.map((wrap) => wrap(prompt)).filter((wrapped) => ask(analyzer, wrapped).kind !== kind),
    );
    expect(changed).toEqual([]);
  });

  it('gives a share to every kind; they add up to 1 and the kind has the largest', () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...prompts.map((one) => one.prompt)), fc.string()), (prompt) => {
        const { kind, kinds } = ask(analyzer, prompt);
        const shares = taskKinds.map((one) => kinds[one]);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(kinds[kind]).toBe(Math.max(...shares));
        expect(Math.min(...shares)).toBeGreaterThan(0);
      }),
    );
  });

  it('is a question when nothing else speaks, and says so without evidence', () => {
    expect(ask(analyzer, '').kind).toBe('qa');
    expect(analyzer.analyze({ messages: [] })).toMatchObject({ kind: 'qa', inputTokens: 3 });
  });

  it('reads the message before a mere "go on", and the instructions of the application', () => {
    const messages = [
      user('Translate to German: the cat sleeps.'),
      { role: 'assistant', content: 'Die Katze schläft.' },
      user('And now in Dutch.'),
    ] as const;
    expect(analyzer.analyze({ messages }).kind).toBe('translation');
    const system: Message = { role: 'system', content: 'Translate everything the user writes into French.' };
    expect(analyzer.analyze({ messages: [system, user('The weather was fine on the coast.')] }).kind).toBe(
      'translation',
    );
  });

  it('takes offered tools for tool use, unless code is written all over the request', () => {
    expect(ask(analyzer, 'How warm is it in Oslo?', { tools: [tool('get_weather')] }).kind).toBe('tool');
    const code = 'Refactor this Python function:\n```python\ndef f(x):\n    return x\n```';
    expect(ask(analyzer, code, { tools: [tool('read_file')] }).kind).toBe('code');
  });

  it('shows what spoke for it, shortly', () => {
    const { evidence } = ask(
      analyzer,
      'Translate into French: a very long sentence about the sea and the wind and the sand.',
    );
    expect(evidence).toContainEqual(
      expect.objectContaining({ id: 'translate', kind: 'translation', match: 'translate into' }),
    );
    for (const { match = '' } of evidence) expect(match.length).toBeLessThanOrEqual(60);
  });
});

describe('what a task needs', () => {
  const image = { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } } as const;
  const file = {
    type: 'file',
    source: { type: 'base64', mediaType: 'application/pdf', data: 'A'.repeat(200_000) },
  } as const;

  it('sees images and documents anywhere in the conversation, also in tool results', () => {
    const before = analyzer.analyze({ messages: [user([image, file]), user('What is it?')] });
    expect(before.needs).toMatchObject({ vision: true, files: true });
    const result: Message = { role: 'tool', content: [{ type: 'tool-result', toolCallId: '1', content: [image] }] };
    expect(analyzer.analyze({ messages: [user('Look.'), result] }).needs.vision).toBe(true);
    expect(ask(analyzer, 'Look.').needs).toMatchObject({ vision: false, files: false });
  });

  it('knows tools and the form of JSON', () => {
    const schema = { type: 'json-schema', name: 'x', schema: { type: 'object' } } as const;
    expect(ask(analyzer, 'x', { tools: [tool('a')] }).needs.tools).toBe(true);
    expect(ask(analyzer, 'x', { tools: [] }).needs.tools).toBe(false);
    expect(ask(analyzer, 'x', { responseFormat: { type: 'json' } }).needs.json).toBe('json');
    expect(ask(analyzer, 'x', { responseFormat: schema }).needs.json).toBe('schema');
    expect(ask(analyzer, 'x', { responseFormat: { type: 'text' } }).needs.json).toBe('none');
  });

  it.each([
    ['en', 'What is the name of the river that flows through the city?'],
    ['de', 'Wie heißt der Fluss, der durch die Stadt fließt?'],
    ['fr', 'Quel est le nom du fleuve qui traverse la ville ?'],
    ['es', '¿Cómo se llama el río que pasa por la ciudad?'],
    ['it', 'Come si chiama il fiume che attraversa la città?'],
    ['pt', 'Qual é o nome do rio que passa pela cidade e não seca?'],
    ['ru', 'Как называется река, которая течёт через город?'],
    ['zh', '流经这座城市的河叫什么名字？'],
    ['ja', 'この町を流れる川の名前は何ですか？'],
    ['ko', '이 도시를 흐르는 강의 이름은 무엇입니까?'],
    ['ar', 'ما اسم النهر الذي يمر عبر المدينة؟'],
    ['th', 'แม่น้ำที่ไหลผ่านเมืองนี้ชื่ออะไร'],
    ['und', '12345 67890'],
  ])('recognises the language %s', (language, prompt) => {
    expect(ask(analyzer, prompt).needs.language).toBe(language);
  });

  it('counts messages, tools, schemas, images and documents as input', () => {
    const base = ask(analyzer, 'x').inputTokens;
    expect(ask(analyzer, 'x', { tools: [tool('a_tool_with_a_name')] }).inputTokens).toBeGreaterThan(base + 10);
    expect(analyzer.analyze({ messages: [user([{ type: 'text', text: 'x' }, image])] }).inputTokens).toBe(base + 1000);
    expect(analyzer.analyze({ messages: [user([{ type: 'text', text: 'x' }, file])] }).inputTokens).toBe(base + 6000);
    expect(analyzer.analyze({ messages: [user('x'), user('x')] }).inputTokens).toBeGreaterThan(base);
  });
});

describe('difficulty and length', () => {
  it('is 0 to 1 and larger for a proof than for a greeting', () => {
    const proof =
      'Prove that every compact Hausdorff space is normal, rigorously, and derive a corollary for metric spaces.';
    expect(ask(analyzer, proof).difficulty).toBeGreaterThan(ask(analyzer, 'Hi there!').difficulty + 0.3);
    fc.assert(
      fc.property(fc.string(), (prompt) => {
        const { difficulty } = ask(analyzer, prompt);
        expect(difficulty).toBeGreaterThanOrEqual(0);
        expect(difficulty).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('expects a label to be shorter than an essay, and never more than is asked for', () => {
    const label = ask(analyzer, 'Classify this review as positive or negative: I liked it.');
    const essay = ask(analyzer, 'Write a long story about a lighthouse keeper.');
    expect(label.expectedOutputTokens).toBeLessThan(60);
    expect(essay.expectedOutputTokens).toBeGreaterThan(400);
    expect(ask(analyzer, 'Write a long story.', { maxOutputTokens: 50 }).expectedOutputTokens).toBe(50);
  });

  it('expects a translation to be as long as its text', () => {
    const text = 'The ship left the harbour in the early morning. '.repeat(60);
    const { expectedOutputTokens, inputTokens } = ask(analyzer, `Translate into German: ${text}`);
    expect(expectedOutputTokens / inputTokens).toBeGreaterThan(0.6);
    expect(expectedOutputTokens / inputTokens).toBeLessThan(1.6);
  });
});

describe('the cache', () => {
  it('keeps profiles until it is reset, and gives the same without it', async () => {
    const cached = await createTaskAnalyzer({ cacheSize: 2 });
    const uncached = await createTaskAnalyzer({ cacheSize: 0 });
    const first = ask(cached, 'What is the capital of Peru?');
    expect(ask(cached, 'What is the capital of Peru?')).toBe(first);
    expect(ask(uncached, 'What is the capital of Peru?')).toEqual(first);
    expect(ask(uncached, 'What is the capital of Peru?')).not.toBe(first);
    cached.resetCache();
    expect(ask(cached, 'What is the capital of Peru?')).not.toBe(first);
  });

  it('drops what was used longest ago', async () => {
    const cached = await createTaskAnalyzer({ cacheSize: 2 });
    const first = ask(cached, 'one');
    const second = ask(cached, 'two');
    expect(ask(cached, 'one')).toBe(first);
    ask(cached, 'three');
    expect(ask(cached, 'one')).toBe(first);
    expect(ask(cached, 'two')).not.toBe(second);
  });

  it('tells apart requests that only differ in how they are cut into parts or roles', () => {
    const text = (value: string) => ({ type: 'text', text: value }) as const;
    const variants: readonly AnalysisInput[] = [
      { messages: [user('ab')] },
      { messages: [user('a'), user('b')] },
      { messages: [user([text('a'), text('b')])] },
      { messages: [{ role: 'system', content: 'a' }, user('b')] },
      { messages: [user('ab')], maxOutputTokens: 5 },
      { messages: [user('ab')], tools: [tool('x')] },
      { messages: [user('ab')], responseFormat: { type: 'json' } },
    ];
    const profiles = variants.map((variant) => analyzer.analyze(variant));
    expect(new Set(profiles).size).toBe(variants.length);
  });

  it('hands out profiles that nobody can change', () => {
    const profile = ask(analyzer, 'Who painted this?');
    expect([profile, profile.kinds, profile.needs, profile.evidence].every(Object.isFrozen)).toBe(true);
  });
});

describe('hostile input', () => {
  it.each([
    'a',
    'A',
    '(',
    '$',
    '1',
    ' ',
    '\n',
    '中',
    '😀',
    '\u0000',
    '\ud800',
    'a ',
    'I want ',
    '| a ',
    '\\frac',
    '<div>',
  ])('a megabyte of %j is analysed like a short one, only longer', (unit) => {
    const profile = ask(analyzer, unit.repeat(Math.ceil((1 << 20) / unit.length)));
    expect(taskKinds).toContain(profile.kind);
    expect(profile.inputTokens).toBeGreaterThan(1000);
  });

  it('reads the instruction at either end of a megabyte', () => {
    const filler = 'The meeting went on and nobody said much. '.repeat(25_000);
    expect(ask(analyzer, `Summarize this: ${filler}`).kind).toBe('summarization');
    expect(ask(analyzer, `${filler}\n\nSummarize the text above.`).kind).toBe('summarization');
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (prompt) => {
        expect(taskKinds).toContain(ask(analyzer, prompt).kind);
      }),
    );
  });
});

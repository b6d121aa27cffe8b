import { LatticeError } from '@lattice-lock/contract';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedPatternsFile } from './create-task-analyzer.ts';
import { createTaskAnalyzer } from './index.ts';
import { readPatternFile } from './pattern-file.ts';
import { assertSafePatterns } from './pattern-safety.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-patterns-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function file(content: string | Uint8Array): Promise<string> {
  count += 1;
  const path = join(folder, `patterns-${count}.yaml`);
  await writeFile(path, content);
  return path;
}

async function refusal(content: string | Uint8Array): Promise<{ readonly error: LatticeError; readonly path: string }> {
  const path = await file(content);
  const error = await createTaskAnalyzer({ patternsFile: path }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!LatticeError.isInstance(error)) throw new TypeError(`not refused: ${String(error)}`);
  expect(error.code).toBe('LATTICE_PATTERN');
  expect(error.message).toContain(path);
  return { error, path };
}

const regexFile = (id: string, regex: string) =>
  `version: 1\npatterns:\n  - { id: ${id}, kind: code, weight: 1, regex: ${JSON.stringify(regex)} }\n`;

describe('the shipped patterns', () => {
  it('cannot backtrack without bound', async () => {
    const document = await readPatternFile(shippedPatternsFile);
    expect(document.patterns.filter((pattern) => pattern.regex !== null).length).toBeGreaterThan(5);
    await expect(assertSafePatterns(document, shippedPatternsFile)).resolves.toBeUndefined();
  });

  it('hold several languages', async () => {
    const text = await readFile(shippedPatternsFile, 'utf8');
    for (const language of ['en', 'de', 'fr', 'es', 'it', 'pt', 'ru', 'zh', 'ja', 'ko']) {
      expect(text.match(new RegExp(`^ +${language}:`, 'gm'))?.length).toBeGreaterThan(9);
    }
  });
});

describe("a user's patterns", () => {
  it('are added to the shipped ones', async () => {
    const patternsFile = await file(
      'version: 1\npatterns:\n  - { id: house-style, kind: classification, weight: 9, words: [gribble the .. form] }\n',
    );
    const analyzer = await createTaskAnalyzer({ patternsFile });
    const profile = analyzer.analyze({ messages: [{ role: 'user', content: 'Gribble the blue form!' }] });
    expect(profile).toMatchObject({
      kind: 'classification',
      evidence: [{ id: 'house-style', match: 'gribble the blue form' }, { id: 'very-short-request' }],
    });
  });

  it('replace a shipped one by its id, also what a feature is worth and the priors', async () => {
    const patternsFile = await file(
      `version: 1
prior: { qa: 0, creative: 3 }
patterns:
  - { id: translate, kind: code, weight: 9, words: [translate] }
structure:
  - { id: tools-offered, kind: tool, weight: 0.5 }
`,
    );
    const analyzer = await createTaskAnalyzer({ patternsFile });
    const kindOf = (content: string) => analyzer.analyze({ messages: [{ role: 'user', content }] }).kind;
    expect(kindOf('Translate this to French')).toBe('code');
    expect(kindOf('Hm')).toBe('creative');
  });

  it('may be regexes that are safe', async () => {
    const patternsFile = await file(regexFile('ticket', '\\bTICKET-\\d{1,6}\\b'));
    const analyzer = await createTaskAnalyzer({ patternsFile });
    const { evidence } = analyzer.analyze({ messages: [{ role: 'user', content: 'see ticket-4711' }] });
    expect(evidence).toContainEqual(expect.objectContaining({ id: 'ticket', match: 'ticket-4711' }));
  });

  it.each([
    ['a line', '(?:^|\\n)ticket \\d', 'Ticket 3 is open'],
    ['a later line', '(?:^|\\n)ticket \\d', 'Look:\nticket 3 is open'],
    ['either of two places', '(?:^|\\n)ticket \\d|[|)] closed', 'it is (now) closed'],
  ])('are found at the beginning of %s', async (_name, regex, content) => {
    const patternsFile = await file(regexFile('place', regex));
    const analyzer = await createTaskAnalyzer({ patternsFile });
    const { evidence } = analyzer.analyze({ messages: [{ role: 'user', content }] });
    expect(evidence.map(({ id }) => id)).toContain('place');
    const other = analyzer.analyze({ messages: [{ role: 'user', content: 'I see ticket 3' }] });
    expect(other.evidence.map(({ id }) => id)).not.toContain('place');
  });

  it.each([
    ['exponential', '^(a+)+$'],
    ['exponential-any', '^(.+)+@(.+)+$'],
    ['polynomial', '\\w*password\\s*='],
    ['polynomial-blanks', '\\s+$'],
    ['alternatives', '^(\\d+|\\d+\\.)*$'],
  ])('are refused when they can backtrack without bound: %s', async (id, regex) => {
    const { error } = await refusal(regexFile(id, regex));
    expect(error.message).toContain(`"${id}"`);
    expect(error.message).toMatch(/backtrack without bound/);
    expect(error.issues).toHaveLength(1);
  });
});

describe('a pattern file that is not what it should be', () => {
  it.each([
    ['an alias bomb', 'version: 1\na: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n', /:2:\d+ .*(anchor|alias)/],
    ['an unknown tag', 'version: 1\npatterns: !!js/function "x"\n', /:2:\d+ /],
    ['a custom tag', 'version: !custom 1\n', /:1:\d+ /],
    ['a duplicate key', 'version: 1\nversion: 1\n', /:2:1 .*unique/],
    ['several documents', 'version: 1\n---\nversion: 1\n', /:\d:\d+ .*several documents/],
    ['a broken line', 'version: 1\npatterns: [\n', /:\d+:\d+ /],
    ['a list', '- 1\n', /:1:1 must be a map/],
    ['an empty file', '', /:1:1 must be a map/],
    ['a wrong version', 'version: 2\n', /:1:10 version must be 1/],
    [
      'a kind that is none',
      'version: 1\npatterns:\n  - { id: a, kind: poetry, weight: 1, words: [x] }\n',
      /:3:20 kind/,
    ],
    [
      'a weight that is none',
      'version: 1\npatterns:\n  - { id: a, kind: qa, weight: .nan, words: [x] }\n',
      /weight must/,
    ],
    [
      'a regex that is none',
      'version: 1\npatterns:\n  - { id: a, kind: qa, weight: 1, regex: "(" }\n',
      /pattern "a".*regular/,
    ],
    ['a pattern without words', 'version: 1\npatterns:\n  - { id: a, kind: qa, weight: 1 }\n', /words or a regex/],
    [
      'a phrase that ends in a gap',
      'version: 1\npatterns:\n  - { id: a, kind: qa, weight: 1, words: [x ..] }\n',
      /stands between/,
    ],
    [
      'a beginning that is too short',
      'version: 1\npatterns:\n  - { id: a, kind: qa, weight: 1, words: [x*] }\n',
      /too short/,
    ],
    [
      'names that are neither true nor false',
      'version: 1\npatterns:\n  - { id: a, kind: qa, weight: 1, names: some, words: [x] }\n',
      /names must be true or false/,
    ],
    ['an unknown feature', 'version: 1\nstructure:\n  - { id: nope, kind: qa, weight: 1 }\n', /unknown feature "nope"/],
    ['an unknown key', 'version: 1\nwords: []\n', /:2:8 unknown key "words"|:2:1 unknown key "words"/],
    ['an id twice', 'version: 1\npatterns:\n  - &x { id: a, kind: qa, weight: 1, words: [x] }\n', /anchor/],
    ['a prototype', 'version: 1\n__proto__: { polluted: true }\n', /unknown key|must be a map/],
    ['deep nesting', `version: ${'['.repeat(100_000)}`, /:\d+:\d+ .*nested too deeply/],
    ['nesting that only just parses', `version: ${'['.repeat(1500)}${']'.repeat(1500)}`, /:\d+:\d+ /],
  ])('is refused with its place: %s', async (_name, content, message) => {
    const { error } = await refusal(content);
    expect(error.message).toMatch(message);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('is refused when it is not UTF-8 or too large', async () => {
    expect((await refusal(new Uint8Array([0x61, 0xff, 0xfe]))).error.message).toMatch(/UTF-8/);
    expect((await refusal(`# ${'x'.repeat(1024 * 1024)}`)).error.message).toMatch(/larger than/);
  });

  it('is refused with every problem at once', async () => {
    const content =
      'version: 1\npatterns:\n  - { id: A!, kind: qa, weight: 99, words: [x] }\n  - { id: b, kind: nope, weight: 1, words: [y, y ..] }\n';
    const { error } = await refusal(content);
    expect(error.issues.map((issue) => issue.path.split(':')[0])).toEqual(['3', '3', '4', '4']);
  });

  it('is refused when it is not there', async () => {
    const patternsFile = join(folder, 'absent.yaml');
    await expect(createTaskAnalyzer({ patternsFile })).rejects.toMatchObject({
      code: 'LATTICE_PATTERN',
      message: expect.stringContaining('ENOENT') as string,
    });
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LatticeError, taskKinds } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  loadCatalog,
  ModelGuideParser,
  ModelPatternSet,
  modelSpellings,
  type GuideFormat,
  type GuideNameOptions,
  type ModelGuide,
} from '../index.ts';

const catalog = await loadCatalog();

function read(text: string, format: GuideFormat, options: Partial<GuideNameOptions> = {}): Promise<ModelGuide> {
  const file = format === 'yaml' ? 'models.yaml' : 'models.md';
  return new ModelGuideParser({ catalog, ...options }).parse(text, { file, format });
}

async function problems(text: string, format: GuideFormat = 'markdown', options: Partial<GuideNameOptions> = {}) {
  try {
    await read(text, format, options);
  } catch (error) {
    if (!LatticeError.isInstance(error)) throw error;
    expect(error.code).toBe('LATTICE_CONFIG');
    return error.issues.map((issue) => `${issue.path.replace(/^models\.(md|yaml):?/, '')} ${issue.message}`);
  }
  return [];
}

/** What a guide means without where and how it is written. */
function meaning(guide: ModelGuide) {
  const patterns = (models: readonly { readonly patterns: readonly string[] }[]) => models.map((one) => one.patterns);
  return {
    blocked: patterns(guide.blocked),
    preferred: patterns(guide.preferred),
    tasks: guide.tasks.map((one) => [one.task, patterns(one.models)]),
    chains: guide.chains.map((one) => [one.head.patterns, one.next.map(({ model }) => model)]),
    ceilings: guide.ceilings.map((one) => [one.task, one.maxCostUsd]),
  };
}

const markdown = `# Models of the data team

We look at this page every quarter. What is not in a list is for people.

## Preferred
- openai/gpt-5-mini - cheap and good enough
- \`anthropic/*\`: we have a contract

## Blocked models
* deepseek/* (data leaves the EU)
* gpt-4

## Tasks
- code: anthropic/claude-sonnet-4-5, openai/gpt-5
### translation
1. google/gemini-2.5-flash

| task | models | max cost |
| --- | :-- | --- |
| math | openai/gpt-5 | $0.20 |

## Fallback chains
- openai/gpt-5 -> anthropic/claude-sonnet-4-5 → google/gemini-2.5-pro

## Ceilings
- at most $0.05 per request
- code: 0.5 USD <!-- raised in May -->

## Notes
Ask Ada before you change this:
- she knows
`;

const yaml = `preferred:
  - { model: openai/gpt-5-mini, reason: cheap and good enough }
  - anthropic/*
blocked: [deepseek/*, gpt-4]
tasks:
  code: [anthropic/claude-sonnet-4-5, openai/gpt-5]
  translation: google/gemini-2.5-flash
  math: openai/gpt-5
chains:
  - [openai/gpt-5, anthropic/claude-sonnet-4-5, google/gemini-2.5-pro]
ceilings:
  math: 0.20
  request: 0.05
  code: $0.5
`;

describe('a guide', () => {
  it('says the same in Markdown and in YAML', async () => {
    const [one, other] = [await read(markdown, 'markdown'), await read(yaml, 'yaml')];
    expect(meaning(one)).toEqual(meaning(other));
    expect(meaning(one)).toEqual({
      preferred: [['openai/gpt-5-mini'], ['anthropic/*']],
      blocked: [['deepseek/*'], [...catalog.find('gpt-4').map(({ provider }) => `${provider}/gpt-4`), 'gpt-4']],
      tasks: [
        ['code', [['anthropic/claude-sonnet-4-5'], ['openai/gpt-5']]],
        ['translation', [['google/gemini-2.5-flash']]],
        ['math', [['openai/gpt-5']]],
      ],
      chains: [
        [
          ['openai/gpt-5'],
          [
            { provider: 'anthropic', model: 'claude-sonnet-4-5' },
            { provider: 'google', model: 'gemini-2.5-pro' },
          ],
        ],
      ],
      ceilings: [
        ['math', 0.2],
        [null, 0.05],
        ['code', 0.5],
      ],
    });
  });

  it('keeps where each line stands and why', async () => {
    const guide = await read(markdown, 'markdown');
    expect(guide.preferred.map(({ place, reason }) => [place, reason])).toEqual([
      ['models.md:6:3', 'cheap and good enough'],
      ['models.md:7:4', 'we have a contract'],
    ]);
    expect(guide.blocked[0]).toMatchObject({ place: 'models.md:10:3', reason: 'data leaves the EU' });
    expect(guide.tasks.map(({ place }) => place)).toEqual(['models.md:14:3', 'models.md:15:5', 'models.md:20:3']);
    expect(guide.ceilings.map(({ place }) => place)).toEqual(['models.md:20:3', 'models.md:26:12', 'models.md:27:3']);
    expect((await read(yaml, 'yaml')).blocked.map(({ place }) => place)).toEqual([
      'models.yaml:4:11',
      'models.yaml:4:23',
    ]);
  });

  it('may say nothing', async () => {
    const nothing = { preferred: [], blocked: [], tasks: [], chains: [], ceilings: [] };
    for (const text of ['', '# Title\n\nText.\n', '## Blocked\n'])
      expect(await read(text, 'markdown')).toMatchObject(nothing);
    for (const text of ['', '# nothing\n', 'blocked:\n']) expect(await read(text, 'yaml')).toMatchObject(nothing);
  });

  it('knows aliases, of models and of the operator, other names of providers, and models of passthrough providers', async () => {
    const [haiku] = catalog.find('haiku');
    const guide = await read('## Blocked\n- haiku\n- grok/*\n- quick\n- local/qwen3:8b\n', 'markdown', {
      aliases: { quick: 'fast', fast: 'openai/gpt-5-nano' },
      resolveProvider: (name) => (name === 'grok' ? 'xai' : name),
      passthrough: (provider) => provider === 'local',
    });
    expect(guide.blocked.map((one) => one.patterns[0])).toEqual([
      `${haiku?.provider ?? ''}/${haiku?.model ?? ''}`,
      'xai/*',
      'openai/gpt-5-nano',
      'local/qwen3:8b',
    ]);
  });

  it('means every model by a bare id that several providers have', async () => {
    const id = catalog.list().find((one) => catalog.find(one.model).length > 1)?.model ?? '';
    const { blocked } = await read(`## Blocked\n- ${id}\n`, 'markdown');
    const set = new ModelPatternSet(blocked[0]?.patterns ?? []);
    for (const model of [...catalog.find(id), { provider: 'unheard-of', model: id, aliases: [] }]) {
      expect(set.has(modelSpellings(model))).toBe(true);
    }
  });

  it('is read from a file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'guide-'));
    try {
      for (const [name, text] of [
        ['team.md', markdown],
        ['team.yml', yaml],
      ] as const) {
        writeFileSync(path.join(folder, name), text);
        const guide = await new ModelGuideParser({ catalog }).parseFile(path.join(folder, name));
        expect(guide.file).toBe(name);
        expect(guide.chains).toHaveLength(1);
      }
      const absent = new ModelGuideParser({ catalog }).parseFile(path.join(folder, 'absent.md'));
      await expect(absent).rejects.toThrow(/there is no such file/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what is wrong with a guide', () => {
  it('is told at once, each with line and column, and with what was meant', async () => {
    const found = await problems(`# Guide
- openai/gpt-5
## Prefered
- openai/gpt-5-mini
## Blocked
- openai/gpt-5-mni
- claude because it is slow
openai/gpt-4o should not be used
## Tasks
- coding: openai/gpt-5
- openai/gpt-5
- math:
## Chains
- openai/gpt-5
- openai/o3 -> anthropic/*
## Ceilings
- cheap
- code: $-1
- poetry: $1
`);
    expect(found).toEqual([
      expect.stringMatching(/^2:3 "openai\/gpt-5" names a model, but stands in "Guide"/),
      expect.stringMatching(/^3:4 "Prefered" is not a section: did you mean "prefer/),
      expect.stringMatching(/^4:3 "openai\/gpt-5-mini" names a model, but stands in "Prefered"/),
      expect.stringMatching(
        /^6:3 "openai\/gpt-5-mni" is not a model of the catalog: did you mean openai\/gpt-5-mini or/,
      ),
      expect.stringMatching(/^7:3 "claude" is not a model of the catalog/),
      expect.stringMatching(/^7:10 "because it is slow" stands behind a name: put a comma/),
      expect.stringMatching(/^8:1 .* is not read: write what counts as a bullet/),
      expect.stringMatching(/^10:3 "coding" is not a kind of task.*Did you mean code/),
      expect.stringMatching(/^11:3 .* names no task/),
      expect.stringMatching(/^12:3 "math" has no models/),
      expect.stringMatching(/^14:3 .* is no chain/),
      expect.stringMatching(/^15:16 "anthropic\/\*" cannot follow in a chain/),
      expect.stringMatching(/^17:3 "cheap" is no ceiling/),
      expect.stringMatching(/^18:10 "-1" is no amount/),
      expect.stringMatching(/^19:3 "poetry" is not a kind of task/),
    ]);
  });

  it.each([
    [
      '- openai/gpt-5\n## Preferred\n- openai/gpt-5',
      /^5:3 "openai\/gpt-5" is blocked by "openai\/gpt-5" \(models\.md:3:3\)/,
    ],
    ['- openai/*\n## Tasks\n- code: openai/gpt-5', /^5:9 .* is blocked by "openai\/\*"/],
    ['- nobody/*', /^3:3 "nobody\/\*" matches no model/],
    ['- "*"', /^3:3/],
    ['- */*', /^3:3 .* means every model there is/],
    ['```\nopenai/gpt-5\n```', /^3:1 .* begins a code block, which is not read/],
    ['<!-- - openai/gpt-5', /^3:1 "<!--" begins a comment that is not closed/],
    [
      '| model | price |\n|---|---|\n| openai/gpt-5 | 1 |',
      /^3:11 "price" is not a column of this table; known are model, reason/,
    ],
    ['| why |\n|---|\n| slow |', /^3:3 "why" begins a table that has no column "model"/],
    ['| model | why |\n|---|---|\n| | slow |', /^5:3 the row has no model/],
    ['## Tasks\n- code: openai/gpt-5\n- code: openai/gpt-4o', /^5:3 "code" has its models already \(models\.md:4:3\)/],
    ['## Ceilings\n- $1\n- at most $2', /^5:12 "2" sets the ceiling of every request again/],
    [
      '## Chains\n- openai/gpt-5 -> gpt-5\n',
      /^4:19 "gpt-5" means \d+ models: write one of them in full, such as openai\/gpt-5/,
    ],
    ['## Chains\n- gpt-5 -> openai/o3\n- gpt-5 -> openai/gpt-4o', /^5:3 "gpt-5" begins a chain already/],
    ['- auto:cheap', /^3:3 "auto:cheap" stands for "auto"/],
  ])('in Markdown: %j', async (text, message) => {
    const found = await problems(`## Blocked\n\n${text}\n`);
    expect(found[0]).toMatch(message);
  });

  it.each([
    ['blockd: [openai/gpt-5]', /^1:1 "blockd" is not a part of a guide: did you mean blocked\?/],
    ['- openai/gpt-5', /^1:1 the file must hold a map|^ the file must hold a map/],
    ['blocked:\n  - openai/gpt-5-mni', /^2:5 "openai\/gpt-5-mni" is not a model of the catalog: did you mean/],
    ['blocked:\n  - { name: openai/gpt-5 }', /^2:7 "blocked\[0\]\.name" is not known here/],
    ['tasks: [openai/gpt-5]', /^1:1 "tasks" must be a map of tasks to models/],
    ['tasks:\n  cod: openai/gpt-5', /^2:3 "cod" is not a kind of task.*Did you mean code/],
    ['chains: [openai/gpt-5]', /must be a list of models: the first/],
    ['ceilings: { request: much }', /^1:13 "much" is no amount/],
    ['blocked: [a\n', /not valid/],
    ['blocked: [x]\nblocked: [y]\n', /^2:1 .*not valid/],
  ])('in YAML: %j', async (text, message) => {
    expect(await problems(text, 'yaml')).toContainEqual(expect.stringMatching(message));
  });

  it('does not make exceptions from a glob a contradiction', async () => {
    expect(await problems('## Blocked\n- openai/gpt-4\n## Preferred\n- openai/*\n')).toEqual([]);
  });
});

describe('any text', () => {
  const word = fc.constantFrom(
    '## Blocked',
    '## Tasks',
    '## Ceilings',
    '## Chains',
    '- ',
    '| ',
    ' | ',
    'openai/gpt-5',
    'anthropic/*',
    '`',
    '**',
    ': ',
    ' - ',
    ' -> ',
    '$0.05',
    'code',
    '\n',
    '\r\n',
    '<!--',
    '-->',
    '```',
    '---',
    '\t',
    '  ',
    '\u202e',
    '\u0000',
    '[',
    '](x)',
    ',',
  );
  const anyText = fc
    .array(fc.oneof(word, fc.string({ maxLength: 4 })), { maxLength: 60 })
    .map((parts) => parts.join(''));

  it('is read or refused with places, never anything else', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.constantFrom<GuideFormat>('markdown', 'yaml'), async (text, format) => {
        const lines = text.split(/\r\n|\n|\r/).length;
        for (const issue of await problems(text, format)) {
          const [, line = '1'] = /^(\d+):\d+ /.exec(issue) ?? [];
          expect(Number(line)).toBeLessThanOrEqual(lines);
        }
      }),
      { numRuns: 500 },
    );
  });

  const anyModel = fc.constantFrom(...catalog.list().filter((one) => !/[\s,;`*]/.test(one.model)));
  const models = (max: number) =>
    fc.uniqueArray(anyModel, { maxLength: max, selector: (one) => `${one.provider}/${one.model}` });
  const anyGuide = fc.record({
    blocked: models(4),
    preferred: models(4),
    tasks: fc.dictionary(
      fc.constantFrom(...taskKinds),
      models(3).filter((list) => list.length > 0),
    ),
    ceilings: fc.dictionary(
      fc.constantFrom(...taskKinds, 'request'),
      fc.integer({ min: 0, max: 1e9 }).map((nano) => nano / 1e9),
    ),
  });
  const name = (model: { readonly provider: string; readonly model: string }) => `${model.provider}/${model.model}`;

  it('means in Markdown, in a table and in YAML what it says', async () => {
    await fc.assert(
      fc.asyncProperty(anyGuide, async ({ blocked, preferred, tasks, ceilings }) => {
        const wanted = new Set([...preferred, ...Object.values(tasks).flat()].map(name));
        const out = blocked.map(name).filter((one) => !wanted.has(one));
        const amounts = Object.entries(ceilings).map(([scope, usd]) => [scope, usd.toFixed(9)] as const);
        const bullets = (list: readonly string[]) => list.map((one) => `- \`${one}\` — as agreed\n`).join('');
        const rows = (list: readonly (readonly string[])[]) =>
          list.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
        const inMarkdown = `## Blocked\n${bullets(out)}\n## Preferred\n${bullets(preferred.map(name))}\n## Tasks\n| task | models |\n|---|---|\n${rows(Object.entries(tasks).map(([task, list]) => [task, list.map(name).join(', ')]))}\n## Ceilings\n${amounts.map(([scope, usd]) => `- ${scope}: $${usd}\n`).join('')}`;
        const inYaml = JSON.stringify({
          blocked: out,
          preferred: preferred.map(name),
          tasks: Object.fromEntries(Object.entries(tasks).map(([task, list]) => [task, list.map(name)])),
          ceilings: Object.fromEntries(amounts),
        });
        const [one, other] = [await read(inMarkdown, 'markdown'), await read(inYaml, 'yaml')];
        expect(meaning(one)).toEqual(meaning(other));
        expect(one.blocked.map(({ patterns }) => patterns)).toEqual(out.map((text) => [text.toLowerCase()]));
        expect(one.ceilings.map(({ maxCostUsd }) => maxCostUsd)).toEqual(amounts.map(([, usd]) => Number(usd)));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a list of models', () => {
  it('matches globs as a regular expression would', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '/', '*', '-'), { maxLength: 7 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(
        text,
        text.map((one) => one.replaceAll('*', '')),
        (pattern, spelling) => {
          const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(spelling);
          const isProvider = /^[^/*]*\/\*$/.test(pattern);
          if (!isProvider) expect(new ModelPatternSet([pattern]).has([spelling])).toBe(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('takes time in proportion to the text', () => {
    const set = new ModelPatternSet(['*a'.repeat(200) + 'b']);
    expect(set.has(['a'.repeat(20_000)])).toBe(false);
  });
});

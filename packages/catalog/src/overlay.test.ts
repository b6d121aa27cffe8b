import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LatticeError } from '@lattice-lock/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCatalog } from './index.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lattice-overlay-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function write(text: string, name = 'models.yaml'): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function refused(text: string, name?: string): Promise<LatticeError> {
  const file = write(text, name);
  const error: unknown = await loadCatalog({ overlayFile: file }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!LatticeError.isInstance(error)) throw new TypeError('The overlay was taken.');
  expect(error.code).toBe('LATTICE_CATALOG');
  return error;
}

const mini = { provider: 'openai', model: 'gpt-5-mini' };
const noon = (day: string) => Date.parse(`${day}T12:00:00Z`);

describe('an overlay', () => {
  it('adds a model of which little is known', async () => {
    const overlayFile = write('add:\n  local/qwen3-32b: { contextTokens: 131072, tools: true, aliases: [qwen] }\n');
    const catalog = await loadCatalog({ overlayFile });
    const [model] = catalog.find('qwen');
    expect(model).toMatchObject({ provider: 'local', model: 'qwen3-32b', name: 'qwen3-32b', tools: true, prices: [] });
    expect(model?.source).toBe('models.yaml');
    expect(model?.asOf).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('is read as JSON as well', async () => {
    const overlayFile = write(JSON.stringify({ remove: ['openai/gpt-4'] }), 'models.json');
    const catalog = await loadCatalog({ overlayFile });
    expect(catalog.get({ provider: 'openai', model: 'gpt-4' })).toBeUndefined();
    expect(catalog.get({ provider: 'azure', model: 'gpt-4' })).toBeDefined();
  });

  it('overrides facts and leaves the others', async () => {
    const before = (await loadCatalog()).get(mini);
    const catalog = await loadCatalog({
      overlayFile: write('override:\n  openai/gpt-5-mini: { status: deprecated }\n'),
    });
    expect(catalog.get(mini)).toEqual({ ...before, status: 'deprecated', source: `models.yaml; ${before?.source}` });
  });

  it('lays prices over those of the catalog from a day on, with the file as their source', async () => {
    const text = `
override:
  openai/gpt-5-mini:
    prices:
      - from: 2026-12-01
        until: 2027-01-01
        usdPerMillion: { input: 0.1, output: '0.8', cacheRead: 0.000001 }
        tiers: [{ aboveInputTokens: 100000, usdPerMillion: { input: 0.2, output: 1.6 } }]
`;
    const before = await loadCatalog();
    const catalog = await loadCatalog({ overlayFile: write(text) });
    for (const day of ['2026-11-30', '2027-01-01']) {
      expect(catalog.priceAt(mini, noon(day))).toEqual(before.priceAt(mini, noon(day)));
    }
    expect(catalog.priceAt(mini, noon('2026-12-31'))).toEqual({
      inputPicoUsd: 100_000n,
      outputPicoUsd: 800_000n,
      cacheReadPicoUsd: 1n,
      tiers: [{ aboveInputTokens: 100_000, price: { inputPicoUsd: 200_000n, outputPicoUsd: 1_600_000n } }],
    });
    expect(catalog.priceSourceAt(mini, noon('2026-12-31'))).toMatch(/^models\.yaml \(/);
  });

  it('replaces the price at any time when it gives no bounds, also by a price of nothing', async () => {
    const text = 'override: { openai/gpt-5-mini: { prices: [{ usdPerMillion: { input: 0, output: 0 } }] } }';
    const catalog = await loadCatalog({ overlayFile: write(text) });
    expect(catalog.get(mini)?.prices).toHaveLength(1);
    expect(catalog.priceAt(mini, 0)).toEqual({ inputPicoUsd: 0n, outputPicoUsd: 0n });
  });

  it('takes an alias from the model that had it', async () => {
    const text = 'override: { anthropic/claude-sonnet-4-6: { aliases: [sonnet] } }';
    const catalog = await loadCatalog({ overlayFile: write(text) });
    expect(catalog.find('sonnet').map(({ model }) => model)).toEqual(['claude-sonnet-4-6']);
  });

  it('is documented by an example that is valid', async () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const catalog = await loadCatalog({ overlayFile: write(/```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '') });
    expect(catalog.find('qwen')).toHaveLength(1);
    expect(catalog.priceAt(mini, noon('2026-12-24'))?.inputPicoUsd).toBe(200_000n);
    expect(catalog.get({ provider: 'openai', model: 'gpt-4' })).toBeUndefined();
  });

  it('may be empty', async () => {
    const catalog = await loadCatalog({ overlayFile: write('# nothing yet\n') });
    expect(catalog.list().length).toBe((await loadCatalog()).list().length);
  });
});

describe('a wrong overlay', () => {
  it('is refused with every problem at once, each with path, file, line and column', async () => {
    const { issues, message } = await refused(`
add:
  local/a: { contextTokens: -5, tool: true }
  NoProvider: {}
override:
  openai/gpt-5-mini:
    prices:
      - { usdPerMillion: { input: 1.1234567, output: 2 } }
overide: {}
`);
    const byPath = Object.fromEntries(issues.map(({ path: at, message: text }) => [at, text]));
    expect(Object.keys(byPath).sort()).toEqual([
      'add.NoProvider',
      'add.local/a.contextTokens',
      'add.local/a.tool',
      'overide',
      'override.openai/gpt-5-mini.prices[0].usdPerMillion.input',
    ]);
    expect(byPath['add.local/a.tool']).toMatch(/did you mean tools\?.*models\.yaml:3:33\)/);
    expect(byPath['overide']).toMatch(/did you mean override\?.*models\.yaml:9:1\)/);
    expect(byPath['override.openai/gpt-5-mini.prices[0].usdPerMillion.input']).toMatch(
      /six decimals.*models\.yaml:8:28\)/,
    );
    for (const issue of issues) expect(message).toContain(issue.path);
  });

  it.each([
    ['an unknown model', 'override: { openai/gpt-5-mni: {} }', /did you mean openai\/gpt-5-mini/],
    ['an unknown model to remove', 'remove: [openai/gpt-5-mni]', /did you mean openai\/gpt-5-mini/],
    ['a model that is there to add', 'add: { openai/gpt-5-mini: {} }', /put it under override/],
    [
      'one alias for two models',
      'add: { local/a: { aliases: [x] }, local/b: { aliases: [x] } }',
      /also that of local\/a/,
    ],
    ['one model overridden and removed', 'override: { openai/gpt-5: {} }\nremove: [openai/gpt-5]', /decide for one/],
    [
      'periods that overlap',
      'add: { local/a: { prices: [{ usdPerMillion: { input: 1, output: 1 } }, { usdPerMillion: { input: 2, output: 2 } }] } }',
      /before the period above it ends/,
    ],
    [
      'a period that ends before it begins',
      'add: { local/a: { prices: [{ from: 2026-02-01, until: 2026-01-01, usdPerMillion: { input: 1, output: 1 } }] } }',
      /earlier than/,
    ],
    ['a list in place of a map', '- 1', /must hold a map/],
  ])('is refused for %s', async (_, text, message) => {
    expect((await refused(text)).message).toMatch(message);
  });

  it.each([
    [
      'an alias bomb',
      `a: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c]\n`,
      'models.yaml:2:8',
    ],
    ['an unknown tag', 'add: !!js/function "x"\n', 'models.yaml:1:6'],
    ['a duplicate key', 'remove: []\nremove: []\n', 'models.yaml:2:1'],
    ['two documents', 'remove: []\n---\nremove: []\n', 'models.yaml:2:1'],
    ['a syntax error', 'remove: [\n', 'models.yaml:2:1'],
  ])('is refused for %s with line and column', async (_, text, place) => {
    expect((await refused(text)).message).toContain(place);
  });

  it('is refused when it is nested without end', async () => {
    expect((await refused(`${'['.repeat(200_000)}`)).code).toBe('LATTICE_CATALOG');
  });

  it('is refused when there is no such file', async () => {
    await expect(loadCatalog({ overlayFile: path.join(folder, 'absent.yaml') })).rejects.toThrow(
      /absent\.yaml.*no such file/s,
    );
  });
});

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checkProviderGenerator } from './provider-generator.ts';

const workspace = fileURLToPath(new URL('../../../../', import.meta.url));
const templates = 'tools/workspace-plugin/src/generators/provider-files';

function spoil(root: string, file: string, from: string, to: string): void {
  const path = join(root, templates, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
}

describe('the gate of the provider generator', { timeout: 120_000 }, () => {
  it('is red when a template cannot be filled in', async () => {
    const { problems } = await checkProviderGenerator(workspace, {
      prepare: (root) => spoil(root, 'own/src/index.ts.template', '<%- className %>', '<%- noSuchName %>'),
      names: ['acme-own'],
    });
    expect(problems).toEqual([expect.stringMatching(/^the generator of acme-own ended with 1:\n[^]*noSuchName/)]);
  });

  it('is red when a core file is edited', async () => {
    const { problems } = await checkProviderGenerator(workspace, {
      prepare: (root) => {
        const file = join(root, 'tools/workspace-plugin/src/generators/provider.ts');
        const text = readFileSync(file, 'utf8');
        const edit = "  tree.write('README.md', 'mine');\n  addToIndex(tree, values);";
        expect(text).toContain('  addToIndex(tree, values);');
        writeFileSync(file, text.replace('  addToIndex(tree, values);', edit));
      },
      only: [],
      names: ['acme'],
    });
    expect(problems).toEqual(['the generator of acme changes README.md: a new provider edits no core file']);
  });
});

import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const tool = fileURLToPath(new URL('../../../tools/catalog-generate.mjs', import.meta.url));
const data = fileURLToPath(new URL('../data/', import.meta.url));
const factsFile = fileURLToPath(new URL('../../../../shared/data/catalog/models.jsonl', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lattice-generate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function generate(facts: string): Promise<string> {
  const line = ['--conditions=@lattice-lock/source', tool, facts, '2026-07-02', folder];
  return (await promisify(execFile)(process.execPath, line)).stdout;
}

describe('the generator', () => {
  it.skipIf(!existsSync(factsFile))('turns the facts into exactly the files that are shipped', async () => {
    expect(await generate(factsFile)).toMatch(/^\d+ models of 14 providers/);
    const shipped = readdirSync(data).filter((name) => name.endsWith('.json'));
    expect(readdirSync(folder).sort()).toEqual(shipped.sort());
    for (const name of shipped) {
      expect(readFileSync(path.join(folder, name), 'utf8'), name).toBe(readFileSync(path.join(data, name), 'utf8'));
    }
  });

  it('refuses facts of a provider that the curation does not place', async () => {
    const facts = path.join(folder, 'facts.jsonl');
    writeFileSync(facts, `${JSON.stringify({ vendor: 'acme', id: 'one' })}\n`);
    await expect(generate(facts)).rejects.toThrow(/does not place the providers acme/);
    expect(readdirSync(folder)).toEqual(['facts.jsonl']);
  });

  it('refuses facts in which an alias means no model, and writes nothing', async () => {
    const facts = path.join(folder, 'facts.jsonl');
    writeFileSync(facts, '');
    await expect(generate(facts)).rejects.toThrow(/The alias \S+ of curation\.yaml means no model/);
    expect(readdirSync(folder)).toEqual(['facts.jsonl']);
  });
});

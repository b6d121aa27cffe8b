import { readFileSync } from 'node:fs';
import { LatticeError } from '@lattice-lock/contract';
import { createAnswerCheck, createProviderRegistry } from '@lattice-lock/provider-kit';
import { describe, expect, it } from 'vitest';
import * as door from '../index.ts';
import { compatibleHosts } from './compatible-hosts.ts';
import schema from './host-profile.schema.json' with { type: 'json' };

const text = readFileSync(new URL('compatible-hosts.json', import.meta.url), 'utf8');
const maxLinesPerVendor = 40;

describe('compatible hosts', () => {
  it('are data of their schema, at most 40 lines each', async () => {
    const check = await createAnswerCheck('compatible-hosts.json', schema);
    expect(check(text)?.message).toBeUndefined();
    const rows = text.split(/^ {2}\{$/m).slice(1);
    expect(rows).toHaveLength(compatibleHosts.length);
    for (const row of rows) expect(row.split('\n').length).toBeLessThanOrEqual(maxLinesPerVendor);
  });

  it.each([
    ['an unknown quirk', { request: { leftOut: ['stop'] } }],
    ['a base URL with a slash at its end', { baseUrl: 'https://api.acme.example/v1/' }],
    ['no source', { sources: [] }],
    ['a misspelt field', { displayname: 'Acme' }],
  ])('of which %s is refused', async (_name, wrong) => {
    const [groq] = JSON.parse(text) as Record<string, unknown>[];
    const check = await createAnswerCheck('compatible-hosts.json', schema);
    expect(check(JSON.stringify([groq]))).toBeNull();
    expect(check(JSON.stringify([{ ...groq, ...wrong }]))).toBeInstanceOf(LatticeError);
  });

  it('are exported one by one, under names that mean one vendor each', () => {
    const exported = Object.values(door);
    for (const definition of compatibleHosts) expect(exported).toContain(definition);
    const names = compatibleHosts.flatMap(({ id, aliases }) => [id, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    const variables = compatibleHosts.flatMap(({ env }) => [...env.apiKey, ...env.baseUrl]);
    expect(new Set(variables).size).toBe(variables.length);
  });

  it('are known to a registry that has none of them, by every name', () => {
    const registry = createProviderRegistry({ definitions: [] });
    for (const { id, aliases, packageName } of compatibleHosts) {
      for (const name of [id, ...aliases]) expect(() => registry.resolve(name)).toThrow(`npm install ${packageName}`);
    }
  });

  it.each(compatibleHosts.map((definition) => [definition.displayName, definition] as const))(
    '%s says which key it lacks',
    (_name, definition) => {
      expect(() => definition.create({})).toThrow(`set ${definition.env.apiKey[0] ?? 'nothing'} or apiKey`);
      expect(definition.wire).toBe('openai-chat');
    },
  );
});

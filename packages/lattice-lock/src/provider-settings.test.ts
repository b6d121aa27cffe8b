import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providerLineUp } from './__fixtures__/provider-line-up.ts';
import { createLattice, type Lattice, type LatticeOptions } from './index.ts';

const apiKey = 'test-key-of-every-vendor';
const messages = [{ role: 'user', content: 'Hello.' }] as const;

let folder: string;
let simulator: Simulator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lattice-provider-settings-'));
  simulator = await startSimulator({ acceptedApiKeys: [apiKey, 'AKIDEXAMPLE', 'simulator'] });
});

afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(() => simulator.reset());

/** Runs with a lattice of these settings and closes it. */
async function withLattice<T>(
  providers: object,
  options: LatticeOptions,
  run: (lattice: Lattice) => Promise<T>,
): Promise<T> {
  await writeFile(join(folder, 'lattice.yaml'), JSON.stringify({ providers }));
  const lattice = createLattice({ cwd: folder, env: {}, ...options });
  try {
    return await run(lattice);
  } finally {
    await lattice.close();
  }
}

describe('the environment', () => {
  it('gives every provider its credential and its address', async () => {
    const named = providerLineUp.filter(({ baseUrlEnv }) => baseUrlEnv !== undefined);
    const env = Object.fromEntries(
      named.flatMap(({ wire, apiKeyEnv, baseUrlEnv = '' }) => [
        [baseUrlEnv, simulator.baseUrl(wire)],
        ...(apiKeyEnv === undefined ? [] : [[apiKeyEnv, apiKey]]),
      ]),
    ) as Record<string, string>;
    const settings = named.flatMap((entry) => (entry.settings === undefined ? [] : [[entry.provider, entry.settings]]));
    await withLattice(Object.fromEntries(settings), { env }, async (lattice) => {
      const found = new Map((await lattice.providers()).map((provider) => [provider.id, provider]));
      for (const { provider, model, apiKeyEnv } of named) {
        const { configured, credentialSource } = found.get(provider) ?? {};
        expect({ provider, configured, credentialSource }).toEqual({
          provider,
          configured: true,
          credentialSource: apiKeyEnv ?? null,
        });
        if (provider === 'local') continue;
        expect(await lattice.chat({ model, messages })).toMatchObject({ provider, finishReason: 'stop' });
      }
    });
  });
});

describe('the table of the README', () => {
  it('names every provider with its package, its other names and its variables, as they are', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const rows = new Map(
      [...readme.matchAll(/^\| `([a-z-]+)` +\| `(provider-[a-z-]+)` (.*)\|$/gm)].map(([, id, name, rest]) => [
        id,
        { packageName: `@lattice-lock/${name ?? ''}`, rest: rest ?? '' },
      ]),
    );
    await withLattice({}, {}, async (lattice) => {
      const definitions = (await lattice.providers()).map((provider) => provider.definition);
      expect([...rows.keys()].toSorted()).toEqual(definitions.map(({ id }) => id).toSorted());
      for (const { id, packageName, aliases, env } of definitions) {
        const row = rows.get(id);
        expect(row?.packageName).toBe(packageName);
        for (const name of [...aliases, ...env.apiKey]) expect(row?.rest, id).toContain(`\`${name}\``);
        for (const name of row?.rest.match(/[A-Z]{2,}[A-Z_]+_(?:KEY|BASE_URL|ENDPOINT|HOST|BEDROCK)\b/g) ?? [])
          expect([...env.apiKey, ...env.baseUrl, ...(env.ambient ?? [])], id).toContain(name);
      }
    });
  });
});

describe('options of one provider', () => {
  it('reach it from lattice.yaml: AWS access keys of .env, which the SDK does not read', async () => {
    await writeFile(join(folder, '.env'), 'AWS_ACCESS_KEY_ID=AKIDEXAMPLE\nAWS_SECRET_ACCESS_KEY=of-nobody\n');
    const credentials = { accessKeyId: '${AWS_ACCESS_KEY_ID}', secretAccessKey: '${AWS_SECRET_ACCESS_KEY}' };
    const bedrock = { baseUrl: simulator.baseUrl('bedrock-converse'), options: { region: 'eu-north-1' } };
    const model = 'bedrock/amazon.nova-micro-v1:0';
    try {
      await withLattice({ bedrock }, {}, async (lattice) => {
        const found = (await lattice.providers()).find((provider) => provider.id === 'bedrock');
        expect(found?.reason).toMatch(/^AWS_ACCESS_KEY_ID is set where the vendor's SDK does not look, as in \.env/);
      });
      const given = { ...bedrock, enabled: true, options: { ...bedrock.options, credentials } };
      await withLattice({ bedrock: given }, {}, async (lattice) => {
        expect(await lattice.chat({ model, messages })).toMatchObject({ provider: 'bedrock', finishReason: 'stop' });
      });
    } finally {
      await rm(join(folder, '.env'));
    }
    expect(simulator.served()[0]?.headers['authorization']).toMatch(/^AWS4-HMAC-SHA256/);
  });

  it('are looked up in .env too: region, project and version', async () => {
    const settings = {
      AWS_BEARER_TOKEN_BEDROCK: apiKey,
      AWS_REGION: 'ap-southeast-2',
      GOOGLE_CLOUD_PROJECT: 'of-the-file',
      GOOGLE_CLOUD_LOCATION: 'europe-west4',
      AZURE_OPENAI_API_KEY: apiKey,
      OPENAI_API_VERSION: '2024-10-21',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    await writeFile(join(folder, '.env'), lines.join('\n'));
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.writeHead(400).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const providers = {
      azure: { baseUrl, passthrough: true },
      'google-vertex': { apiKey, baseUrl },
      bedrock: {},
    };
    try {
      await withLattice(providers, {}, async (lattice) => {
        for (const model of ['azure/ours', 'google-vertex/gemini-2.5-flash']) {
          await expect(lattice.chat({ model, messages })).rejects.toMatchObject({ status: 400 });
        }
        const found = (await lattice.providers()).find((provider) => provider.id === 'bedrock');
        expect(found?.credentialSource).toBe('AWS_BEARER_TOKEN_BEDROCK');
      });
    } finally {
      server.close();
      await rm(join(folder, '.env'));
    }
    expect(paths[0]).toBe('/openai/deployments/ours/chat/completions?api-version=2024-10-21');
    expect(paths[1]).toContain('/projects/of-the-file/locations/europe-west4/');
  });

  it.each([
    [{}, 'messages'],
    [{ apiVersion: '2024-10-21' }, 'messages'],
    [{ api: 'responses' }, 'input'],
  ])('choose the way into Azure: %j', async (options, field) => {
    const azure = { apiKey, baseUrl: simulator.baseUrl('azure-openai'), models: ['our-mini'], options };
    await withLattice({ azure }, {}, async (lattice) => {
      await lattice.chat({ model: 'azure/our-mini', messages });
    });
    const [served] = await simulator.whenServed(1);
    expect(served?.model).toBe('our-mini');
    expect(served?.body).toHaveProperty(field);
  });
});

describe("a name of the operator's own", () => {
  const azure = { apiKey, options: { apiVersion: '2024-10-21' } };

  it.each([{ models: ['our-mini'] }, { passthrough: true }])('is let through by %j', async (opening) => {
    const settings = { azure: { ...azure, baseUrl: simulator.baseUrl('azure-openai'), ...opening } };
    await withLattice(settings, {}, async (lattice) => {
      const answer = await lattice.chat({ model: 'azure-openai/our-mini', messages });
      expect(answer).toMatchObject({ provider: 'azure', model: 'our-mini', cost: { unknownEntries: 1 } });
    });
  });

  it('is one of all there are: of the catalog only what is listed is offered, with its price', async () => {
    const models = ['gpt-5-mini', 'our-mini'];
    const settings = {
      azure: { ...azure, baseUrl: simulator.baseUrl('azure-openai'), models },
      openai: { apiKey, baseUrl: simulator.baseUrl('openai-chat'), models: ['gpt-6-preview'] },
      'google-vertex': { enabled: true, models: ['gemini-2.5-pro'] },
    };
    await withLattice(settings, {}, async (lattice) => {
      const known = await lattice.models();
      const offered = (id: string) => known.filter(({ provider }) => provider === id).map(({ model }) => model);
      expect(offered('azure').toSorted()).toEqual(models);
      expect(offered('google-vertex')).toEqual(['gemini-2.5-pro']);
      expect(offered('openai').length).toBeGreaterThan(20);
      expect(offered('bedrock').length).toBeGreaterThan(20);
      const answer = await lattice.chat({ model: 'azure/gpt-5-mini', messages });
      expect(answer.cost).toMatchObject({ unknownEntries: 0 });
    });
  });

  it('is refused otherwise, with what would let it through', async () => {
    const settings = { azure: { ...azure, baseUrl: simulator.baseUrl('azure-openai') } };
    await withLattice(settings, {}, async (lattice) => {
      const refused = lattice.chat({ model: 'azure-openai/our-own-mini', messages });
      await expect(refused).rejects.toMatchObject({
        code: 'LATTICE_UNKNOWN_MODEL',
        message: expect.stringContaining('list it in providers.azure.models') as string,
      });
    });
    expect(simulator.served()).toEqual([]);
  });
});

describe('the simulator', () => {
  it('stands in for every vendor whose wire it speaks, without what the operator set for the true one', async () => {
    const google = { headers: { 'x-secret': 'of-the-operator' }, options: { vertex: { project: 'ours' } } };
    await withLattice({ google }, { simulator }, async (lattice) => {
      const models = await lattice.models();
      expect(models.filter((model) => model.configured).every((model) => model.simulated)).toBe(true);
      const providers = await lattice.providers();
      const standIns = providers.filter((provider) => provider.configured).map((provider) => provider.id);
      const others = providers.map((provider) => provider.id).filter((id) => !standIns.includes(id));
      expect(others).toEqual(['google-vertex']);
      const answer = await lattice.chat({ model: 'google/gemini-2.5-flash', messages });
      expect(answer).toMatchObject({ provider: 'google', simulated: true });
    });
    const [served] = await simulator.whenServed(1);
    expect(served).toMatchObject({ wire: 'gemini' });
    expect(served?.headers).not.toHaveProperty('x-secret');
  });
});

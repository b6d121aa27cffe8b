import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChatProvider, ChatRequest, HttpTransport } from '@lattice-lock/contract';
import { createTransport } from '@lattice-lock/provider-kit';
import { sendJson, startScriptedServer, type ScriptedServer } from '@lattice-lock/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsVariables } from './__fixtures__/aws-variables.ts';
import { answer } from './__fixtures__/converse-wire.ts';
import { isSignedBy } from './__fixtures__/signature-v4.ts';
import { bedrock } from './index.ts';

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret-example-0123456789' };
const request: ChatRequest = { model: 'amazon.nova-pro-v1:0', messages: [{ role: 'user', content: 'Hello' }] };

let server: ScriptedServer;
let home: string;
const open: ChatProvider[] = [];

function create(options: Record<string, unknown> = {}): ChatProvider {
  const provider = bedrock.create({ credentials, region: 'eu-west-1', baseUrl: server.url, ...options });
  open.push(provider);
  return provider;
}

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'lattice-bedrock-'));
  for (const name of awsVariables) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  vi.stubEnv('AWS_CONFIG_FILE', join(home, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(home, 'credentials'));
  server = await startScriptedServer((_request, response) => sendJson(response, 200, answer([{ text: 'Hi there.' }])));
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((provider) => provider.close()));
  await server.close();
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

describe('a credential', () => {
  it('may be a key of the options, which needs no region at another base URL', async () => {
    await create({ credentials: undefined, region: undefined, apiKey: ' bedrock-key-123\n' }).chat(request);
    expect(server.received[0]?.headers.authorization).toBe('Bearer bedrock-key-123');
  });

  it('may be a key of the environment, before access keys', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'bedrock-key-456');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-env');
    await create({ credentials: undefined }).chat(request);
    expect(server.received[0]?.headers.authorization).toBe('Bearer bedrock-key-456');
  });

  it('of the options wins over the environment', async () => {
    vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', 'bedrock-key-456');
    await create().chat(request);
    await create({ apiKey: 'bedrock-key-123' }).chat(request);
    const [first, second] = server.received;
    expect(first !== undefined && isSignedBy(first, credentials.secretAccessKey)).toBe(true);
    expect(second?.headers.authorization).toBe('Bearer bedrock-key-123');
  });

  it('may be access keys of the environment, with endpoint and region', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-env');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session-env-0123456789');
    vi.stubEnv('AWS_REGION', 'ap-south-1');
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', server.url);
    await create({ credentials: undefined, region: undefined, baseUrl: undefined }).chat(request);
    const [received] = server.received;
    expect(received?.headers['x-amz-security-token']).toBe('session-env-0123456789');
    expect(received?.headers.authorization).toContain('/ap-south-1/');
    expect(received !== undefined && isSignedBy(received, 'secret-env')).toBe(true);
  });

  it('may be a profile', async () => {
    writeFileSync(join(home, 'config'), '[profile work]\nregion = eu-north-1\n');
    writeFileSync(join(home, 'credentials'), '[work]\naws_access_key_id = AKIDWORK\naws_secret_access_key = s\n');
    await create({ credentials: undefined, region: undefined, profile: 'work' }).chat(request);
    expect(server.received[0]?.headers.authorization).toMatch(/Credential=AKIDWORK\/\d+\/eu-north-1\//);
  });

  it('may be a role for a web identity, fetched over our transport', async () => {
    const asked: string[] = [];
    const sts = createServer((incoming, response) => {
      let form = '';
      incoming.on('data', (chunk: Buffer) => (form += chunk.toString()));
      incoming.on('end', () => {
        asked.push(form);
        const expiration = new Date(Date.now() + 3_600_000).toISOString();
        response.writeHead(200, { 'content-type': 'text/xml' });
        response.end(
          `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <AssumeRoleWithWebIdentityResult><Credentials>
              <AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey>
              <SessionToken>role-session</SessionToken><Expiration>${expiration}</Expiration>
            </Credentials></AssumeRoleWithWebIdentityResult>
          </AssumeRoleWithWebIdentityResponse>`,
        );
      });
    });
    sts.listen(0, '127.0.0.1');
    await once(sts, 'listening');
    const inner = createTransport();
    const hosts: string[] = [];
    const transport: HttpTransport = {
      request: (each) => {
        hosts.push(new URL(each.url).host);
        return inner.request(each);
      },
      close: () => inner.close(),
    };
    const stsHost = `127.0.0.1:${(sts.address() as AddressInfo).port}`;
    writeFileSync(join(home, 'token'), 'web-identity-token');
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', join(home, 'token'));
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/lattice');
    vi.stubEnv('AWS_ENDPOINT_URL_STS', `http://${stsHost}`);
    try {
      await create({ credentials: undefined, transport }).chat(request);
    } finally {
      await inner.close();
      sts.closeAllConnections();
      sts.close();
      await once(sts, 'close');
    }
    expect(hosts).toEqual([stsHost, new URL(server.url).host]);
    expect(asked[0]).toContain('web-identity-token');
    const [received] = server.received;
    expect(received?.headers['x-amz-security-token']).toBe('role-session');
    expect(received !== undefined && isSignedBy(received, 'role-secret')).toBe(true);
  });

  it('of a single sign-on is asked for over our transport', async () => {
    const sso = await startScriptedServer((_incoming, response) => {
      const expiration = Date.now() + 3_600_000;
      const roleCredentials = { accessKeyId: 'AKIDSSO', secretAccessKey: 'sso-secret', sessionToken: 's', expiration };
      sendJson(response, 200, { roleCredentials });
    });
    const start = 'https://example.awsapps.com/start';
    const profile = `[profile sso]\nsso_start_url = ${start}\nsso_region = eu-west-1\nsso_account_id = 1\nsso_role_name = r\n`;
    writeFileSync(join(home, 'config'), profile);
    const cache = join(home, '.aws', 'sso', 'cache');
    mkdirSync(cache, { recursive: true });
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const file = `${createHash('sha1').update(start).digest('hex')}.json`;
    writeFileSync(join(cache, file), JSON.stringify({ accessToken: 'sso-token', expiresAt }));
    vi.stubEnv('HOME', home);
    vi.stubEnv('AWS_ENDPOINT_URL_SSO', sso.url);
    try {
      await create({ credentials: undefined, profile: 'sso' }).chat(request);
    } finally {
      await sso.close();
    }
    expect(sso.received[0]).toMatchObject({
      method: 'GET',
      path: '/federation/credentials?account_id=1&role_name=r',
      headers: { 'x-amz-sso_bearer_token': 'sso-token' },
    });
    expect(server.received[0] !== undefined && isSignedBy(server.received[0], 'sso-secret')).toBe(true);
  });

  it('is fetched again before it expires', async () => {
    let count = 0;
    const fetchCredentials = () => {
      count += 1;
      const isFirst = count === 1;
      return Promise.resolve({
        ...credentials,
        accessKeyId: `AKID${count}`,
        expiration: new Date(Date.now() + (isFirst ? 1000 : 3_600_000)),
      });
    };
    const provider = create({ credentials: fetchCredentials });
    await provider.chat(request);
    await provider.chat(request);
    expect(server.received[1]?.headers.authorization).toContain(`Credential=AKID${count}/`);
    expect(count).toBeGreaterThan(1);
  });

  it('that is missing is asked for, and nothing is sent', async () => {
    await expect(create({ credentials: undefined }).chat(request)).rejects.toMatchObject({
      code: 'LATTICE_PROVIDER_UNAVAILABLE',
      message: expect.stringMatching(/AWS_BEARER_TOKEN_BEDROCK.*AWS_ACCESS_KEY_ID.*AWS_PROFILE/s) as string,
    });
    expect(server.received).toEqual([]);
  });

  it('that no header can carry is refused without being quoted', async () => {
    const chat = create({ apiKey: 'bedrock secret “quoted”' }).chat(request);
    await expect(chat).rejects.toMatchObject({ code: 'LATTICE_CONFIG' });
    await expect(chat).rejects.not.toThrow(/secret/);
  });
});

it('takes the region of the environment it is given', async () => {
  await create({ region: undefined, env: { AWS_REGION: 'ap-southeast-2' } }).chat(request);
  expect(server.received[0]?.headers['authorization']).toContain('/ap-southeast-2/bedrock/');
});

it('says that a region is missing, or that the base URL is none', async () => {
  await expect(create({ region: undefined }).chat(request)).rejects.toMatchObject({
    code: 'LATTICE_CONFIG',
    message: expect.stringContaining('AWS_REGION') as string,
  });
  await expect(create({ baseUrl: 'bedrock.example.com' }).chat(request)).rejects.toMatchObject({
    code: 'LATTICE_CONFIG',
  });
});

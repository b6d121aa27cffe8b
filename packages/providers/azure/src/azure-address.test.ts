import { describe, expect, it } from 'vitest';
import { readAzureAddress } from './azure-address.ts';

const host = 'https://res.openai.azure.com';

describe('readAzureAddress', () => {
  it.each([
    [host, 'v1', '', null, null],
    [`${host}/`, 'v1', '', null, null],
    [`${host}/openai`, 'v1', '', null, null],
    [`${host}/openai/v1/`, 'v1', '', null, null],
    [`${host}/openai/v1/responses`, 'v1', '', null, null],
    [`${host}?api-version=2024-10-21`, 'deployments', '', null, '2024-10-21'],
    [`${host}/openai/v1?api-version=preview`, 'v1', '', null, 'preview'],
    [
      `${host}/openai/deployments/my%20dep/chat/completions?api-version=2025-01-01-preview`,
      'deployments',
      '',
      'my dep',
      '2025-01-01-preview',
    ],
    ['https://res.services.ai.azure.com/models', 'models', '', null, null],
    [
      'https://res.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview',
      'models',
      '',
      null,
      '2024-05-01-preview',
    ],
    ['https://gateway.example/azure/openai/v1', 'v1', '/azure', null, null],
    ['http://127.0.0.1:9000/case/models-1', 'v1', '/case/models-1', null, null],
  ])('%s', (address, route, prefix, deployment, apiVersion) => {
    const read = readAzureAddress('azure', address);
    expect(read).toEqual({ root: new URL(address).origin + prefix, route, deployment, apiVersion });
  });

  it('follows the options before the address', () => {
    expect(readAzureAddress('azure', host, { apiVersion: '2024-10-21' }).route).toBe('deployments');
    expect(readAzureAddress('azure', host, { apiVersion: 'v1' }).route).toBe('v1');
    expect(readAzureAddress('azure', `${host}/openai/v1`, { route: 'models' }).route).toBe('models');
    const versions = readAzureAddress('azure', `${host}?api-version=2024-02-01`, { apiVersion: '2024-10-21' });
    expect(versions.apiVersion).toBe('2024-10-21');
  });

  it.each(['res.openai.azure.com', 'ftp://res.example', ''])('refuses "%s"', (address) => {
    expect(() => readAzureAddress('azure', address)).toThrow(
      expect.objectContaining({ code: 'LATTICE_CONFIG' }) as Error,
    );
  });
});

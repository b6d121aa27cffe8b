import { LatticeError } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { SampleCatalog, sampleModel } from './__fixtures__/sample-catalog.ts';
import { resolveTarget, type ResolveTargetOptions } from './index.ts';

const catalog = new SampleCatalog([
  sampleModel('openai/gpt-5'),
  sampleModel('anthropic/claude-sonnet-5', { aliases: ['sonnet'] }),
  sampleModel('xai/grok-4'),
  sampleModel('groq/openai/gpt-oss-20b'),
  sampleModel('azure/gpt-5'),
  sampleModel('together/shared-model'),
  sampleModel('fireworks/shared-model'),
]);

const providers: Readonly<Record<string, string>> = {
  openai: 'openai',
  anthropic: 'anthropic',
  claude: 'anthropic',
  xai: 'xai',
  grok: 'xai',
  groq: 'groq',
  azure: 'azure',
  local: 'local',
  ollama: 'local',
};

const options: ResolveTargetOptions = {
  catalog,
  aliases: {},
  resolveProvider: (name) => {
    const id = Object.hasOwn(providers, name) ? providers[name] : undefined;
    if (id === undefined) throw new LatticeError('LATTICE_UNKNOWN_PROVIDER', `no provider ${name}`);
    return id;
  },
  passthrough: (provider) => provider === 'local',
  defaultPreset: 'balanced',
};

const named = (provider: string, model: string) => ({ mode: 'explicit', model: { provider, model } });
const resolve = (name: string | undefined, more: Partial<ResolveTargetOptions> = {}) =>
  resolveTarget(name, { ...options, ...more });

describe('resolveTarget', () => {
  it.each([undefined, '', '  ', 'auto', ' auto '])('takes %j for the default preset', (name) => {
    expect(resolve(name, { defaultPreset: 'fast' })).toEqual({ mode: 'auto', preset: 'fast' });
  });

  it.each(['balanced', 'cheap', 'best', 'fast'])('takes auto:%s for that preset', (preset) => {
    expect(resolve(`auto:${preset}`)).toEqual({ mode: 'auto', preset });
  });

  it.each([
    ['openai/gpt-5', named('openai', 'gpt-5')],
    ['grok/grok-4', named('xai', 'grok-4')],
    ['sonnet', named('anthropic', 'claude-sonnet-5')],
    ['claude/sonnet', named('anthropic', 'claude-sonnet-5')],
    ['groq/openai/gpt-oss-20b', named('groq', 'openai/gpt-oss-20b')],
    ['openai/gpt-oss-20b', named('groq', 'openai/gpt-oss-20b')],
    ['ollama/llama3.2:1b', named('local', 'llama3.2:1b')],
    ['ollama/library/llama', named('local', 'library/llama')],
  ])('takes %s for a model', (name, target) => {
    expect(resolve(name)).toEqual(target);
  });

  it("follows the operator's aliases, also through each other, and refuses a circle", () => {
    const aliases = { quick: 'auto:fast', main: 'openai/gpt-5', house: 'main' };
    expect(resolve('quick', { aliases })).toEqual({ mode: 'auto', preset: 'fast' });
    expect(resolve('house', { aliases })).toEqual(named('openai', 'gpt-5'));
    expect(() => resolve('a', { aliases: { a: 'b', b: 'a' } })).toThrow(
      expect.objectContaining({ code: 'LATTICE_CONFIG', message: expect.stringContaining('a -> b -> a') as string }),
    );
  });

  it('takes a bare id that several providers have for the first configured one in the order of the catalog', () => {
    expect(resolve('gpt-5')).toEqual(named('openai', 'gpt-5'));
    expect(resolve('gpt-5', { isConfigured: (id) => id === 'azure' })).toEqual(named('azure', 'gpt-5'));
    expect(resolve('gpt-5', { isConfigured: () => true })).toEqual(named('openai', 'gpt-5'));
    expect(resolve('shared-model', { isConfigured: () => false })).toEqual(named('together', 'shared-model'));
  });

  it('takes a model the operator listed for a provider', () => {
    const configuredModels = (provider: string) => (provider === 'openai' ? ['gpt-6-preview'] : []);
    expect(resolve('openai/gpt-6-preview', { configuredModels })).toEqual(named('openai', 'gpt-6-preview'));
    expect(() => resolve('xai/gpt-6-preview', { configuredModels })).toThrow();
  });

  it.each([
    'gpt-55',
    'openai/gpt-55',
    'auto:speedy',
    'constructor',
    '__proto__',
    'toString',
    'openai/__proto__',
    '/',
    'openai/',
    '/gpt-5',
  ])('does not know %s', (name) => {
    expect(() => resolve(name)).toThrow(expect.objectContaining({ code: 'LATTICE_UNKNOWN_MODEL' }));
  });

  it('names near ones, and presets where a preset was meant', () => {
    expect(() => resolve('gpt-55')).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('Near: openai/gpt-5, azure/gpt-5.') as string,
        suggestions: ['openai/gpt-5', 'azure/gpt-5'],
      }),
    );
    expect(() => resolve('auto:speedy')).toThrow(
      expect.objectContaining({ suggestions: ['auto:balanced', 'auto:cheap', 'auto:best', 'auto:fast'] }),
    );
  });

  it('says of a known provider how a name of its own is let through', () => {
    const words = 'If xai serves it, list it in providers.xai.models or set providers.xai.passthrough: true.';
    expect(() => resolve('grok/our-deployment')).toThrow(
      expect.objectContaining({ message: expect.stringContaining(words) as string }),
    );
    expect(() => resolve('our-deployment')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('passthrough') as string }),
    );
  });

  it('passes on what is said about a provider that is not there', () => {
    expect(() => resolve('nobody/gpt-5')).toThrow(expect.objectContaining({ code: 'LATTICE_UNKNOWN_PROVIDER' }));
    expect(() => resolve('constructor/x')).toThrow(expect.objectContaining({ code: 'LATTICE_UNKNOWN_PROVIDER' }));
  });

  it('shows a name of any length and kind in bounds', () => {
    const error = (() => {
      try {
        return resolve(`gpt\u001b[31m${'x'.repeat(100_000)}`);
      } catch (thrown) {
        return thrown as LatticeError;
      }
    })() as LatticeError;
    expect(error.message.length).toBeLessThan(600);
    expect(error.message).not.toContain('\u001b');
  });
});

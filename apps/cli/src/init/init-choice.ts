import type { ProviderDefinition } from '@lattice-lock/contract';
import { anthropic } from '@lattice-lock/provider-anthropic';
import { azure } from '@lattice-lock/provider-azure';
import { bedrock } from '@lattice-lock/provider-bedrock';
import { dial } from '@lattice-lock/provider-dial';
import { google } from '@lattice-lock/provider-google';
import { local } from '@lattice-lock/provider-local';
import { openai } from '@lattice-lock/provider-openai';
import { compatibleHosts, openAICompatible } from '@lattice-lock/provider-openai-compatible';
import { xai } from '@lattice-lock/provider-xai';
import { initProviderNames } from './init-provider-names.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';

/** The providers a new set-up can begin with. */
export const initProviders: readonly ProviderDefinition[] = [
  openai,
  anthropic,
  google,
  xai,
  azure,
  bedrock,
  dial,
  ...compatibleHosts,
  local,
  openAICompatible,
];

/** What a set-up is made of. */
export interface InitChoice {
  /** `null`: none yet, the simulator answers. */
  readonly provider: ProviderDefinition | null;
  /** `null`: the provider's usual one. */
  readonly baseUrl: string | null;
  /** `null`: to be filled in later. */
  readonly apiKey: string | null;
}

const names = initProviderNames.join(', ');

/** The provider of a name or alias; `null` for `none`. @throws UsageError */
export function findInitProvider(name: string): ProviderDefinition | null {
  const wanted = name.trim().toLowerCase();
  if (wanted === 'none') return null;
  const found = initProviders.find(({ id, aliases }) => id === wanted || aliases.includes(wanted));
  if (found === undefined) throw new UsageError(`There is no provider "${escapeLine(name)}" to begin with: ${names}.`);
  return found;
}

/** The address as it is written down. @throws UsageError when it is none, or holds a password */
export function checkInitUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new UsageError(`"${escapeLine(text)}" is no address: give one such as https://api.openai.com/v1.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('An address with a name or password in it does not belong in lattice.yaml: leave them out.');
  }
  // lattice.yaml would take it for a variable.
  if (text.includes('${')) throw new UsageError('An address cannot hold "${": write the value itself.');
  return url.href.replace(/\/+$/, '');
}

/** The key as it is written down. @throws UsageError, without the key, when it cannot be one */
export function checkInitKey(text: string): string | null {
  const key = text.trim();
  if (key === '') return null;
  if (/^[\x21-\x7e]+$/.test(key) && !/["'`\\$#]/.test(key)) return key;
  throw new UsageError('This is no API key: it holds blanks, quotes or other characters that keys do not have.');
}

/** The provider whose key the environment has already, else the first. */
export function likelyProvider(env: Readonly<Record<string, string | undefined>>): ProviderDefinition {
  const isSet = (name: string) => (env[name] ?? '').trim() !== '';
  const ready = initProviders.find((one) => (one.needsApiKey ? one.env.apiKey : one.env.baseUrl).some(isSet));
  return ready ?? openai;
}

/** Whether nobody but the user can say where the provider is. */
export function lacksUrl({ defaultBaseUrl, needsBaseUrl }: ProviderDefinition): boolean {
  return defaultBaseUrl === null && needsBaseUrl !== false;
}

/** The address that must be written down: what needs no key counts as configured only by its address. */
export function neededUrl({ needsApiKey, defaultBaseUrl }: ProviderDefinition, given: string | null): string | null {
  return given ?? (needsApiKey ? null : defaultBaseUrl);
}

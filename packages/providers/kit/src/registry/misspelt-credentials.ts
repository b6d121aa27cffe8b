import type { ProviderDefinition } from '@lattice-lock/contract';
import { editDistance } from './edit-distance.ts';
import { knownProviders } from './known-providers.ts';

/** An environment variable that looks like a known credential. */
export interface MisspeltCredential {
  /** The name that is set. */
  readonly found: string;
  /** The name that was probably meant. */
  readonly meant: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Words that make a name one of a credential, after the vendor's. */
const credentialWords = new Set([
  'API',
  'KEY',
  'KEYS',
  'APIKEY',
  'APIKEYS',
  'TOKEN',
  'SECRET',
  'ACCESS',
  'AUTH',
  'TOKENS',
]);

/**
 * Environment variables that look like the credential of one of these providers but are not read, such as
 * `OPENAI_APIKEY`, `OPENAI_API_KEYS` or `ANTHROPIC_KEY`. Values are never looked at, only whether they are empty.
 */
export function findMisspeltCredentials(env: Env, definitions: readonly ProviderDefinition[]): MisspeltCredential[] {
  const meant = definitions.filter((definition) => definition.needsApiKey && definition.env.apiKey.length > 0);
  if (meant.length === 0) return [];
  const correct = new Set([
    ...definitions.flatMap(({ env: { apiKey, ambient = [] } }) => [...apiKey, ...ambient]),
    ...knownProviders().flatMap((provider) => provider.apiKeyEnv),
  ]);
  return Object.keys(env)
    .filter((name) => !correct.has(name) && (env[name] ?? '').trim() !== '')
    .flatMap((found) => {
      const definition = meant.find((candidate) => looksLikeCredentialOf(found, candidate));
      const [name] = definition?.env.apiKey ?? [];
      return name === undefined ? [] : [{ found, meant: name }];
    })
    .sort((a, b) => (a.found < b.found ? -1 : 1));
}

function looksLikeCredentialOf(name: string, definition: ProviderDefinition): boolean {
  const folded = fold(name);
  // In a short name two strokes are another word: EXA_API_KEY is not XAI_API_KEY.
  const isNear = definition.env.apiKey.some((known) => {
    const target = fold(known);
    return Math.abs(folded.length - target.length) <= 2 && editDistance(folded, target) <= (target.length > 10 ? 2 : 1);
  });
  if (isNear) return true;
  // The variables of a whole cloud have keys of many kinds: AWS_SECRET_ACCESS_KEY is no misspelt key of Bedrock.
  const clouds = (definition.env.ambient ?? []).map((known) => known.split('_')[0]);
  const vendors = [definition.id, ...definition.aliases].map(fold).filter((vendor) => !clouds.includes(vendor));
  const words = name
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((word) => word !== '');
  const rest = words.findIndex((word) => credentialWords.has(word));
  if (rest < 1 || !words.slice(rest).every((word) => credentialWords.has(word))) return false;
  return vendors.includes(words.slice(0, rest).join(''));
}

function fold(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '');
}

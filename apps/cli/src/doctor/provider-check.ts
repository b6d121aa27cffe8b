import type { AppConfig } from '@lattice-lock/config';
import { LatticeError, type ProviderStatus } from '@lattice-lock/contract';
import type { Lattice } from 'lattice-lock';
import type { CliContext } from '../cli-context.ts';
import { neededBy, type ListedProvider } from '../models/model-row.ts';
import { formatDuration } from '../terminal/figures.ts';
import type { Finding } from './finding.ts';

/**
 * Asks every configured provider whether it can be used, at no token cost, and says of the others what they need.
 * `wanted` are ids or other names of those to tell of; `null` means all.
 *
 * @throws LatticeError `LATTICE_UNKNOWN_PROVIDER` for a name that no installed provider has
 */
export async function checkProviders(
  lattice: Lattice,
  config: AppConfig,
  context: CliContext,
  wanted: readonly string[] | null = null,
): Promise<readonly Finding[]> {
  const providers = choose(await lattice.providers(), wanted);
  const statuses = await lattice.health({ fresh: true });
  return providers.map((provider) => {
    const status = statuses.find((one) => one.provider === provider.id);
    return status === undefined ? unconfigured(provider) : examined(provider, status, config, context);
  });
}

function choose(providers: readonly ListedProvider[], wanted: readonly string[] | null): readonly ListedProvider[] {
  if (wanted === null) return providers;
  const namesOf = ({ id, definition }: ListedProvider) => (id === definition.id ? [id, ...definition.aliases] : [id]);
  const unknown = wanted.filter((name) => !providers.some((one) => namesOf(one).includes(name.toLowerCase())));
  if (unknown.length > 0) {
    const known = providers.map(({ id }) => id).join(', ');
    throw new LatticeError(
      'LATTICE_UNKNOWN_PROVIDER',
      `There is no provider ${unknown.join(', ')} here; those installed or configured are ${known}.`,
    );
  }
  const names = wanted.map((name) => name.toLowerCase());
  return providers.filter((one) => namesOf(one).some((name) => names.includes(name)));
}

function unconfigured(provider: ListedProvider): Finding {
  const { id, reason } = provider;
  return {
    check: `provider ${id}`,
    state: 'note',
    message: 'not configured',
    remedy: reason,
    details: {
      provider: id,
      configured: false,
      needs: neededBy(provider),
      credentialSource: null,
      baseUrl: null,
      health: null,
    },
  };
}

function examined(provider: ListedProvider, status: ProviderStatus, config: AppConfig, context: CliContext): Finding {
  const { id, credentialSource } = provider;
  const isGood = status.state === 'available';
  const credential = credentialPlace(credentialSource, config, context);
  const baseUrl = shownUrl(provider.baseUrl);
  const where = `${credential === null ? 'no key' : `key: ${credential}`}; ${baseUrl ?? 'its own address'}`;
  const found = isGood ? status.message : `${status.state}: ${status.message}`;
  const isCounted = status.models === null || /\d models?\b/.test(status.message);
  const figures = [formatDuration(status.latencyMs), ...(isCounted ? [] : [count(status.models?.length ?? 0)])];
  return {
    check: `provider ${id}`,
    state: isGood ? 'ok' : 'problem',
    message: `${found} (${figures.join(', ')}) [${where}]`,
    remedy: isGood ? null : remedyOf(provider, status, credential),
    details: {
      provider: id,
      configured: true,
      credentialSource: credential,
      baseUrl,
      health: status.state,
      errorCode: status.errorCode,
      latencyMs: status.latencyMs,
      models: status.models?.length ?? null,
    },
  };
}

/** How many models the vendor lets this key use. */
function count(models: number): string {
  return models === 1 ? '1 model' : `${models} models`;
}

function remedyOf(
  provider: ListedProvider,
  { remedy, state, message, errorCode }: ProviderStatus,
  key: string | null,
): string {
  const { id, definition } = provider;
  const [variable] = id === definition.id ? definition.env.baseUrl : [];
  const name = variable ?? `providers.${id}.baseUrl`;
  const usual = definition.defaultBaseUrl === null ? '' : ` The usual one is ${definition.defaultBaseUrl}.`;
  const advice = remedy ?? 'Check the configuration of this provider.';
  // A login page or a proxy may well say 401: no other key will help.
  if (/\ban HTML page\b/.test(message)) {
    return `Check that the base URL (${name}) is that of ${definition.displayName}, and no proxy stands before it: an API does not answer in HTML.${usual}`;
  }
  if (errorCode === 'LATTICE_CONFIG' || /, a redirect to /.test(message))
    return `Set ${name} to the address of the API.${usual}`;
  if (errorCode === 'LATTICE_MALFORMED_RESPONSE' || errorCode === 'LATTICE_NOT_FOUND') return `${advice}${usual}`;
  const isElsewhere = state === 'unauthorized' && key !== null && !advice.includes(key);
  return isElsewhere ? `${advice} The one that was refused is set by ${key}.` : advice;
}

/** Where the credential was found, never the credential. */
function credentialPlace(source: string | null, config: AppConfig, context: CliContext): string | null {
  if (source === null) return null;
  const origin = config.origins[source];
  if (origin !== undefined) return `${source} (${origin.place})`;
  return source.includes('.') || (context.env[source] ?? '') !== '' ? source : `${source} in .env`;
}

/** An address without what may be a password in it. */
function shownUrl(baseUrl: string | null): string | null {
  if (baseUrl === null || !URL.canParse(baseUrl)) return null;
  const { protocol, host, pathname } = new URL(baseUrl);
  return `${protocol}//${host}${pathname === '/' ? '' : pathname}`;
}

import type { Issue } from '@lattice-lock/contract';
import type { ConfigOrigin, ProviderSettings } from './app-config.ts';
import type { ConfigProblem } from './config-problem.ts';
import { configSchema } from './config-schema.ts';
import type { ConfigTree } from './config-tree.ts';
import type { EnvironmentVariables } from './environment.ts';
import { placeOf } from './validate-config.ts';

/** 256 bits: what an HMAC-SHA-256 key should have at least (RFC 2104, section 3; RFC 7518, section 3.2). */
const secretBytes = 32;

const remedy = 'set LATTICE_LOCK_SECRET_KEY to the output of `openssl rand -base64 32`';

/**
 * What production refuses. Looks at the raw values, so that it speaks up also while other settings are wrong. That a
 * provider is configured is for the registry to check, which knows their credentials.
 */
export function checkProduction(
  tree: ConfigTree,
  origins: ReadonlyMap<string, ConfigOrigin>,
): readonly ConfigProblem[] {
  if (tree['environment'] !== 'production') return [];
  const secret = tree['secretKey'];
  if (typeof secret !== 'string' || secret === '') {
    return [{ path: 'secretKey', place: null, security: true, message: `production needs a secret key: ${remedy}.` }];
  }
  const bytes = Buffer.byteLength(secret);
  if (bytes >= secretBytes) return [];
  const place = placeOf('secretKey', origins)?.place ?? null;
  const message = `the secret key has ${bytes} bytes, production needs at least ${secretBytes}: ${remedy}.`;
  return [{ path: 'secretKey', place, security: true, message }];
}

/** What a {@link ProductionCheck} may look at: the parts that are valid, though others may not be. */
export interface ProductionFacts {
  readonly providers: Readonly<Record<string, ProviderSettings>>;
  readonly plugins: readonly string[];
  /** With `.env`. */
  readonly env: EnvironmentVariables;
}

/** Says what production lacks; nothing when it lacks nothing. */
export type ProductionCheck = (facts: ProductionFacts) => readonly Issue[] | Promise<readonly Issue[]>;

/** Asks the caller's own check, in production. */
export async function askProduction(
  tree: ConfigTree,
  env: EnvironmentVariables,
  check: ProductionCheck | undefined,
): Promise<readonly ConfigProblem[]> {
  if (check === undefined || tree['environment'] !== 'production') return [];
  const providers = configSchema.shape.providers.safeParse(tree['providers']).data ?? {};
  const plugins = configSchema.shape.plugins.safeParse(tree['plugins']).data ?? [];
  const issues = await check({ providers, plugins, env });
  return issues.map(({ path, message }) => ({ path, message, place: null, security: true }));
}

import type { JsonValue } from '@lattice-lock/contract';
import type { AppConfig, ConfigSource } from './app-config.ts';
import { isTree, joinPath } from './config-tree.ts';
import { isSecretPath } from './secret-paths.ts';

/** One effective setting, fit to be shown. */
export interface EffectiveSetting {
  /** E.g. `server.port`. */
  readonly path: string;
  /** The value; of a secret only `(set)`. */
  readonly value: JsonValue;
  readonly source: ConfigSource;
  /** File with line and column, environment variable or flag; `null` for a default. */
  readonly place: string | null;
}

/** User and password of a URL are credentials, and its query may hold some. */
function maskUrl(value: string): string {
  return value
    .replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/i, '$1***@')
    .replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#\s]*\?).*$/i, '$1***');
}

function shown(path: string, value: JsonValue): JsonValue {
  if (value === null) return null;
  if (path === 'storage.databaseUrl' && typeof value === 'string') return maskUrl(value);
  if (isSecretPath(path)) return '(set)';
  return typeof value === 'string' ? maskUrl(value) : value;
}

function* leaves(value: unknown, path: string): Generator<readonly [string, JsonValue]> {
  if (isTree(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) yield [path, {}];
    for (const [key, inner] of entries) yield* leaves(inner, joinPath(path, key));
  } else if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    for (const [index, item] of value.entries()) yield* leaves(item, joinPath(path, index));
  } else if (value !== undefined) {
    yield [path, value as JsonValue];
  }
}

/** Every setting in force with the layer it came from. Secrets are masked: only that they are set, and where. */
export function describeConfig(config: AppConfig): readonly EffectiveSetting[] {
  const { origins, configFile, ...values } = config;
  const file: EffectiveSetting = { path: 'configFile', value: configFile, source: 'default', place: null };
  const rest = [...leaves(values, '')].map(([path, value]): EffectiveSetting => {
    const origin = origins[path];
    return { path, value: shown(path, value), source: origin?.source ?? 'default', place: origin?.place ?? null };
  });
  return [file, ...rest];
}

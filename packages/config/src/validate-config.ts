import { z } from 'zod';
import type { ConfigOrigin } from './app-config.ts';
import type { ConfigProblem } from './config-problem.ts';
import { configSchema, type ParsedConfig } from './config-schema.ts';
import { joinPath, type ConfigTree } from './config-tree.ts';
import { nearestName } from './nearest-name.ts';
import { isSecretPath } from './secret-paths.ts';
import { settings } from './settings.ts';

/** Keys that a map of the configuration may have, by following the schema; `undefined` where keys are free. */
function knownKeys(path: readonly PropertyKey[]): readonly string[] | undefined {
  let schema: z.core.$ZodType | undefined = configSchema;
  for (const key of path) {
    schema = unwrap(schema);
    if (schema instanceof z.ZodObject) schema = schema.shape[String(key)] as z.core.$ZodType | undefined;
    else if (schema instanceof z.ZodRecord) schema = schema.valueType as z.core.$ZodType;
    else return undefined;
  }
  schema = unwrap(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : undefined;
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let inner = schema;
  while (
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodNullable ||
    inner instanceof z.ZodExactOptional
  ) {
    inner = inner.unwrap() as z.core.$ZodType;
  }
  return inner;
}

/** Every setting of the schema, e.g. to tell where a key belongs that stands in the wrong place. */
function settingPaths(path: readonly string[] = []): readonly string[] {
  const keys = knownKeys(path);
  if (keys === undefined) return [path.join('.')];
  return keys.flatMap((key) => settingPaths([...path, key]));
}

function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = knownKeys(path) ?? [];
  const near = nearestName(key, known);
  if (near !== undefined) return `is not a setting: did you mean ${[...path, near].reduce<string>(joinPath, '')}?`;
  const elsewhere = settingPaths().filter((setting) => setting.endsWith(`.${key}`));
  if (elsewhere.length > 0) return `is not a setting here: did you mean ${elsewhere.join(' or ')}?`;
  return `is not a setting; known here are ${known.join(', ')}.`;
}

/** The place of a path: its own, or that of what it stands in. */
export function placeOf(path: string, origins: ReadonlyMap<string, ConfigOrigin>): ConfigOrigin | undefined {
  let at = path;
  for (;;) {
    const origin = origins.get(at);
    if (origin !== undefined) return origin;
    const cut = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
    if (cut < 1) return undefined;
    at = at.slice(0, cut);
  }
}

function valueAt(tree: ConfigTree, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], tree);
}

/** What was written, cut to a readable length; nothing of a secret, nor of what may be one in a wrong place. */
function quoted(path: string, value: unknown): string {
  if (isSecretPath(path) || path.startsWith('providers') || value === undefined || typeof value === 'object') return '';
  const text = JSON.stringify(value);
  return `${text.length > 60 ? `${text.slice(0, 57)}..."` : text} `;
}

function describeIssue(
  issue: z.core.$ZodIssue,
  path: string,
  tree: ConfigTree,
  origin: ConfigOrigin | undefined,
): string {
  const setting = settings.find((candidate) => candidate.path === path);
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  if (setting?.unit === 'seconds' && origin?.source === 'environment') {
    const text = valueAt(tree, issue.path);
    const seconds = typeof text === 'number' ? text / 1000 : text;
    return `${quoted(path, seconds)}must be a number of seconds above 0 and at most a day, such as 5.0.`;
  }
  return `${quoted(path, issue.code === 'invalid_key' ? undefined : valueAt(tree, issue.path))}${message}.`;
}

function problemsOf(error: z.ZodError, tree: ConfigTree, origins: ReadonlyMap<string, ConfigOrigin>): ConfigProblem[] {
  const problems = new Map<string, ConfigProblem>();
  for (const issue of error.issues) {
    const parent = issue.path.reduce<string>(joinPath, '');
    const found =
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ path: joinPath(parent, key), message: unknownKey(issue.path, key) }))
        : [{ path: parent, message: describeIssue(issue, parent, tree, placeOf(parent, origins)) }];
    for (const { path, message } of found) {
      // Several checks of one value say the same thing.
      if (!problems.has(path)) problems.set(path, { path, place: placeOf(path, origins)?.place ?? null, message });
    }
  }
  return [...problems.values()];
}

/** Checks the layers laid over each other. `config` is there only when nothing is wrong. */
export function validateConfig(
  tree: ConfigTree,
  origins: ReadonlyMap<string, ConfigOrigin>,
): { readonly config: ParsedConfig | undefined; readonly problems: readonly ConfigProblem[] } {
  const result = configSchema.safeParse(tree);
  if (result.success) return { config: result.data, problems: [] };
  return { config: undefined, problems: problemsOf(result.error, tree, origins) };
}

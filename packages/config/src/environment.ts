import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { ConfigOrigin } from './app-config.ts';
import type { ConfigProblem } from './config-problem.ts';
import { createTree, setDeep, type ConfigLayer } from './config-tree.ts';
import { nearestName } from './nearest-name.ts';
import { environmentVariables, settings, type Setting } from './settings.ts';

/** Environment variables by name. */
export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The environment together with what `.env` adds to it. */
export interface MergedEnvironment {
  readonly variables: EnvironmentVariables;
  /** Where a variable was set, for people: `PORT`, or `PORT in /srv/.env`. */
  place(name: string): string;
}

/**
 * The process's environment over the `.env` file of a folder: a variable of the process wins, also over one of the same
 * name that is empty there. A missing file adds nothing.
 */
export async function mergeEnvironment(cwd: string, env: EnvironmentVariables): Promise<MergedEnvironment> {
  const file = path.join(cwd, '.env');
  const ofFile = await readFile(file, 'utf8').then(parseEnv, () => ({}) as Record<string, string | undefined>);
  const variables = { ...ofFile, ...env };
  return { variables, place: (name) => (env[name] === undefined ? `${name} in ${file}` : name) };
}

/** What {@link loadEnvironment} may be told. */
export interface EnvironmentOptions {
  /** Where `.env` is looked for. Default: the working directory. */
  readonly cwd?: string;
  /** Default: the process's own. */
  readonly env?: EnvironmentVariables;
}

/** The environment with the `.env` file of the working directory; what providers should read their credentials from. */
export async function loadEnvironment(options: EnvironmentOptions = {}): Promise<EnvironmentVariables> {
  return (await mergeEnvironment(options.cwd ?? process.cwd(), options.env ?? process.env)).variables;
}

function fromSeconds(text: string): number | string {
  return /^\s*\d+(\.\d+)?\s*$/.test(text) ? Math.round(Number(text) * 1000) : text;
}

/** Names that begin as ours do and are one or two slips from one of ours: a setting that would silently not count. */
function misspelt(variables: EnvironmentVariables, place: (name: string) => string): ConfigProblem[] {
  const known = environmentVariables().map(({ name }) => name);
  return Object.keys(variables)
    .filter((name) => name.startsWith('LATTICE_') && !known.includes(name) && variables[name] !== '')
    .flatMap((name) => {
      const meant = nearestName(name, known);
      if (meant === undefined) return [];
      return [{ path: '', place: place(name), message: `${name} is not a setting: did you mean ${meant}?` }];
    });
}

/** The layer of the environment. An empty variable counts as not set. */
export function environmentLayer({ variables, place }: MergedEnvironment): ConfigLayer {
  const tree = createTree();
  const origins = new Map<string, ConfigOrigin>();
  for (const setting of settings) {
    const name = setVariable(setting, variables);
    const text = name === undefined ? undefined : variables[name];
    if (name === undefined || text === undefined) continue;
    setDeep(tree, setting.path, setting.unit === 'seconds' ? fromSeconds(text) : text);
    origins.set(setting.path, { source: 'environment', place: place(name) });
  }
  return { tree, origins, problems: misspelt(variables, place) };
}

function setVariable(setting: Setting, variables: EnvironmentVariables): string | undefined {
  return setting.env.find((name) => variables[name] !== undefined && variables[name] !== '');
}

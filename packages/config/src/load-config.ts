import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AppConfig, ConfigFlags, ConfigOrigin } from './app-config.ts';
import { configError, type ConfigProblem } from './config-problem.ts';
import { createTree, isTree, setDeep, type ConfigLayer, type ConfigTree } from './config-tree.ts';
import type { ParsedConfig } from './config-schema.ts';
import {
  environmentLayer,
  mergeEnvironment,
  type EnvironmentOptions,
  type EnvironmentVariables,
} from './environment.ts';
import { askProduction, checkProduction, type ProductionCheck } from './production-checks.ts';
import { configFileVariable, flagName, settings } from './settings.ts';
import { placeOf, validateConfig } from './validate-config.ts';

/** What {@link loadConfig} may be told. */
export interface ConfigOptions extends EnvironmentOptions {
  /** The configuration file; it must exist. Default, also for `null`: LATTICE_CONFIG, else lattice.yaml or lattice.yml in `cwd` if there. */
  readonly file?: string | null;
  readonly flags?: ConfigFlags;
  /**
   * What else production must have, e.g. a provider with a credential, which only the registry can tell: asked in
   * production alone, its problems join the list and make the error a `SecurityConfigurationError`.
   */
  readonly productionCheck?: ProductionCheck;
}

const defaultFiles = ['lattice.yaml', 'lattice.yml'];

function findFile(options: ConfigOptions, cwd: string, variables: EnvironmentVariables): string | null {
  const named = options.file ?? variables[configFileVariable];
  if (named !== undefined && named !== '') return path.resolve(cwd, named);
  return defaultFiles.map((name) => path.join(cwd, name)).find((file) => existsSync(file)) ?? null;
}

function flagsLayer(flags: ConfigFlags): ConfigLayer {
  const tree = createTree();
  const origins = new Map<string, ConfigOrigin>();
  for (const { path: setting, flag } of settings) {
    const value = flag === undefined ? undefined : flags[flag];
    if (flag === undefined || value === undefined) continue;
    setDeep(tree, setting, value);
    origins.set(setting, { source: 'flag', place: flagName(flag) });
  }
  return { tree, origins, problems: [] };
}

/** The YAML parser costs more to import than the rest of this package: it is loaded when there is a file. */
async function fileLayers(file: string | null, variables: EnvironmentVariables): Promise<readonly ConfigLayer[]> {
  if (file === null) return [];
  const { readConfigFile } = await import('./config-file.ts');
  return [await readConfigFile(file, variables)];
}

/** In a file, `providers` may be a list of package names: then it says which plugins to load. */
function liftProviderList({ tree, origins }: ConfigLayer): void {
  if (!Array.isArray(tree['providers'])) return;
  const origin = origins.get('providers');
  if (origin !== undefined) origins.set('plugins', origin);
  const plugins: unknown[] = Array.isArray(tree['plugins']) ? tree['plugins'] : [];
  tree['plugins'] = [...(tree['providers'] as unknown[]), ...plugins];
  delete tree['providers'];
}

/**
 * Lays one layer over the tree below it, setting by setting. Where the lower layer has something else than a map, that
 * stays: the check of the whole then reports it.
 */
function overlay(below: ConfigTree, layer: ConfigTree): void {
  for (const [key, value] of Object.entries(layer)) {
    if (!isTree(value)) below[key] = value;
    else {
      below[key] ??= createTree();
      const inner = below[key];
      if (isTree(inner)) overlay(inner, value);
    }
  }
}

interface PathSetting {
  readonly path:
    'dataDir' | 'analyzer.patternsFile' | 'catalog.overlayFile' | 'routing.guide' | 'routing.model' | 'routing.routes';
  readonly value: string | null;
  readonly kind: 'folder' | 'file';
}

/** A path of the file is relative to the file, any other to the working directory. */
function resolver(cwd: string, configFile: string | null, origins: ReadonlyMap<string, ConfigOrigin>) {
  return (setting: string, value: string) => {
    const ofFile = placeOf(setting, origins)?.source === 'file' && configFile !== null;
    return path.resolve(ofFile ? path.dirname(configFile) : cwd, value);
  };
}

function checkPaths(paths: readonly PathSetting[], origins: ReadonlyMap<string, ConfigOrigin>): ConfigProblem[] {
  return paths.flatMap(({ path: setting, value, kind }): ConfigProblem[] => {
    if (value === null) return [];
    const found = statSync(value, { throwIfNoEntry: false });
    const place = placeOf(setting, origins)?.place ?? null;
    if (kind === 'folder' && found !== undefined && !found.isDirectory()) {
      return [{ path: setting, place, message: `${value} is not a folder: name another one.` }];
    }
    if (kind === 'file' && !found?.isFile()) {
      return [{ path: setting, place, message: `there is no file ${value}: correct the path or leave it out.` }];
    }
    return [];
  });
}

function resolvePaths(parsed: ParsedConfig, resolve: (setting: string, value: string) => string): ParsedConfig {
  const file = (setting: string, value: string | null) => (value === null ? null : resolve(setting, value));
  return {
    ...parsed,
    dataDir: resolve('dataDir', parsed.dataDir),
    analyzer: { ...parsed.analyzer, patternsFile: file('analyzer.patternsFile', parsed.analyzer.patternsFile) },
    catalog: { overlayFile: file('catalog.overlayFile', parsed.catalog.overlayFile) },
    routing: {
      ...parsed.routing,
      guide: file('routing.guide', parsed.routing.guide),
      model: file('routing.model', parsed.routing.model),
      routes: file('routing.routes', parsed.routing.routes),
    },
    plugins: parsed.plugins.map((plugin) => (/^\.{0,2}\//.test(plugin) ? resolve('plugins', plugin) : plugin)),
  };
}

/**
 * Loads the configuration: defaults < file < environment (with `.env`) < flags.
 *
 * @throws LatticeError `LATTICE_CONFIG`, or `SecurityConfigurationError` when production lacks its secret; message and
 * `issues` list every problem at once.
 */
export async function loadConfig(options: ConfigOptions = {}): Promise<AppConfig> {
  const cwd = path.resolve(options.cwd ?? process.cwd());
  const environment = await mergeEnvironment(cwd, options.env ?? process.env);
  const configFile = findFile(options, cwd, environment.variables);
  const layers = [
    ...(await fileLayers(configFile, environment.variables)),
    environmentLayer(environment),
    flagsLayer(options.flags ?? {}),
  ];
  const tree = createTree();
  const origins = new Map<string, ConfigOrigin>();
  for (const layer of layers) {
    liftProviderList(layer);
    overlay(tree, layer.tree);
    for (const [setting, origin] of layer.origins) origins.set(setting, origin);
  }

  const { config: parsed, problems } = validateConfig(tree, origins);
  const resolved = parsed && resolvePaths(parsed, resolver(cwd, configFile, origins));
  const all = [
    ...layers.flatMap((layer) => layer.problems),
    ...problems,
    ...checkProduction(tree, origins),
    ...(await askProduction(tree, environment.variables, options.productionCheck)),
    ...(resolved === undefined ? [] : checkPaths(pathSettings(resolved), origins)),
  ];
  if (all.length > 0 || resolved === undefined) throw configError(all);
  return {
    ...resolved,
    simulator: resolved.environment === 'production' ? 'off' : resolved.simulator,
    configFile,
    origins: Object.fromEntries(origins),
  };
}

function pathSettings(config: ParsedConfig): readonly PathSetting[] {
  return [
    { path: 'dataDir', value: config.dataDir, kind: 'folder' },
    { path: 'analyzer.patternsFile', value: config.analyzer.patternsFile, kind: 'file' },
    { path: 'catalog.overlayFile', value: config.catalog.overlayFile, kind: 'file' },
    { path: 'routing.guide', value: config.routing.guide, kind: 'file' },
    { path: 'routing.model', value: config.routing.model, kind: 'file' },
    { path: 'routing.routes', value: config.routing.routes, kind: 'file' },
  ];
}

import { LatticeError, type ModelRef, type RouteAction, type SelectionPreset } from '@lattice-lock/contract';
import { readFile } from 'node:fs/promises';
import { CheckedYaml, type YamlFields, type YamlPath } from '../checked-yaml.ts';
import { parseStrictYaml } from '../strict-yaml.ts';
import { foldText } from './request-zones.ts';
import { localEmbedder, type RouteEmbedder, type RouteSet, type SemanticRoute } from './semantic-route.ts';

/** What names in a file of routes are checked with. */
export interface RouteFileOptions {
  /** The model a name stands for. @throws LatticeError when it stands for none, with what is near in its message */
  resolveModel(name: string): ModelRef;
  /** Whether an entry of `allow` or `deny` means any model that is known. Every entry is taken unless given. */
  isKnownPattern?(entry: string): boolean;
  /** The embedding model a name stands for. @throws LatticeError when its provider has none */
  checkEmbedder?(name: string): void;
  /** What the file is called in places and messages; its path unless given. */
  readonly shownAs?: string;
}

/** How long a request waits for a vector unless the file says otherwise, ms. */
const defaultTimeoutMs = 500;

/**
 * Reads a file of routes and checks all of it.
 *
 * @throws LatticeError `LATTICE_CONFIG` with every problem at once, each with file, line and column.
 */
export async function readRouteFile(file: string, options: RouteFileOptions): Promise<RouteSet> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'cannot be read';
    throw new LatticeError('LATTICE_CONFIG', `The routes ${file} cannot be read (${reason}): check the path.`, {
      cause,
    });
  }
  return parseRouteFile(bytes, options.shownAs ?? file, options);
}

/** As {@link readRouteFile}, from bytes that are there already. */
export function parseRouteFile(bytes: Uint8Array, file: string, options: RouteFileOptions): RouteSet {
  let yaml: CheckedYaml;
  try {
    yaml = new CheckedYaml(parseStrictYaml(bytes, file));
  } catch (cause) {
    if (!LatticeError.isInstance(cause)) throw cause;
    throw new LatticeError('LATTICE_CONFIG', cause.message, { cause, issues: cause.issues });
  }
  const set = new RouteReader(yaml, file, options).read();
  if (yaml.issues.length > 0) {
    const list = yaml.issues.map((issue) => `${file}:${issue.path} ${issue.message}`).join('\n');
    throw new LatticeError('LATTICE_CONFIG', list, { issues: yaml.issues });
  }
  return set;
}

const rootKeys = ['version', 'embedder', 'routes'];
const embedderKeys = ['model', 'timeoutMs'];
const constraintKeys = ['minQuality', 'maxCostUsd', 'allow', 'deny'] as const;
const actionKeys = ['model', 'preset', ...constraintKeys];
const routeKeys = ['name', 'description', 'examples', 'negatives', 'threshold', ...actionKeys];
const presets: readonly SelectionPreset[] = ['balanced', 'cheap', 'best', 'fast'];
const namePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;
const maxExampleChars = 600;

class RouteReader {
  readonly #yaml: CheckedYaml;
  readonly #file: string;
  readonly #options: RouteFileOptions;
  /** Where each example stands, by its folded text. */
  readonly #examples = new Map<string, string>();

  constructor(yaml: CheckedYaml, file: string, options: RouteFileOptions) {
    this.#yaml = yaml;
    this.#file = file;
    this.#options = options;
  }

  read(): RouteSet {
    const root = this.#yaml.fields(this.#yaml.value, [], rootKeys);
    if (root['version'] !== 1) this.#yaml.report(['version'], 'version must be 1');
    const routes = this.#yaml.list(root['routes'], ['routes']).map((one, index) => this.#route(one, ['routes', index]));
    if (routes.length === 0) this.#yaml.report(['routes'], 'routes must hold at least one route');
    const seen = new Set<string>();
    for (const [index, { name }] of routes.entries()) {
      if (seen.has(name)) this.#yaml.report(['routes', index, 'name'], `name "${name}" occurs twice`);
      seen.add(name);
    }
    return { file: this.#file, embedder: this.#embedder(root['embedder']), routes };
  }

  #embedder(value: unknown): RouteEmbedder {
    const isMap = typeof value === 'object' && value !== null;
    const { model = localEmbedder, timeoutMs = defaultTimeoutMs } = isMap
      ? this.#yaml.fields(value, ['embedder'], embedderKeys)
      : { model: value };
    if (typeof model !== 'string' || (model !== localEmbedder && !/^[^/\s]+\/\S+$/.test(model))) {
      this.#yaml.report(
        ['embedder'],
        `embedder must be ${localEmbedder} or provider/model, e.g. openai/text-embedding-3-small`,
      );
      return { name: localEmbedder, timeoutMs: defaultTimeoutMs };
    }
    if (typeof timeoutMs !== 'number' || !(timeoutMs >= 1 && timeoutMs <= 60_000)) {
      this.#yaml.report(['embedder', 'timeoutMs'], 'timeoutMs must be a number from 1 to 60000');
    }
    if (model !== localEmbedder) this.#try(['embedder'], () => this.#options.checkEmbedder?.(model));
    return { name: model, timeoutMs: Number(timeoutMs) };
  }

  #route(value: unknown, path: YamlPath): SemanticRoute {
    const fields = this.#yaml.fields(value, path, routeKeys);
    const name = this.#name(fields['name'], path);
    const examples = this.#texts(fields['examples'], [...path, 'examples']);
    if (examples.length === 0) this.#yaml.report(path, `route "${name}" has no examples: give some, best ten or more`);
    const action = this.#action(fields, path);
    if (!actionKeys.some((key) => key in fields))
      this.#yaml.report(path, `route "${name}" does nothing: give ${actionKeys.slice(0, -1).join(', ')} or deny`);
    return {
      name,
      description: this.#description(fields['description'], path),
      examples,
      negatives: this.#texts(fields['negatives'], [...path, 'negatives']),
      threshold: this.#share(fields['threshold'], [...path, 'threshold']) ?? null,
      action,
      place: `${this.#file}:${this.#yaml.placeOf(path)}`,
    };
  }

  #name(value: unknown, path: YamlPath): string {
    if (typeof value === 'string' && namePattern.test(value)) return value;
    this.#yaml.report([...path, 'name'], 'name must be lower-case letters, digits and -, at most 64');
    return String(value);
  }

  #description(value: unknown, path: YamlPath): string | null {
    if (value === undefined || value === null) return null;
    if (typeof value === 'string') return value;
    this.#yaml.report([...path, 'description'], 'description must be a text');
    return null;
  }

  /** Texts as a list, or as lists by language. */
  #texts(value: unknown, path: YamlPath): readonly string[] {
    if (value === undefined || value === null) return [];
    const lists: readonly (readonly [YamlPath, unknown])[] =
      typeof value === 'object' && !Array.isArray(value)
        ? Object.entries(value).map(([language, list]) => [[...path, language], list] as const)
        : [[path, value]];
    return lists.flatMap(([at, list]) =>
      this.#yaml.list(list, at).flatMap((one, index) => this.#text(one, [...at, index])),
    );
  }

  #text(value: unknown, path: YamlPath): readonly string[] {
    if (typeof value !== 'string' || value.trim() === '' || value.length > maxExampleChars) {
      this.#yaml.report(
        path,
        `must be a text of 1 to ${maxExampleChars} characters (in quotes where YAML reads something else)`,
      );
      return [];
    }
    const folded = foldText(value.trim());
    const first = this.#examples.get(folded);
    if (first !== undefined) {
      this.#yaml.report(path, `${JSON.stringify(value)} stands at ${first} already: an example says one thing once`);
      return [];
    }
    this.#examples.set(folded, this.#yaml.placeOf(path));
    return [value.trim()];
  }

  #action(fields: YamlFields, path: YamlPath): RouteAction {
    const { model, preset, minQuality, maxCostUsd, allow, deny } = fields;
    const constraints = given({
      minQuality: this.#share(minQuality, [...path, 'minQuality']),
      maxCostUsd: this.#amount(maxCostUsd, [...path, 'maxCostUsd']),
      allow: this.#patterns(allow, [...path, 'allow']),
      deny: this.#patterns(deny, [...path, 'deny']),
    });
    return given({
      model: this.#model(model, [...path, 'model']),
      preset: this.#preset(preset, [...path, 'preset']),
      constraints: Object.keys(constraints).length === 0 ? undefined : constraints,
    });
  }

  #model(value: unknown, path: YamlPath): ModelRef | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return this.#try(path, () => this.#options.resolveModel(value));
    this.#yaml.report(path, 'model must be a text such as openai/gpt-5-mini');
    return undefined;
  }

  #preset(value: unknown, path: YamlPath): SelectionPreset | undefined {
    if (value === undefined || value === null) return undefined;
    const preset = presets.find((one) => one === value);
    if (preset === undefined) this.#yaml.report(path, `preset must be one of ${presets.join(', ')}`);
    return preset;
  }

  #patterns(value: unknown, path: YamlPath): readonly string[] | undefined {
    if (value === undefined || value === null) return undefined;
    const entries = this.#yaml.list(value, path);
    for (const [index, entry] of entries.entries()) {
      if (typeof entry !== 'string' || entry === '')
        this.#yaml.report([...path, index], 'must be provider/model, provider/* or a model id');
      else if (this.#options.isKnownPattern?.(entry) === false)
        this.#yaml.report(
          [...path, index],
          `"${entry}" means no model that is known; \`lattice models --all\` lists them`,
        );
    }
    return entries.map(String);
  }

  #share(value: unknown, path: YamlPath): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && value >= 0 && value <= 1) return value;
    this.#yaml.report(path, `${String(path.at(-1))} must be a number from 0 to 1`);
    return undefined;
  }

  #amount(value: unknown, path: YamlPath): number | undefined {
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
    this.#yaml.report(path, 'maxCostUsd must be a number of 0 or more');
    return undefined;
  }

  /** What a check of another room throws becomes a problem at a place of this file. */
  #try<Found>(path: YamlPath, act: () => Found): Found | undefined {
    try {
      return act();
    } catch (error) {
      if (!LatticeError.isInstance(error)) throw error;
      this.#yaml.report(path, error.message);
      return undefined;
    }
  }
}

/** Fields without those that are `undefined`. */
function given<Fields extends object>(fields: Fields): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
}

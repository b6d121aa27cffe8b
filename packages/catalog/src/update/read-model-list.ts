import { createHash } from 'node:crypto';
import { LatticeError } from '@lattice-lock/contract';
import { parseExactJson } from './exact-json.ts';
import { readLiteLLM } from './litellm-list.ts';
import type { ListProblem, ModelList, ModelListFormat } from './listed-model.ts';
import { readModelsDev } from './models-dev-list.ts';

/** What {@link readModelList} is told of a list. */
export interface ModelListOptions {
  /** Where it came from: a URL or the name of a file. */
  readonly source: string;
  /** The day it was read, `YYYY-MM-DD`. */
  readonly readOn: string;
  /** Told by its content unless given. */
  readonly format?: ModelListFormat | 'auto';
  /** The providers to read, by this catalog's names. */
  readonly providers: Iterable<string>;
}

type Content = Readonly<Record<string, unknown>>;

function isMap(value: unknown): value is Content {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fail(source: string, problems: readonly ListProblem[]): never {
  const lines = problems.map(
    ({ path, message }, index) => `  ${index + 1}. ${path === '' ? '' : `${path}: `}${message}`,
  );
  const number = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new LatticeError(
    'LATTICE_CATALOG',
    `The model list ${source} has ${number}; nothing of it was taken:\n${lines.join('\n')}`,
    { issues: problems },
  );
}

function parse(text: string, source: string): Content {
  let content: unknown;
  try {
    content = parseExactJson(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return fail(source, [{ path: '', message: `is not JSON: ${reason}` }]);
  }
  return isMap(content) ? content : fail(source, [{ path: '', message: 'is not a map of models or providers.' }]);
}

function detect(content: Content): ModelListFormat | null {
  for (const entry of Object.values(content)) {
    if (!isMap(entry)) continue;
    if (isMap(entry['models'])) return 'models.dev';
    if ('litellm_provider' in entry) return 'litellm';
  }
  return null;
}

/**
 * Reads a public model list: models.dev's api.json or LiteLLM's model_prices_and_context_window.json. Prices keep every
 * digit they were written with.
 *
 * @throws LatticeError `LATTICE_CATALOG`; `issues` names every problem with its path in the list
 */
export function readModelList(bytes: Uint8Array, { source, readOn, format, providers }: ModelListOptions): ModelList {
  const content = parse(new TextDecoder().decode(bytes), source);
  const found = format === undefined || format === 'auto' ? detect(content) : format;
  if (found === null) {
    const message = "is neither models.dev's api.json nor LiteLLM's model_prices_and_context_window.json.";
    return fail(source, [{ path: '', message }]);
  }
  const read = found === 'models.dev' ? readModelsDev : readLiteLLM;
  const { models, notChat, otherProviders, problems } = read(content, new Set(providers));
  if (problems.length > 0) fail(source, problems);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { format: found, source, readOn, sha256, models, notChat, otherProviders };
}

import path from 'node:path';
import { LatticeError, parseModelRef, type ModelInfo } from '@lattice-lock/contract';
import type { z } from 'zod';
import { nearestNames } from './edit-distance.ts';
import { layPrices } from './lay-prices.ts';
import { overlaySchema, type Overlay } from './overlay-schema.ts';
import { pricePeriod } from './vendor-file.ts';
import { readYamlSource, type SourceProblem, type YamlSource } from './yaml-source.ts';

type Models = Map<string, ModelInfo>;

interface Provenance {
  readonly source: string;
  readonly asOf: string;
}

function pathText(keys: readonly PropertyKey[]): string {
  return keys.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? String(key) : `${text}.${String(key)}`;
  }, '');
}

function near(name: string, known: Iterable<string>): string {
  const candidates = [...known].map((candidate) => ({ name: candidate, spellings: [candidate] }));
  const names = nearestNames(name, candidates, 3);
  return names.length === 0 ? '' : `: did you mean ${names.join(' or ')}?`;
}

/** The keys that a map of the overlay may have. */
function keysAt(keys: readonly PropertyKey[]): readonly string[] {
  if (keys.length === 0) return Object.keys(overlaySchema.shape);
  const [section, , field] = keys;
  if (section !== 'add' && section !== 'override') return [];
  const models = section === 'add' ? overlaySchema.shape.add : overlaySchema.shape.override;
  return field === undefined ? Object.keys(models.unwrap().valueType.shape) : [];
}

function schemaProblems(error: z.ZodError, place: YamlSource['place']): SourceProblem[] {
  return error.issues.flatMap((issue): SourceProblem[] => {
    if (issue.code !== 'unrecognized_keys') {
      const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
      return [{ path: pathText(issue.path), place: place(issue.path), message: `${message}.` }];
    }
    return issue.keys.map((key) => {
      const hint = near(key, keysAt(issue.path));
      const at = [...issue.path, key];
      return { path: pathText(at), place: place(at), message: `is not known here${hint === '' ? '.' : hint}` };
    });
  });
}

function fail(file: string, problems: readonly SourceProblem[]): never {
  const issues = problems.map(({ path: at, place, message }) => ({ path: at, message: `${message} (${place})` }));
  const lines = issues.map(
    (issue, index) => `  ${index + 1}. ${issue.path === '' ? '' : `${issue.path}: `}${issue.message}`,
  );
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new LatticeError('LATTICE_CATALOG', `The catalog's overlay ${file} has ${count}:\n${lines.join('\n')}`, {
    issues,
  });
}

/** What contradicts the catalog: unknown models, known ones that are added, one alias for two models. */
function contradictions(overlay: Overlay, models: Models, place: YamlSource['place']): SourceProblem[] {
  const problems: SourceProblem[] = [];
  const report = (keys: readonly PropertyKey[], message: string) =>
    problems.push({ path: pathText(keys), place: place(keys), message });
  const unknown = (ref: string) => `is not in the catalog${near(ref, models.keys()) || '.'}`;

  for (const [ref, { ifAbsent }] of Object.entries(overlay.add)) {
    if (models.has(ref) && !ifAbsent) report(['add', ref], 'is in the catalog already: put it under override.');
  }
  for (const ref of Object.keys(overlay.override)) if (!models.has(ref)) report(['override', ref], unknown(ref));
  for (const [index, ref] of overlay.remove.entries()) {
    if (!models.has(ref)) report(['remove', index], unknown(ref));
    else if (ref in overlay.override) report(['remove', index], 'is also under override: decide for one.');
  }
  const claims = new Map<string, string>();
  for (const section of ['add', 'override'] as const) {
    for (const [ref, { aliases = [] }] of Object.entries(overlay[section])) {
      for (const alias of aliases) {
        const other = claims.get(alias);
        if (other !== undefined && other !== ref)
          report([section, ref, 'aliases'], `"${alias}" is also that of ${other}.`);
        claims.set(alias, ref);
      }
    }
  }
  return problems;
}

function addModel(ref: string, entry: Overlay['add'][string], file: Provenance): ModelInfo {
  const { provider, model } = parseModelRef(ref) ?? { provider: '', model: ref };
  const { prices, ifAbsent: _ifAbsent, name = model, source = file.source, asOf = file.asOf, ...facts } = entry;
  const periods = prices.map((price) => pricePeriod(price, { source, asOf }));
  return { provider, model, name, ...facts, prices: periods, source, asOf };
}

function overrideModel(below: ModelInfo, entry: Overlay['override'][string], file: Provenance): ModelInfo {
  const { prices = [], ...facts } = entry;
  const told = Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
  const above = prices.map((price) =>
    pricePeriod(price, { source: entry.source ?? file.source, asOf: entry.asOf ?? file.asOf }),
  );
  // Facts of two sources: the catalog's still stands for what the user did not touch.
  const source = entry.source ?? `${file.source}; ${below.source}`;
  return { ...below, ...told, prices: layPrices(below.prices, above), source, asOf: entry.asOf ?? below.asOf };
}

/** An alias that the overlay gives to a model is taken from any other. */
function settleAliases(models: Models, changed: ReadonlyMap<string, ModelInfo>): void {
  const owner = new Map([...changed].flatMap(([ref, model]) => model.aliases.map((alias) => [alias, ref] as const)));
  for (const [ref, model] of models) {
    const aliases = model.aliases.filter((alias) => (owner.get(alias) ?? ref) === ref);
    if (aliases.length < model.aliases.length) models.set(ref, { ...model, aliases });
  }
}

/** A file that holds an overlay: what it says, and where. */
interface ReadOverlay {
  readonly overlay: Overlay;
  readonly place: YamlSource['place'];
  /** The day the file was last changed. */
  readonly modified: string;
}

/**
 * Reads an overlay without looking at the models it speaks of.
 *
 * @throws LatticeError `LATTICE_CATALOG`; `issues` names every problem with its path, file, line and column.
 */
export async function readOverlay(file: string): Promise<ReadOverlay> {
  const { value, problems, place, modified } = await readYamlSource(file);
  if (problems.length > 0) fail(file, problems);
  const parsed = overlaySchema.safeParse(value ?? {});
  if (!parsed.success) return fail(file, schemaProblems(parsed.error, place));
  return { overlay: parsed.data, place, modified };
}

/**
 * Applies a user's overlay file to the models, in place.
 *
 * @throws LatticeError `LATTICE_CATALOG`; `issues` names every problem with its path, file, line and column.
 */
export async function applyOverlay(models: Models, file: string): Promise<void> {
  const { overlay, place, modified } = await readOverlay(file);
  const wrong = contradictions(overlay, models, place);
  if (wrong.length > 0) fail(file, wrong);

  const provenance = { source: path.basename(file), asOf: modified };
  const aliased = new Map<string, ModelInfo>();
  for (const [ref, entry] of Object.entries(overlay.add)) {
    if (models.has(ref)) continue;
    const model = addModel(ref, entry, provenance);
    models.set(ref, model);
    aliased.set(ref, model);
  }
  for (const [ref, entry] of Object.entries(overlay.override)) {
    const below = models.get(ref);
    if (below === undefined) continue;
    const model = overrideModel(below, entry, provenance);
    models.set(ref, model);
    if (entry.aliases !== undefined) aliased.set(ref, model);
  }
  for (const ref of overlay.remove) models.delete(ref);
  settleAliases(models, aliased);
}

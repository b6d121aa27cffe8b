import { formatModelRef, type ModelInfo } from '@lattice-lock/contract';
import type { ModelRegistry } from '../model-registry.ts';
import type { Overlay } from '../overlay-schema.ts';
import type { ListedFacts, ListedModel, ModelList } from './listed-model.ts';
import { isWrittenByUpdate } from './overlay-provenance.ts';
import { comparePrice, type PriceChange } from './price-change.ts';

/** A fact that a list has otherwise than the catalog. */
export interface FactChange {
  readonly ref: string;
  readonly field: keyof ListedFacts;
  readonly from: unknown;
  readonly to: unknown;
}

/** What a list says of a known model, and why it is not taken. */
export interface KeptEntry {
  readonly ref: string;
  readonly reason: string;
}

/** What a list would change in the catalog. Nothing is written yet. */
export interface CatalogUpdate {
  readonly list: ModelList;
  /** Models the catalog does not have. */
  readonly added: readonly ListedModel[];
  /** Of those, models whose price is 0: it is taken only when the model is named, and unknown till then. */
  readonly freeModels: readonly string[];
  readonly prices: readonly PriceChange[];
  readonly facts: readonly FactChange[];
  /** Current models of the providers that were read which the list does not have; they stay. */
  readonly missing: readonly string[];
  readonly kept: readonly KeptEntry[];
  readonly notes: readonly string[];
}

/** Facts that change while a model lives; names and families are words, and ours stay. */
const comparedFields = [
  'status',
  'contextTokens',
  'maxInputTokens',
  'maxOutputTokens',
  'input',
  'output',
  'tools',
  'structuredOutput',
  'reasoning',
  'temperature',
] as const satisfies readonly (keyof ListedFacts)[];

/** LiteLLM calls the bound of the input what models.dev calls the context: it says nothing of models without one. */
function isComparable(field: keyof ListedFacts, known: ModelInfo, list: ModelList): boolean {
  return list.format !== 'litellm' || field !== 'maxInputTokens' || known.maxInputTokens !== null;
}

function sameValue(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((item) => right.includes(item));
}

function factChanges(ref: string, known: ModelInfo, { facts }: ListedModel, list: ModelList): readonly FactChange[] {
  return comparedFields.flatMap((field): readonly FactChange[] => {
    const to = facts[field];
    if (to === undefined || sameValue(known[field], to) || !isComparable(field, known, list)) return [];
    return [{ ref, field, from: known[field], to }];
  });
}

function isFree(model: ListedModel): boolean {
  return model.price?.usdPerMillion.input === '0' || model.price?.usdPerMillion.output === '0';
}

interface Found {
  readonly prices: PriceChange[];
  readonly facts: FactChange[];
  readonly kept: KeptEntry[];
}

interface PlanContext {
  readonly list: ModelList;
  readonly catalog: ModelRegistry;
  readonly overlay: Overlay;
  readonly nowMs: number;
}

/** The period in force, to know when it was read. */
function periodInForce(known: ModelInfo, atMs: number) {
  return known.prices.find(
    ({ from, until }) => (from === null || Date.parse(from) <= atMs) && (until === null || atMs < Date.parse(until)),
  );
}

function compareModel(listed: ListedModel, known: ModelInfo, context: PlanContext, found: Found): void {
  const { list, catalog, overlay, nowMs } = context;
  const ref = formatModelRef(listed);
  const own = overlay.override[ref] ?? overlay.add[ref];
  const isOwn = own !== undefined && !isWrittenByUpdate(own.source);
  const facts = factChanges(ref, known, listed, list);
  if (facts.length > 0) {
    if (isOwn) found.kept.push({ ref, reason: `your own entry holds: ${facts.map(({ field }) => field).join(', ')}` });
    else if (known.asOf > list.readOn) found.kept.push({ ref, reason: `its facts were read later, on ${known.asOf}` });
    else found.facts.push(...facts);
  }
  const change = listed.price === null ? null : comparePrice(ref, catalog.priceAt(known, nowMs), listed.price);
  if (change === null) return;
  const lastOwn = own?.prices?.at(-1);
  const period = periodInForce(known, nowMs);
  const ended = known.prices.find(({ until }) => until !== null && until > list.readOn)?.until;
  if (lastOwn !== undefined && !isWrittenByUpdate(lastOwn.source ?? own?.source)) {
    found.kept.push({ ref, reason: 'your own price holds' });
  } else if (period !== undefined && period.asOf > list.readOn) {
    found.kept.push({ ref, reason: `its price was read later, on ${period.asOf}` });
  } else if (period === undefined && ended !== undefined) {
    found.kept.push({ ref, reason: `the price it tells ended on ${ended}, after the list was read` });
  } else {
    found.prices.push(change);
  }
}

/**
 * What a list would change: the models it adds, prices and facts that differ, models it lacks. What the user wrote
 * in the overlay by hand, and what was read later than the list, is kept and named.
 */
export function planUpdate(context: PlanContext): CatalogUpdate {
  const { list, catalog, overlay } = context;
  const found: Found = { prices: [], facts: [], kept: [] };
  const added: ListedModel[] = [];
  const removed = new Set(overlay.remove);
  for (const listed of list.models) {
    const ref = formatModelRef(listed);
    const known = catalog.get(listed);
    if (known !== undefined) compareModel(listed, known, context, found);
    else if (removed.has(ref)) found.kept.push({ ref, reason: 'you removed it' });
    else added.push(listed);
  }
  const listedRefs = new Set(list.models.map(formatModelRef));
  const readProviders = new Set(list.models.map(({ provider }) => provider));
  const missing = catalog
    .list()
    .filter((model) => readProviders.has(model.provider) && model.status === 'current')
    .map(formatModelRef)
    .filter((ref) => !listedRefs.has(ref));
  return {
    list,
    added,
    freeModels: added.filter(isFree).map(formatModelRef),
    ...found,
    missing,
    notes: list.models.flatMap((model) => model.notes.map((note) => `${formatModelRef(model)}: ${note}`)),
  };
}

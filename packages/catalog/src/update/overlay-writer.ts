import { Document, isMap, parseDocument } from 'yaml';
import { formatModelRef } from '@lattice-lock/contract';
import type { Overlay } from '../overlay-schema.ts';
import type { PriceEntry } from '../vendor-file.ts';
import type { CatalogUpdate } from './catalog-update.ts';
import type { ListedModel, ListedPrice } from './listed-model.ts';
import { isNamedIn, sourceText } from './overlay-provenance.ts';

/** Which changed prices may be written. */
export interface PriceAcceptance {
  /** Every changed price but those in doubt. */
  readonly all: boolean;
  /** Models (`provider/model`) whose price is accepted by name, in doubt or not. */
  readonly models: ReadonlySet<string>;
}

/** What a writing made of the overlay. */
export interface OverlayDraft {
  /** The whole file. */
  readonly text: string;
  readonly addedModels: number;
  readonly changedFacts: number;
  readonly changedPrices: number;
  /** Changed prices that were left out, because nobody accepted them. */
  readonly withheld: readonly string[];
}

const heading = ` Models and prices over those of @lattice-lock/catalog; "lattice catalog update" writes here too, and leaves
 what you write by hand as it is. catalog.overlayFile (LATTICE_CATALOG_FILE) names this file.`;

/** Whether a changed price may be written. */
function isAccepted(ref: string, doubt: string | null, acceptance: PriceAcceptance): boolean {
  return acceptance.models.has(ref) || (acceptance.all && doubt === null);
}

function priceEntry(price: ListedPrice, update: CatalogUpdate, from: string | null): PriceEntry {
  const { list } = update;
  return {
    ...(from === null ? {} : { from }),
    usdPerMillion: price.usdPerMillion,
    ...(price.tiers.length === 0 ? {} : { tiers: price.tiers }),
    source: sourceText(list),
    asOf: list.readOn,
  };
}

/** Periods up to a day, then a new one; what would begin later is replaced by it. */
function withNewPeriod(before: readonly PriceEntry[], next: PriceEntry, from: string): readonly PriceEntry[] {
  const start = Date.parse(from);
  const kept = before
    .filter((period) => period.from === undefined || period.from === null || Date.parse(period.from) < start)
    .map((period) => {
      const isOpen = period.until === undefined || period.until === null || Date.parse(period.until) > start;
      return isOpen ? { ...period, until: from } : period;
    });
  return [...kept, next];
}

function addedEntry(model: ListedModel, update: CatalogUpdate, acceptance: PriceAcceptance): object {
  const { list, freeModels } = update;
  const ref = formatModelRef(model);
  const isPriced = model.price !== null && (!freeModels.includes(ref) || acceptance.models.has(ref));
  const { facts } = model;
  return {
    ifAbsent: true,
    ...facts,
    // LiteLLM bounds the input only: at least so much fits.
    ...(facts.contextTokens === undefined && facts.maxInputTokens !== undefined
      ? { contextTokens: facts.maxInputTokens }
      : {}),
    ...(isPriced && model.price !== null ? { prices: [priceEntry(model.price, update, null)] } : {}),
    source: sourceText(list),
    asOf: list.readOn,
  };
}

function openDocument(text: string): Document {
  const parsed = parseDocument(text);
  if (isMap(parsed.contents)) return parsed;
  const document = new Document({});
  document.commentBefore = parsed.commentBefore ?? parsed.comment ?? heading;
  return document;
}

function setEntry(document: Document, keys: readonly string[], value: unknown): void {
  document.setIn(keys, document.createNode(value, { aliasDuplicateObjects: false }));
}

/** The overlay before a writing. */
export interface DraftBase {
  readonly text: string;
  readonly overlay: Overlay;
  readonly isJson: boolean;
  /** Models that the overlay adds if they are absent, and that the catalog has by now. */
  readonly superseded: ReadonlySet<string>;
}

/** The section of a model that the overlay has already, else the one it would go to. */
function sectionOf(ref: string, { overlay, superseded }: DraftBase): 'add' | 'override' {
  return ref in overlay.add && !superseded.has(ref) ? 'add' : 'override';
}

/** The providers of which a list has more models than it lacks: their others can count as looked at, too. */
function coveredProviders({ list, missing }: CatalogUpdate): readonly string[] {
  const providers = [...new Set(list.models.map(({ provider }) => provider))].toSorted();
  return providers.filter((provider) => {
    const listed = list.models.filter((model) => model.provider === provider).length;
    return listed > missing.filter((ref) => ref.startsWith(`${provider}/`)).length;
  });
}

/** A list that was read says of the models of its providers that they were looked at, also where nothing changed. */
function writeSources(document: Document, update: CatalogUpdate, overlay: Overlay): void {
  const { source, format, sha256, readOn } = update.list;
  const providers = coveredProviders(update);
  const text = document.toString();
  const isNeeded = (one: Overlay['sources'][number]) =>
    one.sha256 !== sha256 &&
    (isNamedIn(text, one.sha256) || one.providers.some((provider) => !providers.includes(provider)));
  setEntry(document, ['sources'], [...overlay.sources.filter(isNeeded), { source, format, sha256, readOn, providers }]);
}

/**
 * The overlay with an update in it. Comments and entries of the user's stay where they are. A changed price holds from
 * the day the list was read; before it, what was known holds.
 */
export function draftOverlay(before: DraftBase, update: CatalogUpdate, acceptance: PriceAcceptance): OverlayDraft {
  const { overlay } = before;
  const document = openDocument(before.text);
  for (const ref of before.superseded) document.deleteIn(['add', ref]);
  const from = update.list.readOn;
  const source = sourceText(update.list);
  for (const model of update.added) {
    setEntry(document, ['add', formatModelRef(model)], addedEntry(model, update, acceptance));
  }
  const accepted = update.prices.filter(({ ref, doubt }) => isAccepted(ref, doubt, acceptance));
  for (const { ref, price } of accepted) {
    const section = sectionOf(ref, before);
    const known = overlay[section][ref]?.prices ?? [];
    const next = priceEntry(price, update, from);
    setEntry(document, [section, ref, 'prices'], withNewPeriod(known as readonly PriceEntry[], next, from));
  }
  for (const { ref, field, to } of update.facts) {
    const section = sectionOf(ref, before);
    setEntry(document, [section, ref, field], to);
    setEntry(document, [section, ref, 'source'], source);
    setEntry(document, [section, ref, 'asOf'], from);
  }
  writeSources(document, update, overlay);
  const text = before.isJson ? `${JSON.stringify(document.toJS(), null, 2)}\n` : document.toString({ lineWidth: 120 });
  return {
    text,
    addedModels: update.added.length,
    changedFacts: update.facts.length,
    changedPrices: accepted.length,
    withheld: [
      ...update.prices.filter(({ ref, doubt }) => !isAccepted(ref, doubt, acceptance)).map(({ ref }) => ref),
      ...update.freeModels.filter((ref) => !acceptance.models.has(ref)),
    ],
  };
}

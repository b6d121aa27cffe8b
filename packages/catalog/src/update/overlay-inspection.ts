import { formatModelRef, type ModelInfo } from '@lattice-lock/contract';
import { loadCatalog } from '../load-catalog.ts';
import type { ModelRegistry } from '../model-registry.ts';
import { readOverlayFile } from './overlay-file.ts';
import { usdPerMillionText } from './price-change.ts';

/** An entry of the catalog that an overlay lays something over. */
export interface ShadowedEntry {
  readonly ref: string;
  /** Facts that differ. */
  readonly fields: readonly string[];
  /** The price in force without and with the overlay, as `input/output` in US dollars per million tokens. */
  readonly price: { readonly from: string | null; readonly to: string | null } | null;
}

/** What an overlay does to the catalog. */
export interface OverlayInspection {
  readonly file: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly shadowed: readonly ShadowedEntry[];
  /** Entries that change nothing any more: the catalog says the same by now. */
  readonly idle: readonly string[];
  /** Lists that were read into it, and of which providers; `readOn` is `YYYY-MM-DD`. */
  readonly sources: readonly {
    readonly source: string;
    readonly format: string;
    readonly sha256: string;
    readonly readOn: string;
    readonly providers: readonly string[];
  }[];
}

function priceText(catalog: ModelRegistry, model: ModelInfo, atMs: number): string | null {
  const price = catalog.priceAt(model, atMs);
  return price === null ? null : `${usdPerMillionText(price.inputPicoUsd)}/${usdPerMillionText(price.outputPicoUsd)}`;
}

const notFacts = new Set(['prices', 'source', 'asOf']);

function differing(below: ModelInfo, above: ModelInfo): readonly string[] {
  const text = (value: unknown) => JSON.stringify(value);
  return Object.entries(above)
    .filter(([field, value]) => !notFacts.has(field) && text(value) !== text(below[field as keyof ModelInfo]))
    .map(([field]) => field);
}

/**
 * Compares the catalog with and without an overlay.
 *
 * @throws LatticeError `LATTICE_CATALOG`; `issues` names every problem, models the catalog does not have among them
 */
export async function inspectOverlay(file: string, nowMs: number): Promise<OverlayInspection> {
  const { overlay } = await readOverlayFile(file);
  const [shipped, catalog] = await Promise.all([loadCatalog(), loadCatalog({ overlayFile: file })]);
  const shadowed: ShadowedEntry[] = [];
  const idle: string[] = [];
  for (const below of shipped.list()) {
    const ref = formatModelRef(below);
    if (!(ref in overlay.override) && !(ref in overlay.add)) continue;
    const above = catalog.get(below);
    if (above === undefined) continue;
    const fields = differing(below, above);
    const [from, to] = [priceText(shipped, below, nowMs), priceText(catalog, above, nowMs)];
    const price = from === to ? null : { from, to };
    const arePricesAlike = JSON.stringify(below.prices, plain) === JSON.stringify(above.prices, plain);
    if (fields.length === 0 && arePricesAlike) idle.push(ref);
    else shadowed.push({ ref, fields, price });
  }
  const added = Object.keys(overlay.add).filter((ref) => !idle.includes(ref));
  return { file, added, removed: overlay.remove, shadowed, idle, sources: overlay.sources };
}

function plain(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

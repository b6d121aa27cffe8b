import type { OverlayInspection } from './update/overlay-inspection.ts';
import type { PreparedUpdate, UpdateOptions } from './update/prepare-update.ts';

/**
 * Reads a public model list (models.dev's api.json, LiteLLM's price list) and says what it would change in the catalog;
 * `write` of what comes back puts it into an overlay file. Loaded on first use: answering requests needs none of it.
 *
 * @throws LatticeError `LATTICE_CATALOG`; `issues` names every problem of the list or the overlay with its path
 */
export async function prepareCatalogUpdate(options: UpdateOptions): Promise<PreparedUpdate> {
  const { prepareUpdate } = await import('./update/prepare-update.ts');
  return prepareUpdate(options);
}

/**
 * What an overlay file does to the catalog: what it adds, removes, shadows, and what it says in vain.
 *
 * @param nowMs Prices in force at this instant are compared, ms since the epoch.
 * @throws LatticeError `LATTICE_CATALOG`; `issues` names every problem, models the catalog does not have among them
 */
export async function inspectCatalogOverlay(file: string, nowMs: number): Promise<OverlayInspection> {
  const { inspectOverlay } = await import('./update/overlay-inspection.ts');
  return inspectOverlay(file, nowMs);
}

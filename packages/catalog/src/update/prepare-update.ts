import { formatModelRef } from '@lattice-lock/contract';
import { loadCatalog } from '../load-catalog.ts';
import { planUpdate, type CatalogUpdate } from './catalog-update.ts';
import { readOverlayFile, replaceOverlayFile } from './overlay-file.ts';
import { draftOverlay, type OverlayDraft, type PriceAcceptance } from './overlay-writer.ts';
import { readModelList, type ModelListOptions } from './read-model-list.ts';

/** What an update is prepared from. */
export interface UpdateOptions extends Omit<ModelListOptions, 'providers'> {
  /** The list as it came. */
  readonly bytes: Uint8Array;
  /** The overlay that would be written; it may not be there yet. */
  readonly overlayFile: string;
  /** Prices in force at this instant are compared, ms since the epoch. */
  readonly nowMs: number;
  /** The providers to read; those of the catalog and the overlay unless given. */
  readonly providers?: readonly string[];
}

/** An update that was shown and not yet written. */
export interface PreparedUpdate {
  readonly update: CatalogUpdate;
  /** What would be written with this acceptance. */
  draft(acceptance: PriceAcceptance): OverlayDraft;
  /**
   * Writes it: the whole file in one step, after it was read back.
   *
   * @throws LatticeError `LATTICE_CATALOG`; then nothing was changed
   */
  write(acceptance: PriceAcceptance): Promise<OverlayDraft>;
}

/**
 * Reads a public model list and compares it with the catalog and an overlay. Nothing is written.
 *
 * @throws LatticeError `LATTICE_CATALOG`; `issues` names every problem of the list or the overlay
 */
export async function prepareUpdate(options: UpdateOptions): Promise<PreparedUpdate> {
  const { bytes, overlayFile, nowMs, providers, ...listOptions } = options;
  const [shipped, before] = await Promise.all([loadCatalog(), readOverlayFile(overlayFile)]);
  const catalog = before.text === null ? shipped : await loadCatalog({ overlayFile });
  const wanted = providers ?? catalog.list().map(({ provider }) => provider);
  const list = readModelList(bytes, { ...listOptions, providers: wanted });
  const update = planUpdate({ list, catalog, overlay: before.overlay, nowMs });
  const shippedRefs = new Set(shipped.list().map(formatModelRef));
  const base = {
    text: before.text ?? '',
    overlay: before.overlay,
    isJson: overlayFile.endsWith('.json'),
    superseded: new Set(Object.keys(before.overlay.add).filter((ref) => shippedRefs.has(ref))),
  };
  const draft = (acceptance: PriceAcceptance) => draftOverlay(base, update, acceptance);
  return {
    update,
    draft,
    write: async (acceptance) => {
      const made = draft(acceptance);
      await replaceOverlayFile(before, made.text, (file) => loadCatalog({ overlayFile: file }));
      return made;
    },
  };
}

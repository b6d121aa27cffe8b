import type { OverlayInspection } from '@lattice-lock/catalog';
import type { ModelInfo } from '@lattice-lock/contract';
import { catalogAge, staleAfterDays } from '../catalog/catalog-age.ts';
import type { Finding } from './finding.ts';

const remedy =
  'See "lattice catalog update", update @lattice-lock/catalog, or give prices of your own in a file named by catalog.overlayFile (LATTICE_CATALOG_FILE).';

/** How old the facts and prices of the models are; `overlay` tells of lists that were read since. */
export function checkCatalog(models: readonly ModelInfo[], overlay: OverlayInspection | null, nowMs: number): Finding {
  const check = 'catalog';
  const found = catalogAge(models, overlay?.sources ?? [], nowMs);
  if (found === null) return { check, state: 'problem', message: 'The catalog holds no model.', remedy };
  const { asOf, ageDays } = found;
  const isStale = ageDays > staleAfterDays;
  const age = ageDays === 1 ? '1 day' : `${ageDays} days`;
  const message = `${models.length} models, facts and prices as of ${asOf} (${age} old)`;
  return {
    check,
    state: isStale ? 'warning' : 'ok',
    message: isStale ? `${message}: prices may have changed since` : message,
    remedy: isStale ? remedy : null,
    details: { models: models.length, asOf, ageDays },
  };
}

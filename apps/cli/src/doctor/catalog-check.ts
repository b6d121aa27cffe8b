import type { ModelInfo } from '@lattice-lock/contract';
import type { Finding } from './finding.ts';

const dayMs = 86_400_000;

/** Vendors change prices a few times a year: what is older than this is worth a second look. */
const staleAfterDays = 60;

const remedy =
  'Update @lattice-lock/catalog, or give prices of your own in a file named by catalog.overlayFile (LATTICE_CATALOG_FILE).';

/** The day most facts were read: a few models of the user's own must not make the rest look fresh. */
function usualDay(models: readonly ModelInfo[]): string | null {
  const counts = new Map<string, number>();
  for (const { asOf } of models) counts.set(asOf, (counts.get(asOf) ?? 0) + 1);
  const [usual] = [...counts].sort(([, left], [, right]) => right - left);
  return usual?.[0] ?? null;
}

/** How old the facts and prices of the models are. */
export function checkCatalog(models: readonly ModelInfo[], nowMs: number): Finding {
  const check = 'catalog';
  const asOf = usualDay(models);
  if (asOf === null) return { check, state: 'problem', message: 'The catalog holds no model.', remedy };
  const ageDays = Math.max(0, Math.floor((nowMs - Date.parse(asOf)) / dayMs));
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

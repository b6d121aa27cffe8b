import type { OverlayInspection } from '@lattice-lock/catalog';
import type { ModelInfo } from '@lattice-lock/contract';

const dayMs = 86_400_000;

/** Vendors change prices a few times a year: what is older than this is worth a second look. */
export const staleAfterDays = 60;

/** When models were last looked at, and how long ago. */
export interface CatalogAge {
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly ageDays: number;
  readonly models: number;
}

type Sources = OverlayInspection['sources'];

/** The day a model was last looked at: that of its facts, or of a list of its provider that was read later. */
function lookedAt(model: ModelInfo, sources: Sources): string {
  const days = sources.filter(({ providers }) => providers.includes(model.provider)).map(({ readOn }) => readOn);
  return [model.asOf, ...days].reduce((latest, day) => (day > latest ? day : latest));
}

/** The day most models were last looked at: a few fresh ones must not make the rest look fresh. `null`: no model. */
export function catalogAge(models: readonly ModelInfo[], sources: Sources, nowMs: number): CatalogAge | null {
  const counts = new Map<string, number>();
  for (const model of models) {
    const day = lookedAt(model, sources);
    counts.set(day, (counts.get(day) ?? 0) + 1);
  }
  const [usual] = [...counts].sort(([, left], [, right]) => right - left);
  if (usual === undefined) return null;
  const [asOf] = usual;
  return { asOf, ageDays: Math.max(0, Math.floor((nowMs - Date.parse(asOf)) / dayMs)), models: models.length };
}

/** The same of each provider, the oldest first. */
export function providerAges(
  models: readonly ModelInfo[],
  sources: Sources,
  nowMs: number,
): readonly (CatalogAge & { readonly provider: string })[] {
  const ids = [...new Set(models.map(({ provider }) => provider))];
  return ids
    .flatMap((provider) => {
      const age = catalogAge(
        models.filter((model) => model.provider === provider),
        sources,
        nowMs,
      );
      return age === null ? [] : [{ provider, ...age }];
    })
    .sort((left, right) => right.ageDays - left.ageDays);
}

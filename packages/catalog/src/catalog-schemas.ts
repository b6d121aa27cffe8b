import type { overlaySchema } from './overlay-schema.ts';
import type { vendorFileSchema } from './vendor-file-schema.ts';

/** The schemas (zod) of the files this package reads. */
export interface CatalogSchemas {
  /** A file of `data/`: one provider's models. */
  readonly vendorFile: typeof vendorFileSchema;
  /** A user's overlay. */
  readonly overlay: typeof overlaySchema;
}

/** Loads the schemas. Apart from the catalog, because reading the shipped data needs no validation at run time. */
export async function loadCatalogSchemas(): Promise<CatalogSchemas> {
  const [{ overlaySchema }, { vendorFileSchema }] = await Promise.all([
    import('./overlay-schema.ts'),
    import('./vendor-file-schema.ts'),
  ]);
  return { vendorFile: vendorFileSchema, overlay: overlaySchema };
}

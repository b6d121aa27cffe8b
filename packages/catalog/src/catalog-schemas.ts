import type { vendorFileSchema } from './vendor-file-schema.ts';

/** The schemas (zod) of the files this package reads. */
export interface CatalogSchemas {
  /** A file of `data/`: one provider's models. */
  readonly vendorFile: typeof vendorFileSchema;
}

/** Loads the schemas. Apart from the catalog, because reading the shipped data needs no validation at run time. */
export async function loadCatalogSchemas(): Promise<CatalogSchemas> {
  const { vendorFileSchema } = await import('./vendor-file-schema.ts');
  return { vendorFile: vendorFileSchema };
}

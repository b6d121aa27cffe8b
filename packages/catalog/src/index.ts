// The catalog: model facts and prices in memory.
export { loadCatalog, type CatalogOptions } from './load-catalog.ts';
export { ModelRegistry } from './model-registry.ts';

// Prices by model and instant.
export { PriceBook } from './price-book.ts';

// The form of the data files.
export { loadCatalogSchemas, type CatalogSchemas } from './catalog-schemas.ts';

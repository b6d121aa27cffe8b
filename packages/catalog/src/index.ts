// The catalog: model facts and prices in memory.
export { loadCatalog, type CatalogOptions } from './load-catalog.ts';
export { ModelRegistry } from './model-registry.ts';

// Prices by model and instant.
export { PriceBook } from './price-book.ts';

// The form of the data files.
export { loadCatalogSchemas, type CatalogSchemas } from './catalog-schemas.ts';

// Upkeep: public model lists into an overlay, and what an overlay does.
export { inspectCatalogOverlay, prepareCatalogUpdate } from './catalog-upkeep.ts';
export type { CatalogUpdate, FactChange, KeptEntry } from './update/catalog-update.ts';
export type { ListedFacts, ListedModel, ListedPrice, ModelList, ModelListFormat } from './update/listed-model.ts';
export type { OverlayInspection, ShadowedEntry } from './update/overlay-inspection.ts';
export type { OverlayDraft, PriceAcceptance } from './update/overlay-writer.ts';
export type { PreparedUpdate, UpdateOptions } from './update/prepare-update.ts';
export type { PriceChange, PricePartChange } from './update/price-change.ts';

// The catalog: model facts and prices in memory.
export { loadCatalog, type CatalogOptions } from './load-catalog.ts';
export { ModelRegistry } from './model-registry.ts';

// Prices by model and instant.
export { PriceBook } from './price-book.ts';

// A team's guide to its models, in Markdown or YAML.
export { ModelGuideParser, type GuideFormat } from './guide/model-guide-parser.ts';
export type { GuideCatalog, GuideNameOptions } from './guide/guide-names.ts';
export type { GuideCeiling, GuideChain, GuideModels, GuidePicks, GuideStep, ModelGuide } from './guide/model-guide.ts';

// Where models are served from and what is kept of a request.
export { DataPolicies, loadDataPolicies, type DataPolicy, type StatedDataPolicy } from './data-policy.ts';

// Lists of models with globs.
export { modelSpellings, ModelPatternSet } from './guide/model-pattern.ts';

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

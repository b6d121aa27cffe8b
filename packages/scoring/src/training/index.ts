// Learning predicted quality from outcomes.
export { trainQualityModel, type QualityTrainingOptions, type TrainedQuality } from './train-quality-model.ts';
export type { QualityTrainingRow } from './training-row.ts';
export type { DatasetReport, QualityReport } from './quality-report.ts';
export type { QualityModelData } from '../quality/quality-data.ts';

import { taskKinds } from '@lattice-lock/contract';
import { leaningColumns } from './leanings.ts';
import { damaged, unpackBytes, unpackFloats } from './packed-numbers.ts';

/** The `quality` part of a router artefact: plain JSON, arrays packed as base64. Read it with `new QualityModel()`. */
export interface QualityModelData {
  readonly version: 3;
  /** What it was learnt from and how well it did when cross-validated, in words and figures. */
  readonly provenance: Readonly<Record<string, string | number>>;
  /** Names of the dense text features that it was trained with. */
  readonly denseNames: readonly string[];
  /** A power of two. */
  readonly buckets: number;
  readonly rank: number;
  /** Int8, `buckets` rows of `rank`. */
  readonly codes: string;
  /** Float32, `rank`. */
  readonly codeScale: string;
  /** Int8, `buckets` rows of two columns for each group: level and spread. */
  readonly leaningCodes: string;
  /** Data sets. */
  readonly groups: readonly string[];
  /** Kinds of prompts within the data sets; the last stands for everything else and has no group. */
  readonly domains: readonly { readonly name: string; readonly group: number }[];
  /** Keys as of `modelKey`. */
  readonly models: readonly string[];
  /** Float32 matrices, row by row. */
  readonly matrices: Readonly<Record<MatrixName, string>>;
  /** How much evidence about a model near a prompt counts as much as what transfers. */
  readonly patience: number;
}

/** Names of the packed matrices. */
export const matrixNames = [
  'domainHeads',
  'domainBias',
  'cells',
  'counts',
  'ability',
  'ease',
  'slope',
  'strain',
  'kinds',
  'standing',
  'leaningScale',
  'leaningDense',
  'leaningBias',
] as const;

/** One of {@link matrixNames}. */
export type MatrixName = (typeof matrixNames)[number];

/** The matrices of {@link QualityModelData}, unpacked. */
export type QualityMatrices = Readonly<Record<MatrixName, Float32Array>>;

/** How many numbers each matrix holds. */
function matrixSizes(shape: {
  readonly rank: number;
  readonly dense: number;
  readonly domains: number;
  readonly groups: number;
  readonly models: number;
}): Readonly<Record<MatrixName, number>> {
  const { rank, dense, domains, groups, models } = shape;
  return {
    domainHeads: domains * (rank + dense),
    domainBias: domains,
    // Log-odds of a good answer by model and domain, shrunk; and how many outcomes each rests on.
    cells: models * domains,
    counts: models * domains,
    ability: models,
    ease: domains,
    // What a unit of ability adds to the chance of a good answer; the mean strain of its prompts.
    slope: domains,
    strain: domains,
    // The mean shares of the task kinds of its prompts, domains by kinds.
    kinds: domains * taskKinds.length,
    // By model and group: how far the model's mean score is above that of all models of the group; 0 where it was not seen.
    standing: models * groups,
    leaningScale: groups * leaningColumns,
    leaningDense: groups * leaningColumns * dense,
    leaningBias: groups * leaningColumns,
  };
}

/** @throws LatticeError `LATTICE_CONFIG` naming the field that is wrong. */
export function readQualityData(value: unknown): {
  data: QualityModelData;
  matrices: QualityMatrices;
  codes: Int8Array;
  codeScale: Float32Array;
  leaningCodes: Int8Array;
} {
  const fields = record(value, 'quality');
  if (fields['version'] !== 3) throw damaged('quality.version', 'must be 3');
  record(fields['provenance'], 'quality.provenance');
  const dense = names(fields['denseNames'], 'quality.denseNames').length;
  const groups = names(fields['groups'], 'quality.groups').length;
  const models = names(fields['models'], 'quality.models').length;
  const domains = list(fields['domains'], 'quality.domains').length;
  if (domains < 1) throw damaged('quality.domains', 'must not be empty');
  const buckets = whole(fields['buckets'], 'quality.buckets');
  if ((buckets & (buckets - 1)) !== 0) throw damaged('quality.buckets', 'must be a power of two');
  const rank = whole(fields['rank'], 'quality.rank');
  if (!(Number(fields['patience']) > 0)) throw damaged('quality.patience', 'must be a number above 0');
  for (const [at, domain] of list(fields['domains'], 'quality.domains').entries()) {
    const { name, group } = record(domain, `quality.domains[${at}]`);
    const known = typeof group === 'number' && Number.isInteger(group) && group >= -1 && group < groups;
    if (typeof name !== 'string' || !known) throw damaged(`quality.domains[${at}]`, 'must have a name and a group');
  }
  const packed = record(fields['matrices'], 'quality.matrices');
  const sizes = matrixSizes({ rank, dense, domains, groups, models });
  const matrices = Object.fromEntries(
    matrixNames.map((name) => [name, unpackFloats(packed[name], sizes[name], `quality.matrices.${name}`)]),
  ) as Record<MatrixName, Float32Array>;
  return {
    data: value as QualityModelData,
    matrices,
    codes: unpackBytes(fields['codes'], buckets * rank, 'quality.codes'),
    codeScale: unpackFloats(fields['codeScale'], rank, 'quality.codeScale'),
    leaningCodes: unpackBytes(fields['leaningCodes'], buckets * groups * leaningColumns, 'quality.leaningCodes'),
  };
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw damaged(path, 'must be an object');
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw damaged(path, 'must be a list');
  return value;
}

function names(value: unknown, path: string): readonly string[] {
  const found = list(value, path);
  if (!found.every((one) => typeof one === 'string')) throw damaged(path, 'must be a list of names');
  return found;
}

function whole(value: unknown, path: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1)
    throw damaged(path, 'must be a whole number above 0');
  return value;
}

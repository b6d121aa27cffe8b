import { LatticeError } from '@lattice-lock/contract';
import { bytesFromBase64, type HashedClassifierData } from './hashed-classifier.ts';
import { denseFeatureNames } from './text-features.ts';

/** What the vote of learned words on the kind is allowed: it grows with how much of the wording was seen before. */
export interface KindVoteData extends HashedClassifierData {
  /** Bits of a set of the pairs of words that were seen in training, by hash; base64. */
  readonly familiarPairs: string;
}

/** Learned weights of the analysis: the `task` part of a router artefact. Plain JSON; check it with {@link readTaskModel}. */
export interface TaskModel {
  readonly version: 1;
  /** What it was learnt from, in words, by name: sources, rows, figures. */
  readonly provenance: Readonly<Record<string, string | number>>;
  /** Absent when no row had a label. */
  readonly kinds?: KindVoteData;
  /** Divides the log-odds of the kinds before they become shares; fitted on sources that were left out. */
  readonly kindTemperature: number;
  /** Absent when no row had a category. */
  readonly domains?: HashedClassifierData;
  /** As `kindTemperature`, fitted on data sets that were left out. */
  readonly domainTemperature: number;
  /** Absent when no row had outcomes. Additions to the difficulty, by dense feature and by domain. */
  readonly difficulty?: {
    readonly dense: readonly number[];
    readonly domains: Readonly<Record<string, number>>;
  };
}

/**
 * Checks that a value is a task model.
 *
 * @throws LatticeError `LATTICE_CONFIG` naming the field that is wrong.
 */
export function readTaskModel(value: unknown): TaskModel {
  const model = record(value, 'task');
  if (model['version'] !== 1) fault('task.version', 'must be 1');
  record(model['provenance'], 'task.provenance');
  temperature(model['kindTemperature'], 'task.kindTemperature');
  temperature(model['domainTemperature'], 'task.domainTemperature');
  if (model['kinds'] !== undefined) {
    const kinds = classifier(model['kinds'], 'task.kinds');
    const bits = bytes(kinds['familiarPairs'], 'task.kinds.familiarPairs');
    if (bits === 0 || (bits & (bits - 1)) !== 0) fault('task.kinds.familiarPairs', 'must hold a power of two of bytes');
  }
  if (model['domains'] !== undefined) classifier(model['domains'], 'task.domains');
  if (model['difficulty'] !== undefined) {
    const difficulty = record(model['difficulty'], 'task.difficulty');
    numbers(difficulty['dense'], denseFeatureNames.length, 'task.difficulty.dense');
    const domains = record(difficulty['domains'], 'task.difficulty.domains');
    numbers(Object.values(domains), Object.keys(domains).length, 'task.difficulty.domains');
  }
  return value as TaskModel;
}

type Fields = Readonly<Record<string, unknown>>;

function fault(path: string, message: string): never {
  throw new LatticeError('LATTICE_CONFIG', `The router model is damaged: ${path} ${message}. Train it again.`);
}

function record(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fault(path, 'must be an object');
  return value as Fields;
}

function temperature(value: unknown, path: string): void {
  if (typeof value !== 'number' || !(value > 0 && value < 100)) fault(path, 'must be a number above 0 and below 100');
}

function numbers(value: unknown, count: number, path: string): void {
  const right = Array.isArray(value) && value.length === count && value.every((one) => Number.isFinite(one));
  if (!right) fault(path, `must be ${count} numbers`);
}

function bytes(value: unknown, path: string): number {
  if (typeof value !== 'string') fault(path, 'must be base64');
  return bytesFromBase64(value as string).byteLength;
}

function classifier(value: unknown, path: string): Fields {
  const data = record(value, path);
  const { classes } = data;
  if (!Array.isArray(classes) || classes.length === 0 || !classes.every((name) => typeof name === 'string')) {
    fault(`${path}.classes`, 'must be a list of names');
  }
  const width = (classes as readonly string[]).length;
  numbers(data['bias'], width, `${path}.bias`);
  numbers([data['scale']], 1, `${path}.scale`);
  const rows = bytes(data['keys'], `${path}.keys`) / 4;
  if (!Number.isInteger(rows)) fault(`${path}.keys`, 'must hold 32-bit integers');
  if (bytes(data['weights'], `${path}.weights`) !== rows * width) fault(`${path}.weights`, 'does not fit the keys');
  if (bytes(data['rarities'], `${path}.rarities`) !== rows) fault(`${path}.rarities`, 'does not fit the keys');
  return data;
}

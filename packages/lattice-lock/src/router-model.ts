import { readFile, stat } from 'node:fs/promises';
import { readTaskModel, type TaskModel } from '@lattice-lock/analysis';
import { LatticeError } from '@lattice-lock/contract';
import { QualityModel, type QualityModelData } from '@lattice-lock/scoring';

/** What `lattice train` writes: all that was learnt, in one file. */
export interface RouterArtifact {
  readonly format: 'lattice-router';
  readonly version: 1;
  /** ISO 8601. */
  readonly createdAt: string;
  /** What it was learnt from. */
  readonly provenance: Readonly<Record<string, unknown>>;
  readonly task?: TaskModel;
  readonly quality?: QualityModelData;
}

/** An artefact, ready for use. */
export interface RouterModel {
  /** For the analyser: what kind of task a prompt is. */
  readonly task?: TaskModel;
  /** For the scorer: how good models are on a prompt. */
  readonly quality?: QualityModel;
}

/** What `lattice train` writes stays below this, bytes; a larger file is something else, and reading it would take long. */
const largestFile = 5_000_000;

/**
 * Reads and checks an artefact of `lattice train`: some milliseconds.
 *
 * @param file Absolute, or relative to the working directory.
 * @param name How the file is called in errors; `file` unless given.
 * @throws LatticeError `LATTICE_CONFIG` naming the file, and the field that is damaged
 */
export async function loadRouterModel(file: string, name = file): Promise<RouterModel> {
  const fields = await readFields(file, name);
  if (fields['format'] !== 'lattice-router') {
    throw routerError(name, 'format', `is no router model: "lattice train --out ${name}" makes one.`);
  }
  if (fields['version'] !== 1) {
    throw routerError(
      name,
      'version',
      `is of version ${String(fields['version'])}; this lattice reads version 1. Train it again.`,
    );
  }
  const { task, quality } = fields;
  return {
    ...(task === undefined ? {} : { task: checked(name, 'task', () => readTaskModel(task)) }),
    ...(quality === undefined ? {} : { quality: checked(name, 'quality', () => new QualityModel(quality)) }),
  };
}

async function readFields(file: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  let value: unknown;
  try {
    const { size } = await stat(file);
    if (size > largestFile) throw routerError(name, '', `has ${size} bytes: no router model is larger than 5 MB.`);
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (LatticeError.isInstance(error)) throw error;
    throw new LatticeError(
      'LATTICE_CONFIG',
      `The router model ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error, issues: [{ path: name, message: 'cannot be read' }] },
    );
  }
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** What a part says of a damaged field, with the file's name before it. */
function checked<Part>(name: string, part: string, read: () => Part): Part {
  try {
    return read();
  } catch (error) {
    if (!LatticeError.isInstance(error)) throw error;
    const issues = error.issues.length > 0 ? error.issues : [{ path: part, message: error.message }];
    throw new LatticeError('LATTICE_CONFIG', `The router model ${name}: ${error.message}`, { cause: error, issues });
  }
}

function routerError(name: string, field: string, what: string): LatticeError {
  return new LatticeError('LATTICE_CONFIG', `${name} ${what}`, {
    issues: [{ path: field === '' ? name : field, message: what }],
  });
}

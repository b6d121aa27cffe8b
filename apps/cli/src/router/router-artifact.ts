import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { readTaskModel, type TaskModel } from '@lattice-lock/analysis';
import { LatticeError } from '@lattice-lock/contract';
import { QualityModel, type QualityModelData } from '@lattice-lock/scoring';
import { UsageError } from '../usage-error.ts';

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
export interface LoadedRouter {
  readonly task?: TaskModel;
  readonly quality?: QualityModel;
}

/**
 * Reads and checks an artefact.
 *
 * @throws UsageError when the file cannot be read or is none; LatticeError `LATTICE_CONFIG` naming a damaged field
 */
export async function readRouter(file: string, cwd: string): Promise<LoadedRouter> {
  const value = await readJson(path.resolve(cwd, file), file);
  const fields = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  if (fields['format'] !== 'lattice-router') {
    throw new UsageError(`${file} is no router model: "lattice train --out ${file}" makes one.`);
  }
  if (fields['version'] !== 1) {
    throw new LatticeError(
      'LATTICE_CONFIG',
      `${file} is of version ${String(fields['version'])}; this lattice reads version 1. Train it again.`,
    );
  }
  return {
    ...(fields['task'] === undefined ? {} : { task: readTaskModel(fields['task']) }),
    ...(fields['quality'] === undefined ? {} : { quality: new QualityModel(fields['quality']) }),
  };
}

async function readJson(file: string, name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `The router model ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** Writes an artefact so that a reader sees the old file or the new one, never a part. @throws UsageError */
export async function writeRouter(artifact: RouterArtifact, file: string, cwd: string): Promise<number> {
  const target = path.resolve(cwd, file);
  const draft = `${target}.${process.pid}.part`;
  const text = `${JSON.stringify(artifact)}\n`;
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  return Buffer.byteLength(text);
}

import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RouterArtifact } from 'lattice-lock';
import { UsageError } from '../usage-error.ts';

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

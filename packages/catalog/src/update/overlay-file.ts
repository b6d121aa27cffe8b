import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LatticeError } from '@lattice-lock/contract';
import { overlaySchema, type Overlay } from '../overlay-schema.ts';
import { readOverlay } from '../overlay.ts';

/** An overlay as it stands on disk. */
export interface OverlayFile {
  readonly file: string;
  /** `null` where there is no such file yet. */
  readonly text: string | null;
  readonly overlay: Overlay;
}

async function textOf(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new LatticeError('LATTICE_CATALOG', `The catalog's overlay ${file} cannot be read.`, { cause });
  }
}

/** Reads an overlay; a file that is not there yet is empty. @throws LatticeError `LATTICE_CATALOG` with every problem */
export async function readOverlayFile(file: string): Promise<OverlayFile> {
  const text = await textOf(file);
  const overlay = text === null ? overlaySchema.parse({}) : (await readOverlay(file)).overlay;
  return { file, text, overlay };
}

/**
 * Replaces an overlay in one step: a reader sees the old file or the new one. `check` reads the new one before it is
 * put in place.
 *
 * @throws LatticeError `LATTICE_CATALOG` when the file was changed meanwhile, cannot be written, or does not pass
 */
export async function replaceOverlayFile(
  { file, text: before }: OverlayFile,
  text: string,
  check: (draft: string) => Promise<unknown>,
): Promise<void> {
  // The ending tells JSON from YAML to people and editors: the draft keeps it.
  const draft = path.join(path.dirname(file), `.${randomBytes(6).toString('hex')}-${path.basename(file)}`);
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await check(draft);
    const mode = await stat(file).then(
      (found) => found.mode,
      () => null,
    );
    if (mode !== null) await chmod(draft, mode);
    if ((await textOf(file)) !== before) {
      throw new LatticeError('LATTICE_CATALOG', `${file} was changed meanwhile; nothing was written. Try again.`);
    }
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    if (LatticeError.isInstance(cause)) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new LatticeError('LATTICE_CATALOG', `${file} cannot be written (${code}); nothing was changed.`, { cause });
  }
}

import { LatticeError, type ModelInfo } from '@lattice-lock/contract';

/** Applies the user's overlay file to the models, in place. */
export async function applyOverlay(_models: Map<string, ModelInfo>, file: string): Promise<void> {
  throw new LatticeError('LATTICE_CATALOG', `The overlay ${file} cannot be read yet.`);
}

import type { RouterModel } from './router-model.ts';

/**
 * Reads and checks what `lattice train` wrote; the same that `routing.model` of the configuration does.
 *
 * @param file Absolute, or relative to the working directory.
 * @param name How the file is called in errors; `file` unless given.
 * @throws LatticeError `LATTICE_CONFIG` naming the file, and the field that is damaged
 */
export async function readRouterModel(file: string, name?: string): Promise<RouterModel> {
  const { loadRouterModel } = await import('./router-model.ts');
  return loadRouterModel(file, name);
}

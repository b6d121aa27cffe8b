// The facade's door; createLattice follows when the rooms below it stand.
export type { Lattice, LatticeOptions, ModelEntry } from './lattice.ts';

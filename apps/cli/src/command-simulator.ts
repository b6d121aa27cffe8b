import { startSimulator, type Simulator } from '@lattice-lock/testing/simulator';

/** Starts the simulator. A module of its own: a command with a configured provider does not load it. */
export function startCommandSimulator(): Promise<Simulator> {
  return startSimulator();
}

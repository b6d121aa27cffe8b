import type { Clock, Logger } from '@lattice-lock/contract';
import type { Lattice } from 'lattice-lock';

/** What every route under `/v1` is given. */
export interface RouteContext {
  readonly lattice: Lattice;
  /** Short names of the operator's configuration, for the list of models. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

import { LatticeError, type LatticeErrorOptions } from '@lattice-lock/contract';

/** The command line itself is wrong: a flag, an argument, a file that is named. Ends with exit code 2. */
export class UsageError extends LatticeError {
  constructor(message: string, options?: LatticeErrorOptions) {
    super('LATTICE_INVALID_REQUEST', message, options);
  }
}

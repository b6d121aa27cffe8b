// Lattice Lock in one call.
export { createLattice } from './create-lattice.ts';
export type {
  BuildRoutesOptions,
  BuiltRoutes,
  Lattice,
  LatticeOptions,
  LatticeRoutes,
  ModelEntry,
  SimulatorSource,
} from './lattice.ts';

// For whoever loads the configuration apart: what production needs of the providers.
export { checkProviders } from './production-check.ts';

// What `lattice train` learnt.
export { readRouterModel } from './read-router-model.ts';
export type { RouterArtifact, RouterModel } from './router-model.ts';

// What its methods give and take: the contract, and a run as it happens.
export { AnswerStream } from '@lattice-lock/execution';
export { LatticeError, usdFromNano } from '@lattice-lock/contract';
export type {
  Answer,
  Decision,
  Feedback,
  FeedbackReceipt,
  Message,
  RunEvent,
  RunRequest,
  RunTool,
} from '@lattice-lock/contract';

import type { LatticeRoutes } from 'lattice-lock';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession } from '../lattice-session.ts';

/** Flags of every command of `lattice routes`. */
export interface RoutesFlags {
  readonly json?: boolean;
}

/** Does something with the routes of a file, or of the configuration where none is given. @throws LatticeError */
export async function withRoutes<Result>(
  file: string | undefined,
  invocation: Invocation,
  options: { readonly isRecorded: boolean },
  act: (routes: LatticeRoutes) => Promise<Result>,
): Promise<Result> {
  const session = await openLatticeSession(invocation, options);
  try {
    const routes = await session.lattice.routes(file);
    try {
      return await act(routes);
    } finally {
      await routes.close();
    }
  } finally {
    await session.close();
  }
}

/** What is said of routes whose embedding model has not seen them. */
export function indexNotice({ set, isIndexed }: LatticeRoutes): string | null {
  if (isIndexed) return null;
  return `${set.embedder.name} has not seen these examples: until "lattice routes build" the local embedder decides.`;
}

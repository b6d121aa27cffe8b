import type { ProviderStatus } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession, simulatorNotice } from '../lattice-session.ts';
import { formatDuration } from '../terminal/figures.ts';
import { escapeLine } from '../terminal/terminal-text.ts';

/** Asks every configured provider whether it can be used; no tokens are spent. Exit code 1 when one cannot. */
export async function runHealth(flags: { readonly json?: boolean }, invocation: Invocation): Promise<ExitCode> {
  const { out, err } = invocation;
  const session = await openLatticeSession(invocation, { isRecorded: false });
  try {
    const statuses = await session.lattice.health({ fresh: true });
    if (flags.json === true) out.json({ simulated: session.lattice.simulated, providers: statuses });
    else for (const status of statuses) showStatus(status, invocation);
    if (session.lattice.simulated) err.line(err.paint.yellow(simulatorNotice));
    else if (statuses.length === 0) err.line('No provider is configured; "lattice config check" says what each needs.');
    return statuses.every(({ state }) => state === 'available') ? exitCodes.ok : exitCodes.failed;
  } finally {
    await session.close();
  }
}

function showStatus({ provider, state, latencyMs, message, remedy }: ProviderStatus, { out }: Invocation): void {
  const isGood = state === 'available';
  const shown = isGood ? out.paint.green(state) : out.paint.red(state);
  out.line(`${provider}: ${shown} (${formatDuration(latencyMs)}) ${escapeLine(message)}`);
  if (remedy !== null) out.line(`  ${escapeLine(remedy)}`);
}

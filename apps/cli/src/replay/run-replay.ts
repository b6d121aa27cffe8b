import type { Decision } from '@lattice-lock/contract';
import { ModelScorer, OutcomeLearner } from '@lattice-lock/scoring';
import { replay } from '@lattice-lock/selection';
import { hasStorage, openCommandStorage } from '../command-storage.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession } from '../lattice-session.ts';
import { decisionsWithin, periodOf, type Period, type PeriodFlags } from './past-decisions.ts';
import { replayOptions } from './replay-options.ts';
import { replayJson, writeReplay } from './replay-report.ts';

/** Flags of `lattice replay`. */
export interface ReplayFlags extends PeriodFlags {
  readonly rescore?: boolean;
  readonly json?: boolean;
}

/** Makes the decisions of the data directory again under the configuration, and says what changes. */
export async function runReplay(flags: ReplayFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, out, err } = invocation;
  const period = periodOf(flags, context.clock.now());
  const session = await openLatticeSession(invocation, { isRecorded: false });
  try {
    const { config } = session;
    const options = await replayOptions(session);
    const { past, scorer } = await storedPast(config, period);
    const report = replay(past, { ...options, scorer, ...(flags.rescore === true && { rescore: true }) });
    if (flags.json === true) out.json(replayJson(report));
    else if (past.length === 0)
      err.line(
        `There are no decisions to replay in ${config.storage.databaseUrl === null ? config.dataDir : 'the database'}.`,
      );
    else writeReplay(report, invocation);
    return exitCodes.ok;
  } finally {
    await session.close();
  }
}

type CommandConfig = Parameters<typeof openCommandStorage>[0];

/** The decisions, and a scorer that knows the outcomes: it predicts what is not taken from the decisions. */
async function storedPast(
  config: CommandConfig,
  period: Period,
): Promise<{ readonly past: readonly Decision[]; readonly scorer: ModelScorer }> {
  if (!hasStorage(config)) return { past: [], scorer: new ModelScorer() };
  const { learning } = config.routing;
  const outcomes = new OutcomeLearner({ ...learning, halfLifeMs: learning.halfLifeDays * dayMs });
  const storage = await openCommandStorage(config);
  try {
    const known = learning.enabled ? await storage.outcomes.list(maxOutcomes) : [];
    for (const outcome of known) outcomes.observe(outcome);
    const past = await decisionsWithin(storage.decisions, period);
    return { past, scorer: new ModelScorer({ outcomes }) };
  } finally {
    await storage.close();
  }
}

const dayMs = 86_400_000;

/** Outcomes that are read, the latest: as many as a gateway reads at its start. */
const maxOutcomes = 20_000;

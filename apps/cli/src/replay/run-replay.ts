import type { Decision, DecisionStore } from '@lattice-lock/contract';
import { ModelScorer, OutcomeLearner } from '@lattice-lock/scoring';
import { replay } from '@lattice-lock/selection';
import { hasStorage, openCommandStorage } from '../command-storage.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession } from '../lattice-session.ts';
import { parseEndInstant, parsePastInstant } from '../terminal/time-span.ts';
import { UsageError } from '../usage-error.ts';
import { replayOptions } from './replay-options.ts';
import { replayJson, writeReplay } from './replay-report.ts';

/** Flags of `lattice replay`. */
export interface ReplayFlags {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly rescore?: boolean;
  readonly json?: boolean;
}

const defaultLimit = 1000;

/** Makes the decisions of the data directory again under the configuration, and says what changes. */
export async function runReplay(flags: ReplayFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, out, err } = invocation;
  const period = periodOf(flags, context.clock.now());
  const session = await openLatticeSession(invocation, { isRecorded: false });
  try {
    const { config } = session;
    const options = await replayOptions(session);
    const { past, scorer } = await storedPast(config, period, flags.limit ?? defaultLimit);
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

interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
}

function periodOf({ since, until }: ReplayFlags, nowMs: number): Period {
  const fromMs = since === undefined ? -Infinity : parsePastInstant('--since', since, nowMs);
  const untilMs = until === undefined ? Infinity : parseEndInstant('--until', until, nowMs);
  if (untilMs <= fromMs) throw new UsageError('--until is not after --since: nothing lies between them.');
  return { fromMs, untilMs };
}

type CommandConfig = Parameters<typeof openCommandStorage>[0];

/** The decisions, and a scorer that knows the outcomes: it predicts what is not taken from the decisions. */
async function storedPast(
  config: CommandConfig,
  period: Period,
  limit: number,
): Promise<{ readonly past: readonly Decision[]; readonly scorer: ModelScorer }> {
  if (!hasStorage(config)) return { past: [], scorer: new ModelScorer() };
  const { learning } = config.routing;
  const outcomes = new OutcomeLearner({ ...learning, halfLifeMs: learning.halfLifeDays * dayMs });
  const storage = await openCommandStorage(config);
  try {
    const known = learning.enabled ? await storage.outcomes.list(maxOutcomes) : [];
    for (const outcome of known) outcomes.observe(outcome);
    const past = await decisionsWithin(storage.decisions, period, limit);
    return { past, scorer: new ModelScorer({ outcomes }) };
  } finally {
    await storage.close();
  }
}

const dayMs = 86_400_000;

/** Outcomes that are read, the latest: as many as a gateway reads at its start. */
const maxOutcomes = 20_000;

/** The newest first. The store gives the newest by number: where `until` leaves some out, more are asked for. */
async function decisionsWithin(store: DecisionStore, { fromMs, untilMs }: Period, limit: number) {
  for (let asked = limit; ; asked *= 4) {
    const newest = await store.list(asked);
    const found = newest.filter(({ createdAt }) => Date.parse(createdAt) >= fromMs && Date.parse(createdAt) < untilMs);
    const oldest = newest.at(-1);
    const isAll = newest.length < asked || (oldest !== undefined && Date.parse(oldest.createdAt) < fromMs);
    if (found.length >= limit || isAll) return found.slice(0, limit);
  }
}

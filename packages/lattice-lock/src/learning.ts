import type { AppConfig } from '@lattice-lock/config';
import type { Clock, Logger } from '@lattice-lock/contract';
import { FeedbackRecorder, OutcomeFeed } from '@lattice-lock/execution';
import { OutcomeLearner, type Exploration } from '@lattice-lock/scoring';
import type { LatticeOptions } from './lattice.ts';

/** What learns from outcomes in a house, as its configuration has it. */
export interface Learning {
  /** Takes judgements. */
  readonly recorder: FeedbackRecorder;
  /** For the scorer. */
  readonly scoring: { readonly outcomes?: OutcomeLearner; readonly exploration?: Exploration };
  close(): Promise<void>;
}

/** So many half lives an outcome is read back for: after these it counts a thousandth. */
const halfLivesRead = 10;

const dayMs = 86_400_000;

/** Learns what the store of outcomes holds, and then what comes in. @throws LatticeError `LATTICE_STORAGE` */
export async function openLearning(
  { routing: { learning } }: AppConfig,
  { ledger, decisions, outcomes }: LatticeOptions,
  clock: Clock,
  logger: Logger,
): Promise<Learning> {
  const { halfLifeDays, window, maxKeyShare, refreshMs, explore, exploreFloor, exploreMargin } = learning;
  const halfLifeMs = halfLifeDays * dayMs;
  const learner = learning.enabled ? new OutcomeLearner({ halfLifeMs, window, maxKeyShare, clock }) : undefined;
  const maxAgeMs = halfLivesRead * halfLifeMs;
  const feed =
    learner === undefined || outcomes === undefined
      ? undefined
      : new OutcomeFeed({ outcomes, learner, refreshMs, maxAgeMs, clock, logger });
  await feed?.start();
  return {
    recorder: new FeedbackRecorder({
      clock,
      ...(ledger && { ledger }),
      ...(decisions && { decisions }),
      ...(outcomes && { outcomes }),
      ...(learner && { learner }),
    }),
    scoring: {
      ...(learner && { outcomes: learner }),
      ...(explore && { exploration: { floor: exploreFloor, margin: exploreMargin, random: Math.random } }),
    },
    close: async () => feed?.close(),
  };
}

import type { Decision } from '@lattice-lock/contract';
import { calibrateMinQuality, type QualityThreshold, type ThresholdCandidate } from '@lattice-lock/selection';
import { hasStorage, openCommandStorage } from '../command-storage.ts';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { loadCommandConfig } from '../lattice-session.ts';
import { decisionsWithin, periodOf, type PeriodFlags } from '../replay/past-decisions.ts';
import { formatCount } from '../terminal/figures.ts';
import { UsageError } from '../usage-error.ts';

/** Flags of `lattice calibrate`. */
export interface CalibrateFlags extends PeriodFlags {
  readonly quality?: number;
  readonly share?: number;
  readonly json?: boolean;
}

/** Finds the bound on the decisions of the data directory. */
export async function runCalibrate(flags: CalibrateFlags, invocation: Invocation): Promise<ExitCode> {
  const { context, out, err } = invocation;
  const target = targetOf(flags);
  const period = periodOf(flags, context.clock.now());
  const config = await loadCommandConfig(invocation);
  const source = config.storage.databaseUrl === null ? config.dataDir : 'the database';
  const requests = hasStorage(config) ? (await past(config, period)).flatMap(candidatesOf) : [];
  if (requests.length === 0) {
    throw new UsageError(
      `There are no choices to calibrate on in ${source}: let "auto" answer some requests, or look further back with --since.`,
    );
  }
  const found = calibrateMinQuality(requests, target);
  const free = calibrateMinQuality(requests, { strongShare: 0 });
  if (flags.json === true) out.json({ decisions: requests.length, ...found, meanCostUsdToday: free.meanCost });
  else show(found, { requests: requests.length, today: free.meanCost }, invocation);
  if (!found.isReached) err.line('No bound reaches the target on these requests: this is the nearest.');
  return found.isReached ? exitCodes.ok : exitCodes.failed;
}

type Target = Parameters<typeof calibrateMinQuality>[1];

function targetOf({ quality, share }: CalibrateFlags): Target {
  if (quality !== undefined && share === undefined) return { quality };
  if (share !== undefined && quality === undefined) return { strongShare: share };
  throw new UsageError('Give one target: --quality 0.8, or --share 0.3.');
}

async function past(config: Parameters<typeof openCommandStorage>[0], period: ReturnType<typeof periodOf>) {
  const storage = await openCommandStorage(config);
  try {
    return await decisionsWithin(storage.decisions, period);
  } finally {
    await storage.close();
  }
}

/** The models that could have answered; none where the caller named the model or what something costs is not known. */
function candidatesOf({ mode, candidates }: Decision): readonly (readonly ThresholdCandidate[])[] {
  if (mode !== 'selected') return [];
  const priced = candidates.flatMap((one): readonly ThresholdCandidate[] => {
    if (one.status !== 'ranked' || one.expectedCostUsd === null) return [];
    const quality = one.quality?.value ?? one.terms.find(({ name }) => name === 'fit')?.value;
    return quality === undefined ? [] : [{ quality, cost: Number(one.expectedCostUsd), score: one.score }];
  });
  return priced.length === 0 ? [] : [priced];
}

interface Sample {
  readonly requests: number;
  readonly today: number;
}

function show(found: QualityThreshold, { requests, today }: Sample, { out }: Invocation): void {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const usd = (cost: number) => `$${cost.toPrecision(2)}`;
  const bound = Math.floor(found.minQuality * 1e4) / 1e4;
  out.line(`minQuality ${bound}, on ${formatCount(requests)} past choices:`);
  out.line(`  predicted quality    ${found.quality.toFixed(3)} in the mean`);
  out.line(`  to another model     ${percent(found.strongShare)} of the requests`);
  out.line(`  above no model       ${percent(found.unmetShare)} of the requests, which a gateway would refuse`);
  out.line(`  expected cost        ${usd(found.meanCost)} a request, ${usd(today)} without the bound`);
  out.line();
  out.line(`lattice.yaml:  routing: { constraints: { minQuality: ${bound} } }`);
}

import { LatticeError, type RunRequest } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { openLatticeSession } from '../lattice-session.ts';
import { comparisonJson, writeComparison, type ComparedDecision } from './compare-decisions.ts';

/** Decides under two configurations, and shows the decisions side by side. @throws LatticeError what is wrong with either */
export async function runCompare(
  files: readonly [string, string],
  request: RunRequest,
  isJson: boolean,
  invocation: Invocation,
): Promise<ExitCode> {
  const both = [await decide(files[0], request, invocation), await decide(files[1], request, invocation)] as const;
  if (isJson) invocation.out.json(comparisonJson(both));
  else writeComparison(both, invocation);
  return both.some(({ decision }) => decision === null) ? exitCodes.noCandidate : exitCodes.ok;
}

async function decide(file: string, request: RunRequest, invocation: Invocation): Promise<ComparedDecision> {
  const flags = { ...invocation.flags, config: file };
  const session = await openLatticeSession({ ...invocation, flags }, { isRecorded: false, isLearned: true });
  try {
    return { file, decision: await session.lattice.route(request), error: null };
  } catch (error) {
    if (!LatticeError.isInstance(error) || error.code !== 'LATTICE_NO_CANDIDATE') throw error;
    return { file, decision: null, error: error.message };
  } finally {
    await session.close();
  }
}

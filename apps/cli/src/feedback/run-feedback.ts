import { formatModelRef, LatticeError, type Feedback, type FeedbackReceipt } from '@lattice-lock/contract';
import { exitCodes, type ExitCode } from '../exit-codes.ts';
import type { Invocation } from '../invocation.ts';
import { hasStorage } from '../kept-data.ts';
import { loadCommandConfig, openLatticeSession } from '../lattice-session.ts';
import { escapeLine } from '../terminal/terminal-text.ts';
import { UsageError } from '../usage-error.ts';

/** Flags of `lattice feedback`. */
export interface FeedbackFlags {
  readonly source: string;
  readonly comment?: string;
  readonly json?: boolean;
}

/** Judges an answer of the data directory, as its operator. @throws UsageError; LatticeError `LATTICE_NOT_FOUND` */
export async function runFeedback(
  request: string,
  judgement: string,
  flags: FeedbackFlags,
  invocation: Invocation,
): Promise<ExitCode> {
  const feedback = readJudgement(request, judgement, flags);
  const config = await loadCommandConfig(invocation);
  if (!hasStorage(config)) throw unknownRequest(feedback.requestId, config.dataDir);
  const session = await openLatticeSession(invocation, { isRecorded: true });
  try {
    const receipt = await session.lattice.feedback(feedback);
    if (flags.json === true) invocation.out.json(receipt);
    else show(receipt, invocation);
    return exitCodes.ok;
  } catch (error) {
    if (LatticeError.isInstance(error) && error.code === 'LATTICE_NOT_FOUND') {
      throw unknownRequest(feedback.requestId, config.storage.databaseUrl === null ? config.dataDir : 'the database');
    }
    throw error;
  } finally {
    await session.close();
  }
}

function readJudgement(request: string, judgement: string, { source, comment }: FeedbackFlags): Feedback {
  const score = Number(judgement);
  const isScore = judgement.trim() !== '' && score >= 0 && score <= 1;
  if (!isScore && judgement !== 'up' && judgement !== 'down') {
    throw new UsageError(`"${judgement}" is no judgement: give up, down, or a score from 0 to 1.`);
  }
  if (source !== 'user' && source !== 'judge' && source !== 'task') {
    throw new UsageError(`--source is "${source}": give user, judge or task.`);
  }
  return {
    requestId: request.replace(/^chatcmpl-/, ''),
    source,
    isOperator: true,
    ...(isScore ? { score } : { thumbs: judgement === 'up' ? 'up' : 'down' }),
    ...(comment === undefined ? {} : { comment }),
  };
}

function unknownRequest(requestId: string, place: string): LatticeError {
  return new LatticeError(
    'LATTICE_NOT_FOUND',
    `There is no request "${requestId}" in ${place}. Its id stands below each answer of "lattice ask" and in the header x-request-id.`,
  );
}

function show({ outcome, learned }: FeedbackReceipt, { out, err }: Invocation): void {
  const { requestId, model, task, score } = outcome;
  const about = [
    ...(model === null ? [] : [formatModelRef(model)]),
    ...(task === null ? [] : [`${task.kind}, ${task.domain}`]),
  ];
  out.line(escapeLine([requestId, `score ${score}`, ...about].join('  ')));
  if (learned === null) {
    err.line(err.paint.dim('It is kept; nothing is learned from it.'));
    return;
  }
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  err.line(
    err.paint.dim(
      `On such tasks: ${learned.score.toFixed(2)} from ${counted(learned.outcomes, 'outcome')} of ${counted(learned.keys, 'key')}, ` +
        `counts ${percent(learned.share)} of the prediction, one key at most ${percent(learned.largestKeyShare)}.`,
    ),
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

import { LatticeError, type Feedback, type Outcome } from '@lattice-lock/contract';

/** The longest comment that is kept. */
const maxCommentChars = 4000;

const sources: readonly string[] = ['user', 'judge', 'task'] satisfies readonly Outcome['source'][];

/** A judgement as it is kept: thumbs and success are 1 or 0. */
export type Judgement = Pick<Outcome, 'score' | 'signal' | 'source' | 'comment'>;

/**
 * Checks feedback and brings it to one form.
 *
 * @throws LatticeError `LATTICE_INVALID_REQUEST` whose `issues` name the field
 */
export function readFeedback(feedback: Feedback): Judgement {
  const { requestId, source, comment } = feedback;
  if (typeof requestId !== 'string' || requestId === '') throw wrong('requestId', 'must be the id of a request');
  if (source !== undefined && !sources.includes(source)) throw wrong('source', 'must be user, judge or task');
  if (comment !== undefined && (typeof comment !== 'string' || comment.length > maxCommentChars)) {
    throw wrong('comment', `must be a text of at most ${maxCommentChars} characters`);
  }
  const scored = readScore(feedback);
  return {
    ...scored,
    source: source ?? (scored.signal === 'success' ? 'task' : 'user'),
    comment: comment ?? null,
  };
}

function readScore({ score, thumbs, success }: Feedback): Pick<Outcome, 'score' | 'signal'> {
  const given = [score, thumbs, success].filter((one) => one !== undefined).length;
  if (given !== 1) {
    throw wrong(
      'score',
      `${given === 0 ? 'is missing' : 'is not all that is given'}: give one of score, thumbs and success`,
    );
  }
  if (thumbs !== undefined) {
    if (thumbs !== 'up' && thumbs !== 'down') throw wrong('thumbs', 'must be up or down');
    return { score: thumbs === 'up' ? 1 : 0, signal: 'thumbs' };
  }
  if (success !== undefined) {
    if (typeof success !== 'boolean') throw wrong('success', 'must be true or false');
    return { score: success ? 1 : 0, signal: 'success' };
  }
  if (typeof score !== 'number' || !(score >= 0 && score <= 1)) throw wrong('score', 'must be a number from 0 to 1');
  return { score, signal: 'graded' };
}

function wrong(path: string, message: string): LatticeError {
  return new LatticeError('LATTICE_INVALID_REQUEST', `${path} ${message}.`, { issues: [{ path, message }] });
}

import { formatModelRef, LatticeError, type Feedback, type FeedbackReceipt } from '@lattice-lock/contract';
import type { FastifyInstance } from 'fastify';
import { feedbackSchema } from '../openai/feedback-schema.ts';
import { RequestProblem } from '../openai/request-problem.ts';
import { problemOfSchema } from '../openai/schema-issues.ts';
import type { RouteContext } from './route-context.ts';

/** `POST /v1/feedback`: a judgement of an answer by the key that asked for it. A second one takes the place of the first. */
export function feedbackRoute(app: FastifyInstance, { lattice }: RouteContext): void {
  app.post('/feedback', async (request, reply) => {
    const feedback = parseFeedback(request.body, request.exchange.apiKeyId);
    const receipt = await lattice.feedback(feedback).catch((error: unknown) => {
      throw problemOf(error);
    });
    return reply.type('application/json; charset=utf-8').send(JSON.stringify(bodyOf(receipt)));
  });
}

function parseFeedback(body: unknown, apiKeyId: string | null): Feedback {
  const parsed = feedbackSchema.safeParse(body);
  if (!parsed.success) throw problemOfSchema(parsed.error);
  const { request_id: requestId, score, thumbs, success, source, comment } = parsed.data;
  return {
    requestId,
    ...(score === undefined ? {} : { score }),
    ...(thumbs === undefined ? {} : { thumbs }),
    ...(success === undefined ? {} : { success }),
    ...(source === undefined ? {} : { source }),
    ...(comment === undefined ? {} : { comment }),
    ...(apiKeyId === null ? {} : { apiKeyId }),
  };
}

/** What is wrong is wrong with `request_id`: everything else was checked before. */
function problemOf(error: unknown): unknown {
  if (!LatticeError.isInstance(error)) return error;
  const known = {
    LATTICE_NOT_FOUND: [404, 'request_not_found'],
    LATTICE_PERMISSION: [403, 'not_your_request'],
  } as const;
  const answer =
    error.code === 'LATTICE_NOT_FOUND' || error.code === 'LATTICE_PERMISSION' ? known[error.code] : undefined;
  if (answer === undefined && error.code !== 'LATTICE_INVALID_REQUEST') return error;
  const [httpStatus, apiCode] = answer ?? [400, 'invalid_value'];
  return new RequestProblem(error.code, error.message, { httpStatus, apiCode, param: 'request_id', cause: error });
}

function bodyOf({ outcome, learned }: FeedbackReceipt): Readonly<Record<string, unknown>> {
  const { requestId, decisionId, model, task, score, signal, source, comment } = outcome;
  return {
    object: 'feedback',
    request_id: requestId,
    decision_id: decisionId,
    model: model === null ? null : formatModelRef(model),
    task,
    score,
    signal,
    source,
    comment,
    learned:
      learned === null
        ? null
        : {
            score: learned.score,
            outcomes: learned.outcomes,
            keys: learned.keys,
            share: learned.share,
            largest_key_share: learned.largestKeyShare,
          },
  };
}

import * as z from 'zod';

/** `chatcmpl-<request id>` is the id of an answer: either names the request. */
const requestId = z
  .string()
  .min(1)
  .max(256)
  .transform((id) => id.replace(/^chatcmpl-/, ''));

/** The body of `POST /v1/feedback`. */
export const feedbackSchema = z
  .strictObject({
    request_id: requestId,
    score: z.number().min(0).max(1).optional(),
    thumbs: z.enum(['up', 'down']).optional(),
    success: z.boolean().optional(),
    source: z.enum(['user', 'judge', 'task']).optional(),
    comment: z.string().max(4000).optional(),
  })
  .superRefine(({ score, thumbs, success }, context) => {
    const given = [score, thumbs, success].filter((one) => one !== undefined).length;
    if (given === 1) return;
    const found = given === 0 ? 'is missing' : 'is not all that is given';
    context.addIssue({
      code: 'custom',
      path: ['score'],
      message: `${found}: send one of score (0 to 1), thumbs ("up" or "down") and success (true or false)`,
    });
  });

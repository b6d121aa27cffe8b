import { LatticeError, type ErrorCode, type LatticeErrorOptions } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { attempt, runOf } from '../__fixtures__/answers.ts';
import { errorAnswer, errorEvent } from './error-body.ts';
import { wireErrors } from './error-table.ts';
import { RequestProblem } from './request-problem.ts';

const secret = 'sk-proj-abcdefghijklmnopqrstuvwxyz012345';
const answerOf = (code: ErrorCode, message = 'what happened', options: LatticeErrorOptions = {}) => {
  const answer = errorAnswer(new LatticeError(code, message, options), 'req_1');
  return { ...answer, error: (JSON.parse(answer.body) as { error: Record<string, unknown> }).error };
};

describe('errorAnswer', () => {
  it.each(Object.keys(wireErrors) as ErrorCode[])('%s has a status of an error and OpenAI’s four fields', (code) => {
    const { status, error } = answerOf(code);
    expect(status).toBeGreaterThanOrEqual(400);
    for (const field of ['message', 'type', 'code']) expect(typeof error[field]).toBe('string');
    expect(error).toMatchObject({ param: null, request_id: 'req_1', lattice_code: code });
  });

  it.each([
    ['LATTICE_CONTEXT_LENGTH', 400, 'context_length_exceeded'],
    ['LATTICE_UNKNOWN_MODEL', 404, 'model_not_found'],
    ['LATTICE_NO_CANDIDATE', 422, 'no_candidate'],
    ['LATTICE_RATE_LIMIT', 429, 'rate_limit_exceeded'],
    ['LATTICE_AUTHENTICATION', 502, 'upstream_authentication'],
    ['LATTICE_ATTEMPTS_FAILED', 502, 'attempts_failed'],
    ['LATTICE_TIMEOUT', 504, 'timeout'],
    ['LATTICE_CLOSED', 503, 'shutting_down'],
  ] as const)('%s is %d %s', (code, status, apiCode) => {
    expect(answerOf(code)).toMatchObject({ status, error: { code: apiCode } });
  });

  it('tells nothing of the inside', () => {
    const { status, body } = answerOf('LATTICE_INTERNAL', `SELECT * FROM t -- /srv/app/db.ts ${secret}`);
    expect(status).toBe(500);
    expect(body).toContain('req_1');
    for (const word of ['SELECT', '/srv', secret, 'stack']) expect(body).not.toContain(word);
  });

  it('holds no secret, wherever it stands', () => {
    const { body } = answerOf('LATTICE_ATTEMPTS_FAILED', `key ${secret} refused`, {
      attempts: [{ ...attempt, status: 'failed', errorCode: 'LATTICE_UPSTREAM', errorMessage: `Bearer ${secret}` }],
    });
    expect(body).not.toContain(secret);
    expect(() => JSON.parse(body) as unknown).not.toThrow();
  });

  it('says in its own words that a vendor refused its credential', () => {
    const attempts = [
      {
        ...attempt,
        status: 'failed',
        errorCode: 'LATTICE_AUTHENTICATION',
        errorMessage: 'bad key abc***xyz',
        httpStatus: 401,
      },
    ] as const;
    const { status, body, error } = answerOf('LATTICE_AUTHENTICATION', 'bad key abc***xyz', {
      provider: 'acme',
      status: 401,
      attempts,
    });
    expect(status).toBe(502);
    expect(body).not.toContain('abc***xyz');
    expect(error['message']).toContain('acme');
  });

  it('holds nothing of a credential in the error of several attempts either', () => {
    const attempts = [
      { ...attempt, status: 'failed', errorCode: 'LATTICE_AUTHENTICATION', errorMessage: 'bad key abc***xyz' },
      { ...attempt, status: 'failed', errorCode: 'LATTICE_UPSTREAM', errorMessage: 'it broke' },
    ] as const;
    const { status, body } = answerOf('LATTICE_ATTEMPTS_FAILED', 'All failed: bad key abc***xyz | it broke', {
      attempts,
    });
    expect(status).toBe(502);
    expect(body).not.toContain('abc***xyz');
    expect(body).toContain('it broke');
  });

  it('is a 429 when every attempt was', () => {
    const limited = { ...attempt, status: 'failed', errorCode: 'LATTICE_RATE_LIMIT', errorMessage: 'slow' } as const;
    const options = { attempts: [limited, limited], retryAfterMs: 3000, retryable: true };
    const { status, headers, error } = answerOf('LATTICE_ATTEMPTS_FAILED', 'x', options);
    expect([status, headers['retry-after'], error['code']]).toEqual([429, '3', 'rate_limit_exceeded']);
  });

  it('names what is near, and every wrong field', () => {
    expect(answerOf('LATTICE_UNKNOWN_MODEL', 'Unknown.', { suggestions: ['a/b'] }).error).toMatchObject({
      message: 'Unknown. Did you mean a/b?',
      suggestions: ['a/b'],
    });
    const issues = [
      { path: 'a', message: 'x' },
      { path: 'b', message: 'y' },
    ];
    const problem = new RequestProblem('LATTICE_INVALID_REQUEST', 'x y', {
      httpStatus: 400,
      apiCode: 'c',
      param: 'a',
      issues,
    });
    expect(JSON.parse(errorAnswer(problem, 'r').body)).toMatchObject({ error: { param: 'a', code: 'c', issues } });
  });

  it('passes the vendor’s hint on and tells OpenAI’s clients whether to try again', () => {
    expect(answerOf('LATTICE_RATE_LIMIT', 'slow', { retryAfterMs: 1200, retryable: true }).headers).toEqual({
      'retry-after': '2',
      'x-should-retry': 'true',
    });
    expect(answerOf('LATTICE_ATTEMPTS_FAILED').headers).toEqual({ 'x-should-retry': 'false' });
    expect(answerOf('LATTICE_INVALID_REQUEST').headers).toEqual({});
  });

  it('takes what is too large in a vendor’s answer for the vendor’s fault', () => {
    expect(answerOf('LATTICE_TOO_LARGE', 'big', { status: 413 }).status).toBe(413);
    expect(answerOf('LATTICE_TOO_LARGE', 'big').status).toBe(502);
  });

  it('keeps the text so far of a buffered answer, and its length in a stream', () => {
    const { answer: partial } = runOf([
      { type: 'text-delta', index: 0, text: 'so far' },
      { type: 'finish', finishReason: 'other', rawFinishReason: null },
    ]);
    const error = new LatticeError('LATTICE_STREAM_INTERRUPTED', 'cut', { partial, attempts: [attempt] });
    expect(JSON.parse(errorAnswer(error, 'r').body)).toMatchObject({
      error: { partial: { text: 'so far', length: 6 } },
    });
    const event = errorEvent(error, 'r');
    expect(event).toMatch(/^data: \{"error":.*\}\n\n$/);
    expect(JSON.parse(event.slice(6))).toMatchObject({
      error: { partial: { length: 6 }, attempts: [{ model: 'acme/m-1' }] },
    });
  });
});

import type { ErrorCode } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { mapHttpError } from './http-error.ts';

const now = Date.UTC(2026, 10, 20, 12, 0, 0);
const map = (status: number, body: unknown, headers: Record<string, string> = {}, secrets: string[] = []) =>
  mapHttpError({
    provider: 'acme',
    model: 'm',
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    nowMs: now,
    secrets,
  });

const rows: readonly (readonly [string, number, unknown, ErrorCode, boolean, string])[] = [
  [
    'openai key',
    401,
    { error: { message: 'Bad key', code: 'invalid_api_key' } },
    'LATTICE_AUTHENTICATION',
    false,
    'Bad key',
  ],
  [
    'xai key',
    400,
    { code: 'invalid-argument', error: 'Incorrect API key provided.' },
    'LATTICE_AUTHENTICATION',
    false,
    'Incorrect',
  ],
  [
    'google key',
    400,
    [{ error: { message: 'API key not valid', status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } }],
    'LATTICE_AUTHENTICATION',
    false,
    'not valid',
  ],
  ['permission', 403, { error: { message: 'No access' } }, 'LATTICE_PERMISSION', false, 'No access'],
  ['plain text', 403, 'Forbidden by gateway', 'LATTICE_PERMISSION', false, 'Forbidden by gateway'],
  [
    'not found',
    404,
    { object: 'error', message: 'no such model', type: 'NotFoundError', code: 404 },
    'LATTICE_NOT_FOUND',
    false,
    'no such model',
  ],
  ['timeout', 408, { message: 'Model timed out' }, 'LATTICE_TIMEOUT', true, 'Model timed out'],
  ['gateway timeout', 504, '', 'LATTICE_TIMEOUT', true, 'no message'],
  ['conflict', 409, { error: { message: 'again' } }, 'LATTICE_INVALID_REQUEST', true, 'again'],
  [
    'too large',
    413,
    { type: 'error', error: { type: 'request_too_large', message: 'big' } },
    'LATTICE_TOO_LARGE',
    false,
    'big',
  ],
  [
    'rate',
    429,
    { error: { message: 'slow down', code: 'rate_limit_exceeded' } },
    'LATTICE_RATE_LIMIT',
    true,
    'slow down',
  ],
  ['quota', 429, { error: { message: 'pay', type: 'insufficient_quota' } }, 'LATTICE_QUOTA', false, 'pay'],
  ['credit', 429, { error: { message: 'pay', code: 'credit_balance_exhausted' } }, 'LATTICE_QUOTA', false, 'pay'],
  [
    'spend cap',
    429,
    {
      type: 'error',
      error: { type: 'rate_limit_error', message: 'cap', details: { error_code: 'enforced_spend_limit_reached' } },
    },
    'LATTICE_QUOTA',
    false,
    'cap',
  ],
  [
    'billing',
    402,
    { type: 'error', error: { type: 'billing_error', message: 'bill' } },
    'LATTICE_QUOTA',
    false,
    'bill',
  ],
  [
    'overloaded',
    529,
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    'LATTICE_OVERLOADED',
    true,
    'Overloaded',
  ],
  [
    'unavailable',
    503,
    { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
    'LATTICE_OVERLOADED',
    true,
    'Loading model',
  ],
  ['server', 500, { error: { message: 'oops' } }, 'LATTICE_UPSTREAM', true, 'oops'],
  [
    'html',
    502,
    '<html><head><title>Bad gateway</title></head><body>x</body></html>',
    'LATTICE_UPSTREAM',
    true,
    'Bad gateway',
  ],
  [
    'context code',
    400,
    { error: { message: 'too long', code: 'context_length_exceeded' } },
    'LATTICE_CONTEXT_LENGTH',
    false,
    'too long',
  ],
  [
    'context text',
    400,
    { type: 'error', error: { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' } },
    'LATTICE_CONTEXT_LENGTH',
    false,
    'prompt is too long',
  ],
  [
    'context ollama',
    400,
    { error: 'prompt too long; exceeded max context length by 4 tokens' },
    'LATTICE_CONTEXT_LENGTH',
    false,
    'exceeded',
  ],
  [
    'context bedrock',
    400,
    { message: 'Input is too long for requested model.' },
    'LATTICE_CONTEXT_LENGTH',
    false,
    'Input is',
  ],
  [
    'filter',
    400,
    { error: { message: 'no', code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } } },
    'LATTICE_CONTENT_FILTER',
    false,
    'no',
  ],
  ['detail text', 422, { detail: 'field required' }, 'LATTICE_INVALID_REQUEST', false, 'field required'],
  [
    'detail list',
    422,
    { detail: [{ loc: ['body', 'model'], msg: 'field required' }] },
    'LATTICE_INVALID_REQUEST',
    false,
    'body.model: field required',
  ],
  [
    'plain 400',
    400,
    { error: { message: 'bad temperature', type: 'invalid_request_error' } },
    'LATTICE_INVALID_REQUEST',
    false,
    'bad temperature',
  ],
];

describe('mapHttpError', () => {
  it.each(rows)('%s', (_name, status, body, code, retryable, message) => {
    const error = map(status, body);
    expect(error).toMatchObject({ code, retryable, status, provider: 'acme', model: 'm' });
    expect(error.message).toContain(message);
  });

  it("reads the vendor's type from Amazon's header", () => {
    const error = map(429, { message: 'Too many tokens' }, { 'x-amzn-errortype': 'ThrottlingException:http://x' });
    expect(error).toMatchObject({ code: 'LATTICE_RATE_LIMIT', upstreamCode: 'ThrottlingException' });
  });

  it('reads the wait from headers or body, on retryable statuses only', () => {
    expect(map(429, {}, { 'retry-after': '3' }).retryAfterMs).toBe(3000);
    expect(map(503, {}, { 'retry-after-ms': '20' }).retryAfterMs).toBe(20);
    expect(map(400, {}, { 'retry-after': '3' }).retryAfterMs).toBeUndefined();
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.07s' }];
    expect(map(429, { error: { message: 'm', status: 'RESOURCE_EXHAUSTED', details } })).toMatchObject({
      code: 'LATTICE_RATE_LIMIT',
      retryAfterMs: 34_070,
    });
  });

  it('does not try again where the vendor says it is in vain', () => {
    expect(map(500, {}, { 'x-should-retry': 'false' }).retryable).toBe(false);
    expect(map(500, {}, { 'x-should-retry': 'true' }).retryable).toBe(true);
  });

  it('judges an error under a good status by what it says', () => {
    const under200 = (body: unknown) => mapHttpError({ provider: 'p', status: 200, headers: {}, body, nowMs: now });
    expect(under200({ error: { code: 429, message: 'm' } })).toMatchObject({ code: 'LATTICE_RATE_LIMIT', status: 429 });
    expect(under200({ error: { type: 'overloaded_error', message: 'm' } }).code).toBe('LATTICE_OVERLOADED');
    expect(under200({ error: { type: 'invalid_request_error', message: 'm' } }).code).toBe('LATTICE_INVALID_REQUEST');
    expect(under200({ error: 'unexpected' })).toMatchObject({ code: 'LATTICE_UPSTREAM', retryable: true });
  });

  it('does not follow a redirect and says where it went', () => {
    const error = map(307, '', { location: 'https://elsewhere.example/v1' });
    expect(error).toMatchObject({ code: 'LATTICE_UPSTREAM', retryable: false, status: 307 });
    expect(error.message).toContain('https://elsewhere.example/v1');
  });

  it('masks a credential that the vendor echoes', () => {
    const error = map(401, { error: { message: 'Key sk-secret-123456 is wrong', code: 'sk-secret-123456' } }, {}, [
      'sk-secret-123456',
    ]);
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('sk-secret-123456');
    expect(error.message).toContain('Key *** is wrong');
  });

  it('keeps the id of the request for support', () => {
    expect(map(500, {}, { 'x-request-id': 'req_7' }).upstreamRequestId).toBe('req_7');
  });
});

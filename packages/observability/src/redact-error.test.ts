import { LatticeError } from '@lattice-lock/contract';
import { describe, expect, it } from 'vitest';
import { chosen, generated } from './__fixtures__/secret-lines.ts';
import { redactError } from './index.ts';

describe('redactError', () => {
  it('keeps the facts and removes secrets from message, stack, issues and causes', () => {
    const cause = new Error(`connect to postgres://u:${chosen}@h failed`);
    const error = new LatticeError('LATTICE_UPSTREAM', `rejected, Authorization: Bearer ${generated}`, {
      cause,
      provider: 'openai',
      model: 'm',
      status: 500,
      upstreamRequestId: 'req_1',
      issues: [{ path: 'body', message: `apiKey: "${generated}"` }],
    });
    const redacted = redactError(error);
    expect(redacted).toMatchObject({
      name: 'LatticeError',
      code: 'LATTICE_UPSTREAM',
      message: 'rejected, Authorization: Bearer [REDACTED]',
      provider: 'openai',
      model: 'm',
      status: 500,
      upstreamRequestId: 'req_1',
      issues: [{ path: 'body', message: 'apiKey: "[REDACTED]"' }],
      cause: { name: 'Error', message: 'connect to postgres://u:[REDACTED]@h failed' },
    });
    const text = JSON.stringify(redacted);
    expect(text).not.toContain(chosen);
    expect(text).not.toContain(generated);
  });

  it('takes anything that was thrown', () => {
    const circle = new Error('a');
    circle.cause = circle;
    const broken = {
      toJSON: () => {
        throw new TypeError('no');
      },
    };
    expect(redactError('password=hunter2')).toEqual({ name: 'Error', message: 'password=[REDACTED]' });
    expect(redactError(undefined)).toEqual({ name: 'Error', message: 'undefined' });
    expect(redactError({ pwd: 'x1' }).message).toBe('{"pwd":"[REDACTED]"}');
    expect(redactError(broken).message).toBe('a value that cannot be shown');
    expect(redactError(circle).cause?.cause?.message).toBe('a');
    expect(redactError(new AggregateError([new Error('one'), 'two'], 'all')).errors).toMatchObject([
      { message: 'one' },
      { message: 'two' },
    ]);
    expect(redactError(Object.assign(new Error('gone'), { code: 'ECONNRESET' })).code).toBe('ECONNRESET');
  });
});

import { describe, expect, it } from 'vitest';
import * as contract from './index.ts';
import { BillingIntegrityError, LatticeError, toLatticeError } from './index.ts';

describe('LatticeError', () => {
  it('is known across copies of this package by its brand', () => {
    const foreign = Object.assign(new Error('from another copy'), { [Symbol.for('lattice-lock.error')]: true });
    expect(LatticeError.isInstance(foreign)).toBe(true);
    expect(LatticeError.isInstance(new BillingIntegrityError('off by one'))).toBe(true);
    expect([new Error('x'), null, undefined, 'LATTICE', {}].some((value) => LatticeError.isInstance(value))).toBe(
      false,
    );
  });

  it('is never retryable unless told', () => {
    expect(new LatticeError('LATTICE_AUTHENTICATION', 'x').retryable).toBe(false);
  });

  it('keeps what it knew when more becomes known', () => {
    const error = new LatticeError('LATTICE_RATE_LIMIT', 'slow down', {
      retryable: true,
      retryAfterMs: 5,
      status: 429,
    });
    expect(error.with({ provider: 'acme' })).toMatchObject({
      code: 'LATTICE_RATE_LIMIT',
      message: 'slow down',
      retryable: true,
      retryAfterMs: 5,
      status: 429,
      provider: 'acme',
    });
  });

  it('wraps foreign values with their cause and leaves its own as they are', () => {
    const own = new LatticeError('LATTICE_TOOL', 'x');
    expect(toLatticeError(own)).toBe(own);
    expect(toLatticeError(null)).toMatchObject({ code: 'LATTICE_INTERNAL', cause: null });
  });

  it('is the base of every error class of the door', () => {
    const classes = Object.values(contract).filter(
      (value): value is typeof BillingIntegrityError =>
        typeof value === 'function' && value.prototype instanceof Error && value !== (LatticeError as unknown),
    );
    expect(classes.length).toBeGreaterThanOrEqual(4);
    for (const Class of classes) expect(LatticeError.isInstance(new Class('x'))).toBe(true);
  });
});

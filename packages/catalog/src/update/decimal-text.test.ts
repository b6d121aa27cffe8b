import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDecimal, isWithinPico, scaleDecimal, withoutNoise } from './decimal-text.ts';
import { parseExactJson } from './exact-json.ts';

describe('decimals as texts', () => {
  it('turn prices per token into prices per million, to the last digit', () => {
    const pairs = [
      ['1.5e-07', '0.15'],
      ['0.00000125', '1.25'],
      ['3E-6', '3'],
      ['0', '0'],
      ['0.0', '0'],
      ['4.4999999999999996e-07', '0.44999999999999996'],
      ['2', '2000000'],
    ] as const;
    for (const [perToken, perMillion] of pairs) expect(scaleDecimal(perToken, 1, 6), perToken).toBe(perMillion);
    expect(scaleDecimal('0.1', 2)).toBe('0.2');
  });

  it('equal integer arithmetic for any digits, point and exponent', () => {
    const parts = fc.record({
      digits: fc.bigInt({ min: 0n, max: 10n ** 18n }),
      exponent: fc.integer({ min: -12, max: 12 }),
      factor: fc.integer({ min: 1, max: 9 }),
      power: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(parts, ({ digits, exponent, factor, power }) => {
        const text = scaleDecimal(`${digits}e${exponent}`, factor, power);
        const [whole = '', fraction = ''] = text.split('.');
        // Both sides in units of 1e-12.
        const read = BigInt(whole + fraction.padEnd(12, '0'));
        expect(read).toBe(digits * BigInt(factor) * 10n ** BigInt(exponent + power + 12));
        expect(text).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });

  it('refuse what is no price, and know what the books can hold', () => {
    for (const text of ['-1', 'free', '', '1e999', '1e31', '0x10', 'NaN', '1.'])
      expect(isDecimal(text), text).toBe(false);
    expect(['0.000001', '15', '0.0000001'].map(isWithinPico)).toEqual([true, true, false]);
  });

  it('lose the noise of floating point and nothing else', () => {
    const pairs = [
      ['0.049999999999999996', '0.05'],
      ['0.30000000000000004', '0.3'],
      ['0.44999999999999996', '0.45'],
      ['0.0000001', '0.0000001'],
      ['0.123456789012', '0.123456789012'],
      ['9.9999999999999999', '10'],
    ] as const;
    for (const [noisy, plain] of pairs) expect(withoutNoise(noisy)).toBe(plain);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 ** 9 }), (micro) => {
        const price = scaleDecimal(`${micro}e-6`, 1);
        expect(withoutNoise(price)).toBe(price);
      }),
    );
  });

  it('keep what JSON wrote, where a number would have lost it', () => {
    const text = '{"a": 0.1000000000000000055, "b": [1e-07, 12345678901234567890], "c": "1", "d": true}';
    expect(parseExactJson(text)).toEqual({
      a: '0.1000000000000000055',
      b: ['1e-07', '12345678901234567890'],
      c: '1',
      d: true,
    });
  });
});

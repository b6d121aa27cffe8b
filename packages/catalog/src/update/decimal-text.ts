/** More digits than any price has: an exponent beyond it is no price and would only take memory. */
const largestExponent = 30;

interface Decimal {
  readonly digits: bigint;
  /** How many of the digits stand behind the point. */
  readonly scale: number;
}

function read(text: string): Decimal | null {
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > largestExponent || fraction.length > largestExponent) return null;
  const scale = fraction.length - shift;
  const digits = BigInt(whole + fraction);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

function write({ digits, scale }: Decimal): string {
  const text = digits.toString().padStart(scale + 1, '0');
  const fraction = text.slice(text.length - scale).replace(/0+$/, '');
  const whole = text.slice(0, text.length - scale);
  return scale === 0 || fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Whether a text is a decimal number of 0 or more, with or without an exponent. */
export function isDecimal(text: string): boolean {
  return read(text) !== null;
}

/** A decimal times a whole number times a power of ten, exactly and without an exponent: `("1.5e-07", 1, 6)` is `"0.15"`. */
export function scaleDecimal(text: string, factor: number, powerOfTen = 0): string {
  const value = read(text);
  if (value === null) throw new RangeError(`"${text}" is not a decimal number.`);
  const digits = value.digits * BigInt(factor);
  const scale = value.scale - powerOfTen;
  return write(scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale });
}

/** Past any real price, and above what binary floating point adds to one (0.1 + 0.2 has seventeen decimals). */
const noiseDecimals = 12;

/**
 * A decimal without the noise of a program that computed it in floating point: `0.049999999999999996` is `0.05`. Twelve
 * decimals are kept exactly, as the contract does with numbers.
 */
export function withoutNoise(text: string): string {
  const value = read(text);
  if (value === null || value.scale <= noiseDecimals) return text;
  const unit = 10n ** BigInt(value.scale - noiseDecimals);
  return write({ digits: (value.digits + unit / 2n) / unit, scale: noiseDecimals });
}

/** How many decimals a price in US dollars per million tokens may have: a pico-dollar per token is the sixth. */
const finestDecimals = 6;

/** Whether a price in US dollars per million tokens is one the books can hold. */
export function isWithinPico(usdPerMillion: string): boolean {
  return (usdPerMillion.split('.')[1] ?? '').length <= finestDecimals;
}

/** Signs are told apart by so many bits; several share one. */
const signBits = 32;

/** Units that are no letters, digits or blanks, and have no other case, as far as texts are searched for them. */
const signRanges: readonly (readonly [first: number, last: number])[] = [
  [0x21, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x60],
  [0x7b, 0x7e],
  [0xa1, 0xb4],
  [0xb6, 0xbf],
  [0xd7, 0xd7],
  [0xf7, 0xf7],
  [0x2010, 0x205e],
  [0x20a0, 0x20bf],
  [0x2190, 0x245f],
  [0x2500, 0x2bff],
  [0xff01, 0xff0f],
  [0xff1a, 0xff20],
];

/** Whether a unit is a sign that {@link neededSigns} may ask for. */
export function isSign(unit: number): boolean {
  return signRanges.some(([first, last]) => unit >= first && unit <= last);
}

/** The bit of a sign. */
export function signBit(unit: number): number {
  return 1 << (unit & (signBits - 1));
}

/**
 * The signs without one of which a regex cannot match, as bits: a text with none of them need not be searched. 0 where a
 * regex may match without any, or it cannot be told.
 */
export function neededSigns(source: string): number {
  return new SignReader(source).alternatives();
}

/** Reads a regex as far as it must: what is not understood asks for nothing. */
class SignReader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** Up to the end of a group or of the regex: each alternative needs a sign, or none is needed. */
  alternatives(): number {
    let all = 0;
    let isFree = false;
    for (;;) {
      const needed = this.#sequence();
      if (needed === 0) isFree = true;
      all |= needed;
      if (this.#source[this.#at] !== '|') break;
      this.#at += 1;
    }
    return isFree ? 0 : all;
  }

  /** Of what a sequence needs, that which the fewest texts have: the fewest bits. */
  #sequence(): number {
    let needed = 0;
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const one = this.#term();
      if (this.#isOptional() || one === 0) continue;
      if (needed === 0 || countBits(one) < countBits(needed)) needed = one;
    }
    return needed;
  }

  #term(): number {
    const sign = this.#source[this.#at] ?? '';
    if (sign === '(') return this.#group();
    if (sign === '[') return this.#class();
    if (sign === '\\') return this.#escape();
    this.#at += 1;
    return '^$.'.includes(sign) ? 0 : bitsOf(sign.charCodeAt(0));
  }

  #group(): number {
    const opening = /\((?:\?(?:[a-z-]*:|[=!]|<[=!]|<[^>]+>))?/y;
    opening.lastIndex = this.#at;
    const [text = '('] = opening.exec(this.#source) ?? [];
    this.#at += text.length;
    const needed = this.alternatives();
    this.#at += 1;
    // What looks ahead or back takes no part in the match, or must not be there.
    return /[=!]$/.test(text) ? 0 : needed;
  }

  /** Signs alone are of use; a class that holds anything else, or all but something, asks for nothing. */
  #class(): number {
    const start = this.#at;
    this.#at += 1;
    let needed = 0;
    let isFree = this.#source[this.#at] === '^';
    for (; this.#at < this.#source.length && this.#source[this.#at] !== ']';) {
      const from = this.#at;
      const bits = this.#source[from] === '\\' ? this.#escape() : bitsOf(this.#source.charCodeAt(this.#at++));
      const isRange = this.#source[this.#at] === '-' && this.#source[this.#at + 1] !== ']';
      if (bits === 0 || (isRange && from > start)) isFree = true;
      needed |= bits;
    }
    this.#at += 1;
    return isFree ? 0 : needed;
  }

  #escape(): number {
    const unicode = /\\u(?:\{([\da-f]+)\}|([\da-f]{4}))/iy;
    unicode.lastIndex = this.#at;
    const found = unicode.exec(this.#source);
    if (found !== null) {
      this.#at += found[0].length;
      return bitsOf(Number.parseInt(found[1] ?? found[2] ?? '0', 16));
    }
    const named = /\\(?:p\{[^}]*\}|k<[^>]*>|.)/isy;
    named.lastIndex = this.#at;
    const [text = '\\'] = named.exec(this.#source) ?? [];
    this.#at += text.length;
    return text.length === 2 ? bitsOf(text.charCodeAt(1)) : 0;
  }

  #isOptional(): boolean {
    const quantifier = /(?:[?*+]|\{(\d+)(?:,\d*)?\})\??/y;
    quantifier.lastIndex = this.#at;
    const found = quantifier.exec(this.#source);
    if (found === null) return false;
    this.#at += found[0].length;
    return '?*'.includes(found[0][0] ?? '') || found[1] === '0';
  }
}

function bitsOf(unit: number): number {
  return isSign(unit) ? signBit(unit) : 0;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

import type { TokenLogprob } from '@lattice-lock/contract';
import { hashNumber } from './seeded-random.ts';
import { wordPieces } from './wires/word-pieces.ts';

/** Probabilities are made up from the words, in thousandths of the natural logarithm's unit. */
const steps = 1000;

function logprobOf(token: string): number {
  return -(hashNumber(token) % steps) / steps;
}

/** Probabilities for the pieces of a text, the same for the same text, with so many likely tokens at each place. */
export function tokenLogprobs(text: string, top: number): readonly TokenLogprob[] {
  return wordPieces(text).map((token) => {
    const logprob = logprobOf(token);
    const others = Array.from({ length: Math.max(0, top - 1) }, (_, index) => {
      const other = `${token}${index + 2}`;
      return { token: other, logprob: logprob - 1 - index };
    });
    return { token, logprob, top: top === 0 ? [] : [{ token, logprob }, ...others] };
  });
}

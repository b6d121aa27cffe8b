import type { TokenLogprob } from '@lattice-lock/contract';
import { fieldsOf, itemsOf } from './chat-fields.ts';

/** The probabilities of a text's tokens as both OpenAI wires send them; entries without a token and a number are left out. */
export function mapLogprobs(value: unknown): TokenLogprob[] {
  return itemsOf(value).flatMap((entry) =>
    pairs(entry).map((pair) => ({ ...pair, top: itemsOf(fieldsOf(entry)['top_logprobs']).flatMap(pairs) })),
  );
}

function pairs(entry: unknown): { readonly token: string; readonly logprob: number }[] {
  const { token, logprob } = fieldsOf(entry);
  return typeof token === 'string' && typeof logprob === 'number' ? [{ token, logprob }] : [];
}

import type { JsonObject } from '@lattice-lock/contract';
import { tokenLogprobs } from '../token-logprobs.ts';
import type { DecodedRequest } from './simulated-wire.ts';

function bytesOf(token: string): readonly number[] {
  return [...Buffer.from(token)];
}

/** The probabilities of a text's tokens in OpenAI's fields; `null` when the request did not ask for them. */
export function openAILogprobs(text: string, { chat }: DecodedRequest): JsonObject[] | null {
  if (chat.topLogprobs === undefined) return null;
  return tokenLogprobs(text, chat.topLogprobs).map(({ token, logprob, top }) => ({
    token,
    logprob,
    bytes: bytesOf(token),
    top_logprobs: top.map((other) => ({ ...other, bytes: bytesOf(other.token) })),
  }));
}

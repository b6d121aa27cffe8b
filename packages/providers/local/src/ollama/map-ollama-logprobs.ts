import type { JsonValue, TokenLogprob } from '@lattice-lock/contract';

/** Ollama's `logprobs` (`Logprob` in its api/types.go): the token, and as many others as were asked for. */
export function mapOllamaLogprobs(value: JsonValue | undefined): readonly TokenLogprob[] {
  return pairs(value).map(({ token, logprob, others }) => ({
    token,
    logprob,
    top: pairs(others).map((other) => ({ token: other.token, logprob: other.logprob })),
  }));
}

interface Pair {
  readonly token: string;
  readonly logprob: number;
  readonly others: JsonValue | undefined;
}

function pairs(value: JsonValue | undefined): readonly Pair[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly unknown[]).flatMap((item) => {
    if (typeof item !== 'object' || item === null) return [];
    const { token, logprob, top_logprobs: others } = item as Readonly<Record<string, JsonValue>>;
    return typeof token === 'string' && typeof logprob === 'number' ? [{ token, logprob, others }] : [];
  });
}

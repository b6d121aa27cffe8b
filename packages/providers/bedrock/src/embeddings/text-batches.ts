import {
  addUsage,
  LatticeError,
  type EmbeddingProvider,
  type EmbeddingRequest,
  type EmbeddingResult,
} from '@lattice-lock/contract';
import { textsPerCall } from './embedding-family.ts';

/** Calls of one request that are under way at a time. */
const parallelCalls = 8;

/**
 * Spreads a request over as many calls as its model needs, since Amazon's own models embed one text a call. The first
 * failure ends it.
 */
export function withTextBatches(provider: EmbeddingProvider): EmbeddingProvider {
  return {
    id: provider.id,
    close: () => provider.close(),
    embed: async (request, options = {}) => {
      const batches = batchesOf(request);
      if (batches.length <= 1) return provider.embed(request, options);
      const failed = new AbortController();
      const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
      const results: EmbeddingResult[] = [];
      let next = 0;
      const work = async () => {
        while (next < batches.length) {
          const place = next;
          next += 1;
          const texts = batches[place] ?? [];
          results[place] = await provider.embed({ ...request, texts }, { ...options, signal });
        }
      };
      try {
        await Promise.all(Array.from({ length: Math.min(parallelCalls, batches.length) }, work));
      } catch (thrown) {
        failed.abort();
        throw thrown;
      }
      return joined(results, provider.id);
    },
  };
}

function batchesOf({ model, texts }: EmbeddingRequest): readonly (readonly string[])[] {
  const size = textsPerCall(model);
  const count = Math.ceil(texts.length / size);
  return Array.from({ length: count }, (_, index) => texts.slice(index * size, (index + 1) * size));
}

function joined(results: readonly EmbeddingResult[], provider: string): EmbeddingResult {
  const last = results.at(-1);
  if (last === undefined) throw new LatticeError('LATTICE_INTERNAL', `${provider} embedded nothing.`, { provider });
  return {
    ...last,
    vectors: results.flatMap(({ vectors }) => vectors),
    usage: addUsage(results.map(({ usage }) => usage)),
    warnings: [...new Set(results.flatMap(({ warnings }) => warnings))],
  };
}

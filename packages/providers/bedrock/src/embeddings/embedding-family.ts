/** The makers of embedding models on Bedrock; each has a body of its own for InvokeModel. */
export type EmbeddingFamily = 'titan' | 'cohere' | 'nova';

/** The family of an embedding model by its id; `undefined` for one whose body is not known. */
export function embeddingFamilyOf(model: string): EmbeddingFamily | undefined {
  if (/amazon\.titan-embed/.test(model)) return 'titan';
  if (/cohere\.embed/.test(model)) return 'cohere';
  return /amazon\.nova.*embed/.test(model) ? 'nova' : undefined;
}

/** Texts that one call of a model takes: 96 for Cohere (its API reference), one for Amazon's own. */
export function textsPerCall(model: string): number {
  return embeddingFamilyOf(model) === 'cohere' ? 96 : 1;
}

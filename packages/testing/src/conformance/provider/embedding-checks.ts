import assert from 'node:assert/strict';
import type { ConformanceCheck } from '../conformance-check.ts';
import type { ProviderSubject } from './provider-subject.ts';
import { rejection } from './stream-assertions.ts';

type Check = ConformanceCheck<ProviderSubject>;

const texts = [
  'The tide is out.',
  'Ein Leuchtturm',
  '海',
  'The tide is out.',
  'A lake is not a sea, whatever they say.',
];

const without = ({ capabilities }: ProviderSubject) =>
  capabilities.embeddings ? undefined : 'the provider says that it has no embeddings';

const order: Check = {
  id: 'embeddings',
  title: 'each text gets its own vector, in the order of the texts, and the tokens are counted',
  notApplicable: without,
  async run(subject) {
    const provider = subject.openEmbeddings();
    const model = subject.embeddingModel;
    const result = await provider.embed({ model, texts });
    assert.equal(result.vectors.length, texts.length, 'one vector per text');
    assert.ok(
      result.vectors.every((vector) => vector instanceof Float32Array && vector.length > 0),
      'vectors are Float32Array and not empty',
    );
    assert.deepEqual(result.vectors[0], result.vectors[3], 'the same text has the same vector');
    for (const [index, text] of texts.entries()) {
      const alone = await provider.embed({ model, texts: [text] });
      assert.deepEqual(result.vectors[index], alone.vectors[0], `the vector at ${index} is the one of its text`);
      assert.ok((alone.usage.inputTokens ?? 1) > 0, 'tokens are counted where the vendor counts them');
    }
    assert.equal(result.provider, provider.id);
  },
};

const errors: Check = {
  id: 'embeddings-errors',
  title: 'a rejected credential and an abort are what they are for answers, and are not tried again',
  notApplicable: without,
  async run(subject) {
    const request = { model: subject.embeddingModel, texts: ['salt'] };
    const stranger = `not-${subject.apiKey}`;
    const rejected = await rejection(subject.openEmbeddings(stranger).embed(request));
    assert.equal(rejected.code, 'LATTICE_AUTHENTICATION');
    assert.equal(rejected.retryable, false);
    assert.ok(!rejected.message.includes(stranger), 'the error does not hold the credential');
    const aborted = await rejection(subject.openEmbeddings().embed(request, { signal: AbortSignal.abort() }));
    assert.equal(aborted.code, 'LATTICE_ABORTED');
  },
};

/** Texts as vectors. */
export const embeddingChecks: readonly Check[] = [order, errors];

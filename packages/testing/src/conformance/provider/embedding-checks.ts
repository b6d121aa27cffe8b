import assert from 'node:assert/strict';
import { addUsage, LatticeError } from '@lattice-lock/contract';
import { embeddingVector } from '../../simulator/embedding-vector.ts';
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
  title: 'each text gets its own vector, in the order of the texts',
  notApplicable: without,
  async run(subject) {
    const provider = subject.openEmbeddings();
    const result = await provider.embed({ model: subject.embeddingModel, texts });
    assert.equal(result.provider, provider.id);
    assert.equal(result.vectors.length, texts.length, 'one vector per text');
    for (const [index, vector] of result.vectors.entries()) {
      assert.ok(vector instanceof Float32Array && vector.length > 0, 'a vector is a Float32Array and not empty');
      const expected = embeddingVector(texts[index] ?? '', vector.length);
      assert.deepEqual([...vector], expected, `the vector at ${index} is the one of its text`);
    }
  },
};

const usage: Check = {
  id: 'embeddings-usage',
  title: 'the usage of vectors is what the vendor reported, in normal form',
  notApplicable: without,
  async run(subject) {
    const result = await subject.openEmbeddings().embed({ model: subject.embeddingModel, texts });
    const served = subject.simulator.served().filter(({ route }) => route === 'embeddings');
    const { inputTokens, outputTokens } = addUsage(served.map(({ usageReported }) => usageReported));
    assert.equal(result.usage.inputTokens, inputTokens);
    assert.equal(result.usage.outputTokens ?? 0, outputTokens ?? 0, 'vectors are no output tokens');
  },
};

const dimensions: Check = {
  id: 'embeddings-dimensions',
  title: 'the wished length of the vectors is honoured, refused or warned of',
  notApplicable: without,
  async run(subject) {
    const request = { model: subject.embeddingModel, texts, dimensions: 256 };
    const [outcome] = await Promise.allSettled([subject.openEmbeddings().embed(request)]);
    if (outcome.status === 'rejected') {
      assert.ok(
        LatticeError.isInstance(outcome.reason) && outcome.reason.code === 'LATTICE_UNSUPPORTED',
        String(outcome.reason),
      );
      return;
    }
    const { vectors, warnings } = outcome.value;
    const isHonoured = vectors.every(({ length }) => length === 256);
    const isWarned = warnings.some((warning) => /dimension/i.test(warning));
    // Hosts of the same wire name the field differently.
    const bodies = subject.simulator.served().map(({ body }) => JSON.stringify(body));
    const isAsked = bodies.every((body) => /"\w*dimension\w*":256\b/i.test(body));
    assert.ok(isHonoured || isWarned || isAsked, 'the wish arrives or is warned of');
  },
};

const errors: Check = {
  id: 'embeddings-errors',
  title: 'errors and an abort are what they are for answers: typed, without the credential, not tried again',
  notApplicable: without,
  async run(subject) {
    const request = { model: subject.embeddingModel, texts: ['salt'] };
    const stranger = `not-${subject.apiKey}`;
    const rejected = await rejection(subject.openEmbeddings(stranger).embed(request));
    // AWS says 403 where others say 401.
    assert.ok(['LATTICE_AUTHENTICATION', 'LATTICE_PERMISSION'].includes(rejected.code), rejected.code);
    assert.equal(rejected.retryable, false);
    assert.ok(!rejected.message.includes(stranger), 'the error does not hold the credential');
    const fault = { type: 'status' as const, status: 429, retryAfterSeconds: 7 };
    subject.simulator.enqueue({ match: { route: 'embeddings' }, fault });
    const limited = await rejection(subject.openEmbeddings().embed(request));
    assert.deepEqual([limited.code, limited.retryable], ['LATTICE_RATE_LIMIT', true]);
    const aborted = await rejection(subject.openEmbeddings().embed(request, { signal: AbortSignal.abort() }));
    assert.equal(aborted.code, 'LATTICE_ABORTED');
    assert.equal((await subject.served(2)).length, 2, 'a provider never retries by itself');
  },
};

/** Texts as vectors. */
export const embeddingChecks: readonly Check[] = [order, usage, dimensions, errors];

import { zstdCompressSync } from 'node:zlib';
import { taskKinds, type CandidateExplanation, type Decision, type TaskProfile } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns, packColumnsAside } from './internal/decision-bytes.ts';
import { columnsOf } from './internal/decision-columns.ts';
import { unpackDecision } from './internal/decision-pack.ts';
import { candidatesOfBlock, FilteredBlocks } from './internal/filtered-blocks.ts';

const few = fc.constantFrom('', 'openai', 'is not configured', '\u0000', '"\\', '{"a":1}');
const text = fc.oneof(few, fc.string({ unit: 'grapheme', maxLength: 12 }));
const figure = fc.double({ noNaN: true, noDefaultInfinity: true });
const model = fc.record({ provider: text, model: text });
const term = fc.record({
  name: fc.constantFrom('fit', 'cost', 'latency', 'reliability'),
  value: figure,
  weight: figure,
  contribution: figure,
  detail: text,
  source: text,
});
const candidate = fc.oneof(
  fc.record(
    {
      model,
      status: fc.constant('ranked'),
      rank: fc.nat(),
      score: figure,
      terms: fc.array(term, { maxLength: 5 }),
      expectedCostUsd: fc.option(text, { nil: null }),
      quality: fc.record({ value: figure, error: fc.option(figure, { nil: null }), source: text }),
    },
    { requiredKeys: ['model', 'status', 'rank', 'score', 'terms', 'expectedCostUsd'] },
  ),
  fc.record({
    model,
    status: fc.constant('filtered'),
    filter: fc.constantFrom('denied', 'needs-tools', 'too-expensive'),
    reason: text,
  }),
) as fc.Arbitrary<CandidateExplanation>;

const profile: TaskProfile = {
  kind: 'code',
  kinds: Object.fromEntries(taskKinds.map((kind) => [kind, 0.1])) as TaskProfile['kinds'],
  domain: 'general',
  domains: { general: 1 },
  difficulty: 0.25,
  difficultyConfidence: 0.5,
  needs: { vision: false, files: false, tools: true, json: 'none', language: 'en' },
  inputTokens: 120,
  expectedOutputTokens: 300,
  evidence: [],
};

function decisionWith(candidates: readonly CandidateExplanation[]): Decision {
  return {
    id: 'd',
    requestId: null,
    createdAt: '2026-11-20T09:00:00.000Z',
    requested: 'auto',
    mode: 'selected',
    preset: 'balanced',
    weights: { fit: 0.4, cost: 0.3, latency: 0.2, reliability: 0.1 },
    profile,
    chosen: { provider: 'openai', model: 'm\u{1f30a}' },
    chain: [],
    candidates,
    margin: 0.1 + 0.2,
    simulated: false,
    attempts: [],
  };
}

const filteredCandidate = (index: number): CandidateExplanation => ({
  model: { provider: 'acme', model: `m-${index}` },
  status: 'filtered',
  filter: 'provider-not-configured',
  reason: 'provider acme is not configured',
});

/** Packs as the store does, and unpacks from the blocks that it would have written. */
async function packed(decision: Decision, blocks = new FilteredBlocks()): Promise<readonly Decision[]> {
  const { columns, block } = columnsOf(decision, blocks);
  const read = async () => (block === null ? undefined : candidatesOfBlock(block.body));
  return [
    await unpackDecision(packColumns(columns), read),
    await unpackDecision(await packColumnsAside(columns), read),
  ];
}

const noBlock = async () => undefined;

describe('a packed decision', () => {
  it('comes back as it was, whatever its candidates say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(candidate, { maxLength: 30 }), fc.nat(60), async (candidates, shared) => {
        const decision = decisionWith([
          ...candidates,
          ...Array.from({ length: shared }, (_, i) => filteredCandidate(i)),
        ]);
        expect(await packed(decision)).toEqual([decision, decision]);
      }),
    );
  });

  it('shares the candidates that others filtered out alike, and no others', () => {
    const blocks = new FilteredBlocks();
    const shared = Array.from({ length: 40 }, (_, index) => filteredCandidate(index));
    const first = columnsOf(decisionWith(shared), blocks);
    const alike = columnsOf(decisionWith(shared), blocks);
    expect(first.block?.candidates).toHaveLength(40);
    expect(alike.block).toBe(first.block);
    expect(alike.columns.texts).toBe('[]');
    const other = columnsOf(decisionWith([...shared.slice(1), filteredCandidate(99)]), blocks);
    expect(other.block?.id).not.toBe(first.block?.id);
    expect(columnsOf(decisionWith(shared.slice(0, 5)), blocks).block).toBeNull();
  });

  it('is read in the forms of earlier versions, too', async () => {
    const decision = decisionWith([{ model: profileModel, status: 'filtered', filter: 'denied', reason: 'so' }]);
    expect(await unpackDecision(zstdCompressSync(JSON.stringify(decision)), noBlock)).toEqual(decision);
  });

  it('is refused by name when it is damaged, or its block is gone', async () => {
    const damaged = expect.objectContaining({ message: expect.stringMatching(/damaged and cannot be read/) as string });
    const bytes = packColumns(columnsOf(decisionWith([]), new FilteredBlocks()).columns);
    for (const lost of [4, 8, 400]) {
      await expect(unpackDecision(bytes.subarray(0, bytes.length - lost), noBlock)).rejects.toEqual(damaged);
    }
    const shared = decisionWith(Array.from({ length: 40 }, (_, index) => filteredCandidate(index)));
    const { columns } = columnsOf(shared, new FilteredBlocks());
    await expect(unpackDecision(packColumns(columns), noBlock)).rejects.toEqual(damaged);
  });
});

const profileModel = { provider: 'openai', model: 'm' };

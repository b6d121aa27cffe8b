import { zstdCompressSync } from 'node:zlib';
import { taskKinds, type CandidateExplanation, type Decision, type TaskProfile } from '@lattice-lock/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packColumns } from './internal/decision-bytes.ts';
import { columnsOf, type DecisionBlocks, type PackableDecision } from './internal/decision-columns.ts';
import { DecisionUnpacker } from './internal/decision-pack.ts';
import { FilteredBlocks } from './internal/filtered-blocks.ts';
import { RankedBlocks } from './internal/ranked-blocks.ts';

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

/** One with the figures that a scorer gives: contributions add up, weights are the same, ranks follow each other. */
const rankedCandidate = (rank: number, source = 'assumption'): CandidateExplanation => ({
  model: { provider: rank % 2 === 0 ? 'openai' : 'acme', model: `m-${rank % 20}` },
  status: 'ranked',
  rank,
  score: 0.4 * (1 / rank) + 0.6,
  terms: [
    { name: 'fit', value: 1 / rank, weight: 0.4, contribution: 0.4 * (1 / rank), detail: `fit ${rank}`, source },
    { name: 'cost', value: 1, weight: 0.6, contribution: 0.6, detail: 'free', source: `prices of m-${rank % 20}` },
  ],
  expectedCostUsd: rank % 3 === 0 ? null : '0.01',
  quality: { value: 1 / rank, error: rank % 4 === 0 ? null : 0.1, source: 'prior' },
});

const ranking = (length: number, source?: string) =>
  Array.from({ length }, (_, index) => rankedCandidate(index + 1, source));
const sharedFilters = (length: number) => Array.from({ length }, (_, index) => filteredCandidate(index));

const newBlocks = (): DecisionBlocks => ({ filtered: new FilteredBlocks(), ranked: new RankedBlocks() });

/** Unpacks from the blocks that the store would have written. */
function unpacked({ columns, blocks }: PackableDecision): Promise<Decision> {
  const bodies = new Map(blocks.map(({ id, body }) => [id, body]));
  return new DecisionUnpacker(async (id) => bodies.get(id)).unpack(packColumns(columns));
}

const withoutBlocks = new DecisionUnpacker(async () => undefined);

describe('a packed decision', () => {
  it('comes back as it was, whatever its candidates say', async () => {
    const blocks = newBlocks();
    await fc.assert(
      fc.asyncProperty(fc.array(candidate, { maxLength: 30 }), fc.nat(60), async (candidates, shared) => {
        const decision = decisionWith([...candidates, ...sharedFilters(shared)]);
        expect(await unpacked(columnsOf(decision, newBlocks()))).toEqual(decision);
        expect(await unpacked(columnsOf(decision, blocks))).toEqual(decision);
      }),
    );
  });

  it('comes back as it was with every field that a decision may have, short or long', async () => {
    const decision: Decision = {
      ...decisionWith([...ranking(300), ...sharedFilters(100)]),
      basis: { budgetUsd: 1, fallbacks: [profileModel] },
      guide: [{ rule: 'pick', place: 'guide.md:1:1', text: 'take it' }],
      route: {
        name: 'r',
        place: 'routes.yaml:1:1',
        score: 0.9,
        threshold: 0.5,
        example: 'so',
        embedder: 'local',
        action: {},
      },
    };
    const packable = columnsOf(decision, newBlocks());
    expect(packColumns(packable.columns)[0]).toBe(0x28);
    expect(await unpacked(packable)).toEqual(decision);
    const short = { ...decision, candidates: ranking(3) };
    expect(await unpacked(columnsOf(short, newBlocks()))).toEqual(short);
  });

  it('shares the candidates that others filtered out alike, and no others', () => {
    const blocks = newBlocks();
    const shared = sharedFilters(40);
    const first = columnsOf(decisionWith(shared), blocks);
    const alike = columnsOf(decisionWith(shared), blocks);
    expect(first.blocks).toHaveLength(1);
    expect(alike.blocks).toEqual(first.blocks);
    expect(alike.columns.texts).toBe('[]');
    const other = columnsOf(decisionWith([...shared.slice(1), filteredCandidate(99)]), blocks);
    expect(other.columns.filteredBlock).not.toBe(first.columns.filteredBlock);
    expect(columnsOf(decisionWith(shared.slice(0, 5)), blocks).blocks).toEqual([]);
  });

  it('shares what ranked candidates say in every decision, in any order and of fewer of them', async () => {
    const blocks = newBlocks();
    const first = columnsOf(decisionWith(ranking(40)), blocks);
    const turned = decisionWith(ranking(30).toReversed());
    const alike = columnsOf(turned, blocks);
    expect(first.columns.rankedBlock).not.toBe('');
    expect(alike.columns.rankedBlock).toBe(first.columns.rankedBlock);
    expect(alike.columns.texts).not.toContain('prices');
    expect(await unpacked(alike)).toEqual(turned);
    const other = columnsOf(decisionWith(ranking(40, 'measured')), blocks);
    expect(other.columns.rankedBlock).not.toBe(first.columns.rankedBlock);
    expect(columnsOf(decisionWith(ranking(40)), blocks).columns.rankedBlock).toBe(first.columns.rankedBlock);
    expect(columnsOf(decisionWith(ranking(3)), blocks).columns.rankedBlock).toBe('');
  });

  it('is read in the forms of earlier versions, too', async () => {
    const decision = decisionWith([{ model: profileModel, status: 'filtered', filter: 'denied', reason: 'so' }]);
    expect(await withoutBlocks.unpack(zstdCompressSync(JSON.stringify(decision)))).toEqual(decision);
    const columns = await withoutBlocks.unpack(Buffer.from(earlierColumns, 'base64'));
    expect(columns).toMatchObject({
      id: 'd',
      profile: { kinds: { code: 0.75, qa: 0.25 }, domains: { general: 1 } },
      candidates: [
        { model: { model: 'a' }, rank: 1, score: 0.75, quality: { value: 0.5, error: null, source: 'prior' } },
        { model: { model: 'b' }, rank: 2, expectedCostUsd: null, terms: [{ contribution: 0.2 }, { detail: '$0.01' }] },
        { model: { provider: 'acme', model: 'm-0' }, reason: 'provider acme is not configured' },
      ],
    });
  });

  it('is refused by name when it is damaged, or a block is gone', async () => {
    const damaged = expect.objectContaining({ message: expect.stringMatching(/damaged and cannot be read/) as string });
    const bytes = packColumns(columnsOf(decisionWith([]), newBlocks()).columns);
    for (const lost of [4, 8, 400]) {
      await expect(withoutBlocks.unpack(bytes.subarray(0, bytes.length - lost))).rejects.toEqual(damaged);
    }
    for (const candidates of [sharedFilters(40), ranking(40)]) {
      const { columns } = columnsOf(decisionWith(candidates), newBlocks());
      await expect(withoutBlocks.unpack(packColumns(columns))).rejects.toEqual(damaged);
    }
  });
});

const profileModel = { provider: 'openai', model: 'm' };

/** Two ranked candidates and a filtered one as the version before wrote them. */
const earlierColumns =
  'AjICAAB7ImlkIjoiZCIsInJlcXVlc3RJZCI6bnVsbCwiY3JlYXRlZEF0IjoiMjAyNi0xMS0yMFQwOTowMDowMC4wMDBaIiwicmVx' +
  'dWVzdGVkIjoiYXV0byIsIm1vZGUiOiJzZWxlY3RlZCIsInByZXNldCI6ImJhbGFuY2VkIiwid2VpZ2h0cyI6eyJmaXQiOjAuNCwi' +
  'Y29zdCI6MC4zLCJsYXRlbmN5IjowLjIsInJlbGlhYmlsaXR5IjowLjF9LCJjaG9zZW4iOnsicHJvdmlkZXIiOiJvcGVuYWkiLCJt' +
  'b2RlbCI6ImEifSwiY2hhaW4iOltdLCJtYXJnaW4iOjAuMywic2ltdWxhdGVkIjpmYWxzZSwiYXR0ZW1wdHMiOltdLCJwcm9maWxl' +
  'Ijp7ImtpbmQiOiJjb2RlIiwia2luZHMiOlsiY29kZSIsInFhIl0sImRvbWFpbiI6ImdlbmVyYWwiLCJkb21haW5zIjpbImdlbmVy' +
  'YWwiXSwiZGlmZmljdWx0eSI6MC4yNSwiZGlmZmljdWx0eUNvbmZpZGVuY2UiOjAuNSwibmVlZHMiOnsidmlzaW9uIjpmYWxzZSwi' +
  'ZmlsZXMiOmZhbHNlLCJ0b29scyI6dHJ1ZSwianNvbiI6Im5vbmUiLCJsYW5ndWFnZSI6ImVuIn0sImlucHV0VG9rZW5zIjoxMjAs' +
  'ImV4cGVjdGVkT3V0cHV0VG9rZW5zIjozMDAsImV2aWRlbmNlIjpbXX19vgAAAFsib3BlbmFpIiwiYSIsIjAuMDEiLCJmaXQiLCJm' +
  'aXQgb2YgYSIsImFzc3VtcHRpb24iLCJjb3N0IiwiJDAuMDEiLCJwcmljZXMiLCJwcmlvciIsMCwiYiIsbnVsbCwwLCJmaXQgb2Yg' +
  'YiIsMCwwLDAsMCwiYWNtZSIsIm0tMCIsMSwicHJvdmlkZXItbm90LWNvbmZpZ3VyZWQiLCJwcm92aWRlciBhY21lIGlzIG5vdCBj' +
  'b25maWd1cmVkIl0AAAAAAADwPwAAAAAAAOg/AAAAAAAACMAAAAAAAADgP5qZmZmZmdk/mpmZmZmZyT8AAAAAAADwPzMzMzMzM+M/' +
  'MzMzMzMz4z8AAAAAAADgPwAAAAAAAPh/AAAAAAAAAEAAAAAAAADoPwAAAAAAAABAAAAAAAAA4D+amZmZmZnZP5qZmZmZmck/AAAA' +
  'AAAA8D8zMzMzMzPjPzMzMzMzM+M/AAAAAAAA6D8AAAAAAADQPwAAAAAAAPA/';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AzureChatMetadata } from './content-filter.ts';

const collect = (...chunks: readonly Record<string, unknown>[]) => {
  const metadata = new AzureChatMetadata();
  for (const chunk of chunks) metadata.add(chunk);
  return metadata.collected();
};
const verdicts = (results: unknown, more: object = {}) => ({ choices: [{ content_filter_results: results, ...more }] });
const safe = { filtered: false, severity: 'safe' };

describe('AzureChatMetadata', () => {
  it('keeps the verdicts on prompt and answer, and the citations', () => {
    const prompt_filter_results = [{ prompt_index: 0, content_filter_results: { hate: safe } }];
    const context = { citations: [{ content: 'c' }] };
    expect(
      collect({ choices: [], prompt_filter_results }, verdicts({}, { delta: { context } }), verdicts({ hate: safe }), {
        choices: [{ delta: {}, finish_reason: 'stop' }],
      }),
    ).toEqual({ prompt_filter_results, content_filter_results: { hate: safe }, context });
    expect(collect(verdicts({ hate: safe }, { message: { context } }))).toEqual({
      content_filter_results: { hate: safe },
      context,
    });
  });

  it('keeps the worst of each category, in whatever order they come', () => {
    const blocked = { filtered: true, severity: 'medium' };
    const low = { filtered: false, severity: 'low' };
    const detected = { filtered: false, detected: true };
    const expected = { content_filter_results: { hate: blocked, violence: low, jailbreak: detected } };
    const first = verdicts({ hate: blocked, violence: safe, jailbreak: detected });
    const second = verdicts({ hate: low, violence: low, jailbreak: { filtered: false, detected: false } });
    expect(collect(first, second)).toEqual(expected);
    expect(collect(second, first)).toEqual(expected);
  });

  it('tells the same in whatever order the verdicts of a stream come', () => {
    const severity = fc.constantFrom('safe', 'low', 'medium', 'high');
    const verdict = fc.oneof(
      fc.record({ filtered: fc.boolean(), severity }),
      fc.record({ filtered: fc.constant(true), detected: fc.constant(true) }),
    );
    const results = fc.dictionary(fc.constantFrom('hate', 'violence', 'jailbreak'), verdict);
    const twice = fc
      .array(results)
      .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })));
    fc.assert(
      fc.property(twice, ([list, shuffled]) => {
        const all = (one: typeof list) => collect(...one.map((entry) => verdicts(entry)));
        expect(all(shuffled)).toEqual(all(list));
      }),
    );
  });

  it('says nothing where Azure said nothing', () => {
    for (const chunk of [
      {},
      { choices: null },
      { choices: [null] },
      verdicts(null),
      verdicts({}),
      { prompt_filter_results: [] },
    ]) {
      expect(collect(chunk)).toBeNull();
    }
  });
});
